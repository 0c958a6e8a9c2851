"""A talk is written down: who it was with, then what was said, promised, and how it ended. All of it by keyboard."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.calls.actions import Spoken, meet_caller, note_first_talk, note_talk, note_wrong_number
from otklik.calls.forms import NEW, NoteForm, WhoForm
from otklik.calls.models import Call, Talk, WalkIn
from otklik.calls.queries import call_by_id, cases_to_choose, owner_of, people_like, walk_in_by_id
from otklik.calls.values import Direction, Outcome, Way
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number, is_seen
from otklik.customers.models import Customer
from otklik.customers.queries import customer_by_id, tier_of
from otklik.foundation.actors import Actor
from otklik.foundation.http.pages import GET_OR_POST, do, done, is_part, shown
from otklik.foundation.http.staff import actor_of, staff

_KEPT = ("call", "walk")
_LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class About:
    """What the address of the page says. ``customer`` None with ``is_new``: somebody whom we do not know yet."""

    way: str
    customer: Customer | None
    is_new: bool
    call: Call | None
    walk_in: WalkIn | None
    case: Case | None
    began: int
    link: str

    @property
    def number(self) -> str:
        return self.call.phone if self.call else self.walk_in.phone if self.walk_in else ""


@require_http_methods(GET_OR_POST)
@staff("calls.note")
def note(request: HttpRequest, way: str) -> HttpResponse:
    """``?call``, ``walk``, ``case`` or ``customer`` say whom it is with; without them it is asked."""
    about = _about(request, way, actor_of(request))
    if about.customer is None and not about.is_new:
        return _find(request, about)
    return _write(request, about)


def _about(request: HttpRequest, way: str, actor: Actor) -> About:
    sent = request.GET
    case = case_by_number(int(sent["case"]), actor=actor) if sent.get("case", "").isdecimal() else None
    call = call_by_id(int(sent["call"]), actor=actor) if sent.get("call", "").isdecimal() else None
    walk_in = walk_in_by_id(int(sent["walk"]), actor=actor) if sent.get("walk", "").isdecimal() else None
    given = sent.get("customer", "")
    customer = customer_by_id(int(given), actor=actor) if given.isdecimal() else case.customer if case else None
    given_at = sent.get("began", "")
    began = int(given_at) if given_at.isdecimal() and len(given_at) < 12 else _beginning(call)  # noqa: PLR2004
    return About(
        way=way,
        customer=customer,
        is_new=given == NEW,
        call=call,
        walk_in=walk_in,
        case=case,
        began=began,
        link=_link(request, way, began),
    )


def _beginning(call: Call | None) -> int:
    """Seconds since 1970: when they began to speak, else now."""
    return int((call.answered_at if call and call.answered_at else timezone.now()).timestamp())


def _link(request: HttpRequest, way: str, began: int) -> str:
    """The address of the next step, to whose end whom it is with is written."""
    kept = {name: request.GET[name][:_LONGEST] for name in _KEPT if name in request.GET}
    page = reverse("calls:visit" if way == Way.VISIT else "calls:note")
    return f"{page}?{urlencode({**kept, 'began': str(began)})}&"


# ── With whom ─────────────────────────────────────────────────────────────────────────────
def _find(request: HttpRequest, about: About) -> HttpResponse:
    """People by a part of their name or number; the only one who is found by Enter is chosen at once."""
    actor, typed = actor_of(request), request.GET.get("q")
    words = (about.number or (about.walk_in.name if about.walk_in else "")) if typed is None else typed[:_LONGEST]
    people = people_like(words, actor=actor)
    if typed and len(people) == 1 and not is_part(request):
        return redirect(f"{about.link}{urlencode({'customer': people[0].pk})}")
    owner = owner_of(about.number)
    context = {
        "about": about,
        "words": words,
        "new": _somebody_new(words),
        "people": [{"one": one, "tier": tier_of(one), "is_owner": one == owner} for one in people],
        "section": "calls",
    }
    return shown(request, "calls/people.html" if is_part(request) else "calls/who.html", context)


def _somebody_new(words: str) -> str:
    """What asks for somebody new, with what was typed."""
    typed = {"phone" if _is_number(words) else "name": words} if words else {}
    return urlencode({"customer": NEW, **typed})


def _is_number(words: str) -> bool:
    return any(letter.isdecimal() for letter in words) and not any(letter.isalpha() for letter in words)


# ── What was said ─────────────────────────────────────────────────────────────────────────
def _write(request: HttpRequest, about: About) -> HttpResponse:
    actor = actor_of(request)
    cases = cases_to_choose(about.customer, actor=actor) if about.customer else []
    if about.case is not None and about.case not in cases:
        cases = [about.case, *cases]
    sent = request.POST or None
    form = NoteForm(sent, cases=cases, is_visit=about.way == Way.VISIT, initial=_initial(about))
    who = WhoForm(sent, initial=_who(request, about)) if about.is_new else None
    written: list[Talk] = []
    is_ready = who is None or (sent is not None and who.is_valid())
    if sent is not None and is_ready and do(form, lambda typed: written.append(_act(typed, form, who, about, actor))):
        return _written(request, written[0], actor)
    context = {"form": form, "who": who, "about": about, "section": "calls", "cases": cases}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent is not None else HTTPStatus.OK
    return render(request, "calls/note.html", context, status=status)


def _initial(about: About) -> dict[str, Any]:
    known: dict[str, Any] = {"began": about.began}
    if about.case is not None:
        known["case"] = str(about.case.pk)
    if about.call is not None:
        known["direction"] = about.call.direction
    if about.walk_in is not None:
        known |= {"said": about.walk_in.text, "subject": about.walk_in.topic}
    return known


def _who(request: HttpRequest, about: About) -> dict[str, str]:
    name = request.GET.get("name", about.walk_in.name if about.walk_in else "")[:_LONGEST]
    return {"name": name, "phone": request.GET.get("phone", about.number)[:40]}


def _act(typed: dict[str, Any], form: NoteForm, who: WhoForm | None, about: About, actor: Actor) -> Talk:
    if typed["outcome"] == Outcome.WRONG:
        return note_wrong_number(actor=actor, call=about.call, seconds=form.seconds)
    spoken = Spoken(
        way=about.way,
        direction=typed.get("direction") or Direction.IN,
        said=typed["said"],
        told=typed["told"],
        promised_at=typed["promised_at"],
        promise=typed["promise"] or "next_word",
        is_solved=typed["outcome"] == Outcome.SOLVED,
        seconds=form.seconds,
        call=about.call,
        walk_in=about.walk_in,
    )
    if typed["case"] != NEW:
        return note_talk(case=case_by_number(int(typed["case"]), actor=actor), actor=actor, spoken=spoken)
    customer = about.customer
    if customer is None:
        assert who is not None, "somebody new is asked for their name"
        customer = meet_caller(name=who.cleaned_data["name"], phone=who.cleaned_data["phone"], actor=actor)
    return note_first_talk(customer=customer, actor=actor, spoken=spoken, subject=typed["subject"])


def _written(request: HttpRequest, talk: Talk, actor: Actor) -> HttpResponse:
    if talk.case is None:
        return done(request, _("Noted: a wrong number."), "calls:owed")
    told = _("Written down. The owner of the case: %(name)s") % {"name": talk.case.owner.name}
    if is_seen(actor, talk.case.pk):
        return done(request, told, "desk:case", talk.case.pk)
    return done(request, told, "calls:owed")
