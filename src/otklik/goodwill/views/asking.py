"""The lead's pages: who waits for a "yes", and the page with two buttons that the letter leads to."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.actors import Actor, may
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.goodwill.actions import answer_asked, tell_customer, withdraw
from otklik.goodwill.figures import became_of
from otklik.goodwill.forms import AnswerForm, TellForm
from otklik.goodwill.labels import STATES
from otklik.goodwill.models import Gesture
from otklik.goodwill.pages import tabs
from otklik.goodwill.queries import gesture_by_id, heard_by_letter, left_of_agent, purse_of, waiting_for

WAITING = Listing(
    template="goodwill/waiting.html",
    order="The most urgent first: somebody waits, and the customer was told by when.",
    live="goodwill.waiting",
    size=100,
)


@require_GET
@staff("goodwill.give")
def waiting(request: HttpRequest) -> HttpResponse:
    """What others asked for whoever may answer, else what one asked oneself."""
    actor = actor_of(request)
    rows = list(waiting_for(actor)[: WAITING.size])
    context = {
        **WAITING.page(request, Gesture.objects.none()), "section": "goodwill", "rows": rows, "now": timezone.now(),
        "is_lead": may(actor, "goodwill.decide"), "tabs": tabs(actor), "current": "goodwill:waiting",
    }  # fmt: skip
    return shown(request, WAITING.template, context)


@require_http_methods(GET_OR_POST)
@staff("goodwill.give")
def asked(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening it changes nothing, whatever its address says; a button does: yes, no, withdraw, tell the customer."""
    actor = actor_of(request)
    gesture = gesture_by_id(pk, actor=actor)
    deed = request.POST.get("do", "")
    form = AnswerForm(request.POST if deed in {"yes", "no"} else None, gift=gesture.gift)
    tell = TellForm(request.POST if deed == "tell" else None, initial={"words": gesture.words})
    if deed in {"yes", "no"}:
        if do(form, lambda cleaned: answer_asked(gesture=gesture, is_yes=deed == "yes", actor=actor, **cleaned)):
            return done(request, _("Your colleague has been told."), "goodwill:waiting")
    elif deed == "tell":
        if do(tell, lambda cleaned: tell_customer(gesture=gesture, actor=actor, **cleaned)):
            return done(request, _("The letter is on its way."), "desk:case", gesture.case_id)
    elif deed == "withdraw":
        withdraw(gesture=gesture, actor=actor)
        return done(request, _("The question is withdrawn."), "desk:case", gesture.case_id)
    context = _about(gesture, actor, form if deed != "tell" else tell, form, tell)
    return shown(request, "goodwill/asked.html", {**context, "say": request.GET.get("say", "yes")})


def _about(
    gesture: Gesture, actor: Actor, bound: AnswerForm | TellForm, answer: AnswerForm, tell: TellForm
) -> dict[str, object]:
    now, is_mine = timezone.now(), gesture.agent_id == actor.pk
    is_waiting = gesture.state == Gesture.State.WAITING
    return {
        "section": "goodwill",
        "gesture": gesture,
        "state": STATES[gesture.state],
        "form": bound,
        "answer": answer,
        "tell": tell,
        "now": now,
        "may_answer": is_waiting and not is_mine and may(actor, "goodwill.decide"),
        "may_withdraw": is_waiting and (is_mine or may(actor, "goodwill.decide")),
        "may_tell": gesture.told_at is None and gesture.state in {Gesture.State.GIVEN, Gesture.State.DECLINED},
        "left": left_of_agent(gesture.agent_id, gesture.team_id, now=now),
        "is_by_letter": heard_by_letter(gesture),
        "became": became_of(gesture),
        "purse": purse_of(gesture.team_id, now=now),
        "case_url": reverse("desk:case", args=[gesture.case_id]),
    }
