"""What is done with promises at the desk: made, moved, kept, withdrawn, answered for; each with its way back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import (
    keep_vow,
    make_promise,
    move_promise,
    preview_apology,
    put_promise_back,
    save_draft,
    withdraw_promise,
)
from otklik.cases.labels import promise_words
from otklik.cases.models import Case, Draft
from otklik.cases.queries import Seen, case_by_number, newest, seen_of
from otklik.cases.vows import Vow, VowKind, running
from otklik.cases.zones import zone_words
from otklik.foundation.actors import Actor
from otklik.foundation.database.alphabet import ByName
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import UNDOABLE_FOR
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, LETTER_DRAWN, attempt, do, shown
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.signing import seal, unseal
from otklik.promises.actions import apologize, decide_offer, say_how
from otklik.promises.forms import ApologyForm, KeptForm, MomentForm, PromiseForm, PromisesForm, SaidForm
from otklik.promises.letters import apology_for, thanks_for
from otklik.promises.queries import late_by, next_moment, offer_by_id, unsaid_in, without_a_word
from otklik.reach.models import Message

BROKEN = Listing(
    template="promises/broken.html",
    columns=(
        Column(name="due", label=_("Promised for"), by="due_at", of=datetime),
        Column(name="case", label=_("Case"), by="case_id", of=int),
        Column(name="owner", label=_("Owner then"), by=ByName("owner__name")),
    ),
    live="promises.broken",
)
"""All sort only what is in ``broken_without_a_word``."""


@require_GET
@staff("team.see")
def broken(request: HttpRequest) -> HttpResponse:
    """Promises that broke and whose customers wait for a word, for those who lead."""
    rows = without_a_word(actor_of(request)).select_related("case__customer", "owner")
    page = BROKEN.page(request, rows)
    told = [{"row": row, "by": late_by(row), "what": promise_words(row.kind)} for row in page["rows"]]
    return shown(request, BROKEN.template, {"section": "broken", **page, "rows": told})


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def settings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, PromisesForm, "promises:settings", gettext("Promises"))


# ── A call, a visit ───────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("cases.promise")
def call(request: HttpRequest, number: int) -> HttpResponse:
    return _make(request, number, VowKind.CALL_BACK, gettext("Promise a call"))


@require_http_methods(GET_OR_POST)
@staff("cases.promise")
def visit(request: HttpRequest, number: int) -> HttpResponse:
    return _make(request, number, VowKind.VISIT, gettext("Promise a visit"))


def _make(request: HttpRequest, number: int, kind: VowKind, title: str) -> HttpResponse:
    case = _case(request, number)
    form = PromiseForm(request.POST or None, initial=MomentForm.at_moment(next_moment(case)))

    def act(actor: Actor) -> Vow:
        return make_promise(case=case, actor=actor, kind=kind, by=form.moment, about=form.cleaned_data["about"])

    return _page(request, case, form, act, title=title, submit=gettext("Promise it"), told=gettext("Promised"))


@require_http_methods(GET_OR_POST)
@staff("cases.promise")
def move(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """Another moment for what is promised."""
    case = _case(request, number)
    vow = _vow(case, kind)
    form = MomentForm(request.POST or None, initial=MomentForm.at_moment(vow.due_at))
    title = gettext("Move the promise: %(promise)s") % {"promise": promise_words(kind).lower()}

    def act(actor: Actor) -> Vow:
        return move_promise(case=case, actor=actor, kind=kind, by=form.moment)

    return _page(request, case, form, act, title=title, submit=gettext("Move it"), told=gettext("Moved"))


@require_http_methods(GET_OR_POST)
@staff("cases.promise")
def keep(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """When the customer was called, visited or told."""
    case = _case(request, number)
    vow = _vow(case, kind)
    form = KeptForm(request.POST or None, initial=MomentForm.at_moment(timezone.now()))
    title = gettext("When was it kept: %(promise)s") % {"promise": promise_words(kind).lower()}

    def act(actor: Actor) -> Vow:
        return keep_vow(case=case, actor=actor, kind=kind, at=form.given_at(vow.since))

    return _page(request, case, form, act, title=title, submit=gettext("It was kept"), told=gettext("Kept. Thank you"))


@require_POST
@staff("cases.promise")
def withdraw(request: HttpRequest, number: int, kind: str) -> HttpResponse:
    """It is promised no more."""
    case, actor = _case(request, number), actor_of(request)
    was = _standing(case, kind)
    back = _way_back(number, kind, done=None, was=was) if was else ""
    attempt(request, lambda: withdraw_promise(case=case, actor=actor, kind=kind), gettext("Withdrawn"), way_back=back)
    return _there(number)


def _page(
    request: HttpRequest,
    case: Case,
    form: MomentForm,
    act: Callable[[Actor], Vow],
    *,
    title: str,
    submit: str,
    told: str,
) -> HttpResponse:
    """A form about one promise: done, told with the way back, and back in the case; or shown with what is wrong."""
    made: list[Vow] = []
    before = list(case.promised)
    if request.method == "POST" and do(form, lambda _typed: made.append(act(actor_of(request)))):
        kind = made[0].kind
        was = next((kept for kept in before if kept["kind"] == kind), None)
        back = _way_back(case.number, kind, done=_standing(_case(request, case.number), kind), was=was)
        messages.success(request, told, extra_tags=back)
        return _there(case.number)
    context = {"section": "inbox", "case": case, "form": form, "title": title, "submit": submit, **_zones(case)}
    return shown(request, "promises/moment.html", context)


def _zones(case: Case) -> dict[str, Any]:
    """By whose clock the form is read, and by whose the customer is told."""
    now = timezone.now()
    return {"my_zone": str(timezone.get_current_timezone()), "zone": zone_words(case, at=now)}


@require_POST
@staff("cases.promise")
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Make a promise what it was. Raises ``Refusal('link_expired')`` after a quarter of an hour."""
    done = unseal("promise", token, max_age=UNDOABLE_FOR)
    case, actor = _case(request, done["case"]), actor_of(request)
    attempt(
        request,
        lambda: put_promise_back(case=case, actor=actor, kind=done["kind"], done=done["done"], was=done["was"]),
        gettext("Taken back"),
    )
    return _there(case.number)


def _way_back(number: int, kind: str, *, done: dict[str, Any] | None, was: dict[str, Any] | None) -> str:
    token = seal("promise", {"case": number, "kind": str(kind), "done": done, "was": was})
    return reverse("promises:undo", args=[token])


# ── Promised in words ─────────────────────────────────────────────────────────────────────
@require_POST
@staff("cases.promise")
def take(request: HttpRequest, offer_id: int) -> HttpResponse:
    """What the answer says is a promise of the case."""
    return _decide(request, offer_id, gettext("Promised"), is_taken=True)


@require_POST
@staff("cases.promise")
def decline(request: HttpRequest, offer_id: int) -> HttpResponse:
    """It is none."""
    return _decide(request, offer_id, gettext("It is not a promise"), is_taken=False)


def _decide(request: HttpRequest, offer_id: int, told: str, *, is_taken: bool) -> HttpResponse:
    actor = actor_of(request)
    offer = offer_by_id(offer_id, actor=actor)
    attempt(request, lambda: decide_offer(offer=offer, actor=actor, is_taken=is_taken), told)
    return _there(offer.case_id)


# ── Once it broke ─────────────────────────────────────────────────────────────────────────
@csp_override(LETTER_DRAWN)
@require_http_methods(GET_OR_POST)
@staff("cases.reply")
def apology(request: HttpRequest, number: int) -> HttpResponse:
    """A prepared word for what broke, with a new moment: read, made one's own and sent by a person."""
    case, actor = _case(request, number), actor_of(request)
    owed = unsaid_in(case)
    if not owed:
        raise Refusal("nothing_broken", gettext("No broken promise in this case is waiting for a word."))
    begun = {"text": apology_for(owed[0], case), **MomentForm.at_moment(next_moment(case))}
    form = ApologyForm(request.POST or None, initial=begun)
    seen: Seen = newest() if request.method == "GET" else seen_of(request.POST)
    sent: list[Message] = []

    def act(typed: dict[str, Any]) -> None:
        by, text = form.moment, typed["text"]
        sent.append(apologize(case=case, actor=actor, text=text, by=by, is_undoable=True, **seen))

    if request.method == "POST" and "look" not in request.POST and do(form, act):
        waits = sent[0].send_after is not None
        back = reverse("desk:take-back", args=[number, sent[0].pk]) if waits else ""
        messages.success(request, gettext("Your letter is on its way"), extra_tags=back)
        return _there(number)
    letter = _letter(case, actor, form, begun)
    context = {"section": "inbox", "case": case, "form": form, "owed": owed, "seen": seen, "letter": letter}
    return shown(request, "promises/apology.html", context | _zones(case))


def _letter(case: Case, actor: Actor, form: ApologyForm, begun: dict[str, Any]) -> Any:
    """The letter as it would leave with what is typed, else with what was prepared."""
    if form.is_bound and form.is_valid():
        return preview_apology(case=case, actor=actor, text=form.cleaned_data["text"], by=form.moment)
    return preview_apology(case=case, actor=actor, text=begun["text"], by=next_moment(case))


@require_http_methods(GET_OR_POST)
@staff("cases.reply")
def said(request: HttpRequest, number: int) -> HttpResponse:
    """The customer got the word in another way."""
    case, actor = _case(request, number), actor_of(request)
    form: DeskForm = SaidForm(request.POST or None)
    if request.method == "POST" and do(form, lambda typed: say_how(case=case, actor=actor, how=typed["how"])):
        messages.success(request, gettext("Recorded: the customer was told"))
        return _there(number)
    title, submit = gettext("The customer has been told"), gettext("Record it")
    context = {"section": "inbox", "case": case, "form": form, "title": title, "submit": submit}
    return shown(request, "promises/moment.html", context)


@require_POST
@staff("cases.reply")
def thanks(request: HttpRequest, number: int) -> HttpResponse:
    """A line of thanks for waiting, put under what the agent has typed so far."""
    case, actor = _case(request, number), actor_of(request)
    draft = Draft.objects.filter(case=case, agent_id=actor.agent_id, kind="reply").values_list("text", flat=True)
    words, line = draft.first() or "", thanks_for(case)
    if line not in words:
        text = "\n\n".join(filter(None, [words.rstrip(), line]))
        save_draft(case=case, actor=actor, kind="reply", text=text)
    return HttpResponseRedirect(f"{reverse('desk:case', args=[number])}#reply")


def _case(request: HttpRequest, number: int) -> Case:
    return case_by_number(number, actor=actor_of(request))


def _vow(case: Case, kind: str) -> Vow:
    """What runs. Raises ``Refusal('promise_unknown')``."""
    vow = running(case, VowKind(kind)) if kind in set(VowKind) else None
    if vow is None:
        raise Refusal("promise_unknown", gettext("Nothing of that kind is promised in this case now."))
    return vow


def _standing(case: Case, kind: str) -> dict[str, Any] | None:
    return next((kept for kept in case.promised if kept["kind"] == kind), None)


def _there(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:case", args=[number]))
