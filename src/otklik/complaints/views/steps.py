"""What is done with a complaint: each step is a page of its own, and the same action as of the API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.cases.queries import case_by_number
from otklik.complaints import actions
from otklik.complaints.forms import steps as forms
from otklik.complaints.models import Complaint, Stage
from otklik.complaints.moves import MOVES
from otklik.complaints.queries import complaint_by_number
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff


@dataclass(frozen=True, kw_only=True)
class Way:
    """A step that an agent can take. ``to``: the stage it leads to, None for one between the stages."""

    title: str | Promise
    button: str | Promise
    told: str | Promise
    icon: str
    form: type[forms.StepForm]
    act: Callable[..., object]
    to: Stage | None = None
    when: tuple[Stage, ...] = ()
    about: str | Promise = ""
    permission: str = "complaints.handle"

    def fits(self, complaint: Complaint, actor: Actor) -> bool:
        """Whether it is offered now; the action decides again."""
        is_time = complaint.stage in self.when if self.when else self.to in MOVES[Stage(complaint.stage)]
        return is_time and may(actor, self.permission)


_UNANSWERED = (Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.ASSESSED, Stage.INVESTIGATED)
WAYS: Mapping[str, Way] = {
    "acknowledge": Way(
        title=gettext_lazy("Acknowledge the complaint"),
        button=gettext_lazy("Send"),
        told=gettext_lazy("The customer is told who is looking into it and when they will hear from you."),
        about=gettext_lazy("The letter goes out in your name, with the number of the complaint and a date."),
        icon="mail-check",
        form=forms.AcknowledgeForm,
        act=actions.acknowledge,
        to=Stage.ACKNOWLEDGED,
    ),
    "assess": Way(
        title=gettext_lazy("Assess the complaint"),
        button=gettext_lazy("Save the assessment"),
        told=gettext_lazy("Assessed."),
        about=gettext_lazy("From 3 on a person acknowledges it, not an automatic letter."),
        icon="checklist",
        form=forms.AssessForm,
        act=actions.assess,
        to=Stage.ASSESSED,
    ),
    "entrust": Way(
        title=gettext_lazy("Assign the investigation"),
        button=gettext_lazy("Assign it"),
        told=gettext_lazy("They were told at once."),
        about=gettext_lazy("Not the person it is about and, after a refused answer, not the one who gave it."),
        icon="user-check",
        form=forms.EntrustForm,
        act=actions.entrust,
        when=(Stage.ASSESSED, Stage.REFUSED),
    ),
    "investigate": Way(
        title=gettext_lazy("Record the findings"),
        button=gettext_lazy("Save the findings"),
        told=gettext_lazy("Recorded. Now the answer can be given."),
        about=gettext_lazy("The customer does not see it; it stands in the record and in the printed file."),
        icon="search",
        form=forms.InvestigateForm,
        act=actions.investigate,
        to=Stage.INVESTIGATED,
    ),
    "answer": Way(
        title=gettext_lazy("Answer the complaint"),
        button=gettext_lazy("Send the answer"),
        told=gettext_lazy("The answer is on its way. The customer decides whether it is accepted."),
        about=gettext_lazy("One letter: the decision, what you do, why, and what keeps it from happening again."),
        icon="mail-forward",
        form=forms.AnswerForm,
        act=actions.answer,
        to=Stage.ANSWERED,
    ),
    "refuse": Way(
        title=gettext_lazy("The customer does not agree"),
        button=gettext_lazy("Write it down"),
        told=gettext_lazy("The complaint stays open. Have somebody else look at it, and offer other ways."),
        about=gettext_lazy("For a “no” that was said on the phone or in person. A “yes” only the customer can give."),
        icon="mood-sad",
        form=forms.RefuseForm,
        act=actions.refuse,
        when=(Stage.ANSWERED, Stage.ACCEPTED),
    ),
    "ways": Way(
        title=gettext_lazy("Offer other ways"),
        button=gettext_lazy("Send"),
        told=gettext_lazy("The customer knows what else they can do, here and elsewhere."),
        about=gettext_lazy("The letter lists the ways that you choose. The complaint stays open."),
        icon="external-link",
        form=forms.WaysForm,
        act=actions.offer_ways,
        when=(Stage.REFUSED,),
    ),
    "improve": Way(
        title=gettext_lazy("Record improvements"),
        button=gettext_lazy("Save"),
        told=gettext_lazy("Recorded, so that it does not happen to anybody else."),
        icon="adjustments",
        form=forms.ImproveForm,
        act=actions.improve,
        to=Stage.IMPROVED,
        permission="complaints.settle",
    ),
    "problem": Way(
        title=gettext_lazy("Problem behind it"),
        button=gettext_lazy("Save"),
        told=gettext_lazy("Recorded."),
        about=gettext_lazy("It is then counted under the problem, also if it came after the problem was fixed."),
        icon="link",
        form=forms.ProblemOfForm,
        act=actions.link_complaint,
        when=tuple(Stage),
    ),
    "terms": Way(
        title=gettext_lazy("Deadlines of the complaint"),
        button=gettext_lazy("Save"),
        told=gettext_lazy("These deadlines apply now."),
        icon="calendar-time",
        form=forms.TermsForm,
        act=actions.choose_terms,
        when=_UNANSWERED,
    ),
    "end": Way(
        title=gettext_lazy("End without consent"),
        button=gettext_lazy("End the complaint"),
        told=gettext_lazy("Ended without consent. The customer may still accept, and any word opens the case again."),
        about=gettext_lazy("Only once the customer knows all other ways. It is counted apart from what was accepted."),
        icon="circle-x",
        form=forms.EndForm,
        act=actions.end,
        to=Stage.EXHAUSTED,
        permission="complaints.settle",
    ),
    "withdraw": Way(
        title=gettext_lazy("Withdraw the complaint"),
        button=gettext_lazy("Withdraw"),
        told=gettext_lazy("Withdrawn. Its number and its record stay."),
        icon="arrow-back-up",
        form=forms.WithdrawForm,
        act=actions.withdraw,
        to=Stage.WITHDRAWN,
        permission="complaints.settle",
    ),
}
_NEXT = {
    Stage.RECEIVED: "acknowledge",
    Stage.ACKNOWLEDGED: "assess",
    Stage.ASSESSED: "investigate",
    Stage.INVESTIGATED: "answer",
    Stage.REFUSED: "ways",
    Stage.ACCEPTED: "improve",
    Stage.EXHAUSTED: "improve",
}


def next_way(complaint: Complaint, actor: Actor) -> str:
    """The one step that comes next, '' when it is the customer's turn or somebody else's."""
    name = _NEXT.get(Stage(complaint.stage), "")
    if complaint.needs_a_person:
        name = "acknowledge"
    elif complaint.stage == Stage.REFUSED and complaint.ways_offered_at is not None:
        name = "entrust" if complaint.decided_by_id == actor.pk else "investigate"
    return name if name and may(actor, WAYS[name].permission) else ""


def ways_of(complaint: Complaint, actor: Actor) -> list[dict[str, Any]]:
    """All other steps that can be taken now."""
    first = next_way(complaint, actor)
    return [
        {"name": name, "title": way.title, "icon": way.icon}
        for name, way in WAYS.items()
        if name != first and way.fits(complaint, actor)
    ]


def _typed(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when that is nothing: no term chosen is an answer, too."""
    return request.POST if request.method == "POST" else None


@require_http_methods(GET_OR_POST)
@staff("complaints.handle")
def new(request: HttpRequest, number: int) -> HttpResponse:
    """A case's complaint gets its number."""
    actor = actor_of(request)
    case, form = case_by_number(number, actor=actor), forms.RegisterForm(_typed(request))
    made: list[Complaint] = []

    def act(cleaned: dict[str, Any]) -> None:
        made.append(actions.receive_complaint(case=case, actor=actor, **cleaned))

    if request.method == "POST" and do(form, act):
        words = _("Complaint No. %(number)d is registered.") % {"number": made[0].pk}
        return done(request, words, "complaints:complaint", made[0].pk)
    return shown(request, "complaints/new.html", {"section": "complaints", "case": case, "form": form})


@require_http_methods(GET_OR_POST)
@staff("complaints.handle")
def step(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One step of a complaint."""
    actor, way = actor_of(request), WAYS.get(name)
    if way is None:
        raise Refusal("not_found", _("This is no longer here."))
    complaint = complaint_by_number(number, actor=actor)
    form = way.form(_typed(request), complaint=complaint)

    def act(cleaned: dict[str, Any]) -> None:
        way.act(complaint=complaint, actor=actor, **cleaned)

    if request.method == "POST" and do(form, act):
        return done(request, str(way.told), "complaints:complaint", number)
    context = {"section": "complaints", "complaint": complaint, "form": form, "way": way}
    return shown(request, "complaints/step.html", context)
