"""Pages on which something is written: a suggestion, a voice, our answer, the letter to everyone who asked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from otklik.cases.queries import case_by_number
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.customers.queries import may_see_customer
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.suggestions import actions, letters
from otklik.suggestions.actions import Said
from otklik.suggestions.forms import (
    AnswerForm,
    DeclineForm,
    EditForm,
    FromCaseForm,
    IdeaForm,
    LinkForm,
    MergeForm,
    NewForm,
    ShowForm,
    TellForm,
    VoiceForm,
)
from otklik.suggestions.labels import STATES
from otklik.suggestions.models import State, Suggestion, Word
from otklik.suggestions.queries import (
    Plan,
    author_for,
    first_untold,
    plan_of,
    said_in,
    suggestion_by_id,
    way_to,
    weight_of,
)
from otklik.suggestions.views.lists import near_to
from otklik.team.queries import agent_by_id
from otklik.ui.letters import words_html

_PAGE = "suggestions:suggestion"
_LONGEST_GIVEN = 2000


# ── Whose words ───────────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def new(request: HttpRequest) -> HttpResponse:
    """In the words of somebody on the phone, or of a survey (``?words=``)."""
    source = request.GET.get("source", "")
    initial = {"words": request.GET.get("words", "")[:_LONGEST_GIVEN], "source": source}
    form, made = NewForm(request.POST or None, initial=initial), list[Suggestion]()

    def act(typed: dict[str, Any]) -> None:
        actor = actor_of(request)
        source = Word.Source.SURVEY if typed["source"] == Word.Source.SURVEY else Word.Source.PHONE
        said = Said(customer=_whose(typed, actor), words=typed["words"], source=source, key=typed["key"])
        made.append(actions.suggest(said=said, title=typed["title"], actor=actor))

    if form.is_bound and do(form, act):
        return done(request, _("Written down."), _PAGE, made[0].pk)
    return shown(request, "suggestions/new.html", {"section": "suggestions", "form": form})


def _whose(typed: dict[str, Any], actor: Actor) -> Customer | None:
    """The person of the e-mail or the phone, known or met now; None where neither was given.

    Raises ``Refusal('customer_out_of_sight')`` and what ``identify`` raises.
    """
    kind = next((one for one in ("email", "phone") if typed[one].strip()), "")
    if not kind:
        return None
    customer = identify(kind=kind, value=typed[kind], name=typed["name"].strip())
    if not may_see_customer(actor, customer):
        said = _("This customer is known, but you may not see them. Ask your lead.")
        raise Refusal("customer_out_of_sight", said, fields={kind: said})
    return customer


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def from_case(request: HttpRequest, number: int) -> HttpResponse:
    """Out of what the customer said in a case: a new suggestion, or one more voice for a known one (``into``)."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    said = said_in(case)
    asked = request.GET.get("message", "")
    initial = {"message": asked or (said[0].pk if said else None)}
    form, made = FromCaseForm(request.POST or None, said=said, initial=initial), list[int]()

    def act(typed: dict[str, Any]) -> None:
        message = form.said.get(typed["message"])
        words = typed["words"].strip() or (message.text if message else "")
        about = Said(
            customer=case.customer,
            words=words,
            source=Word.Source.MESSAGE,
            case=case,
            message_id=message.pk if message else None,
            at=message.dated if message else None,
        )
        made.append(_heard(request, about, typed["title"], actor))

    if form.is_bound and do(form, act):
        return done(request, _("Written down."), _PAGE, made[0])
    return shown(request, "suggestions/from_case.html", {"section": "inbox", "case": case, "form": form})


def _heard(request: HttpRequest, said: Said, title: str, actor: Actor) -> int:
    into = request.POST.get("into", "")
    if into.isdecimal():
        row = suggestion_by_id(int(into[:15]), actor=actor)
        return actions.add_voice(suggestion=row, said=said, actor=actor).suggestion_id
    return actions.suggest(said=said, title=title, actor=actor).pk


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def idea(request: HttpRequest) -> HttpResponse:
    """A colleague's own."""
    form, made = IdeaForm(request.POST or None), list[Suggestion]()

    def act(typed: dict[str, Any]) -> None:
        made.append(actions.suggest_as_colleague(actor=actor_of(request), **typed))

    if form.is_bound and do(form, act):
        messages.success(request, _("Thank you. The leads read it."))
        return redirect(_PAGE, made[0].pk) if not made[0].hinders else redirect("suggestions:suggestions")
    return shown(request, "suggestions/idea.html", {"section": "suggestions", "form": form})


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def voice(request: HttpRequest, pk: int) -> HttpResponse:
    """On behalf of somebody who said it on the phone or at the counter."""

    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        said = Said(customer=_whose(typed, actor), words=typed["words"], key=typed["key"])
        actions.add_voice(suggestion=row, said=said, actor=actor)

    return _write(request, pk, VoiceForm(request.POST or None), "suggestions/voice.html", act)


# ── What becomes of it ────────────────────────────────────────────────────────────────────
type Act = Callable[[Suggestion, dict[str, Any], Actor], object]


def _write(
    request: HttpRequest, pk: int, form: DeskForm, template: str, act: Act, context: dict[str, Any] | None = None
) -> HttpResponse:
    """A page with one form about a suggestion, and back to it."""
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    if form.is_bound and do(form, lambda typed: act(row, typed, actor)):
        return done(request, _("Written down."), _PAGE, pk)
    return shown(request, template, {"section": "suggestions", "suggestion": row, "form": form, **(context or {})})


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row = suggestion_by_id(pk, actor=actor_of(request))
    form = EditForm(request.POST or None, suggestion=row)

    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        actions.edit_suggestion(suggestion=row, values=typed, actor=actor)

    return _write(request, pk, form, "suggestions/edit.html", act)


@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        actions.move(suggestion=row, to=State.DECLINED, reason=typed["reason"], actor=actor)

    return _write(request, pk, DeclineForm(request.POST or None), "suggestions/decline.html", act)


@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    row = suggestion_by_id(pk, actor=actor_of(request))

    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        actions.answer(suggestion=row, words=typed["answer"], actor=actor)

    form = AnswerForm(request.POST or None, initial={"answer": row.answer})
    return _write(request, pk, form, "suggestions/answer.html", act)


@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The words for the board, approved by pressing."""
    row = suggestion_by_id(pk, actor=actor_of(request))

    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        actions.show(suggestion=row, title=typed["title"], words=typed["words"], actor=actor)

    own = "" if row.is_theirs and not row.may_be_shown else row.title
    initial = {"title": row.shown_title or own, "words": row.shown_words}
    return _write(request, pk, ShowForm(request.POST or None, initial=initial), "suggestions/show.html", act)


@require_http_methods(GET_OR_POST)
@staff("suggestions.write")
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Cases, articles and standards that it has to do with."""

    def act(row: Suggestion, typed: dict[str, Any], actor: Actor) -> None:
        to = {name: one for name, one in typed.items() if one and name != "case"}
        if typed["case"]:
            to["case"] = case_by_number(typed["case"], actor=actor)
        for name, one in to.items():
            actions.link(suggestion=row, actor=actor, **{name: one})
        if not to:
            actions.link(suggestion=row, actor=actor)

    return _write(request, pk, LinkForm(request.POST or None), "suggestions/link.html", act)


@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the other one, see both side by side, and press."""
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    form = MergeForm(request.POST or None, initial={"into": request.GET.get("into", "")})
    if request.method == "POST":
        joined = list[Suggestion]()

        def act(typed: dict[str, Any]) -> None:
            into = suggestion_by_id(typed["into"], actor=actor)
            joined.append(actions.merge(suggestion=row, into=into, actor=actor))

        if do(form, act):
            return done(request, _("They are one now, with all voices."), _PAGE, joined[0].pk)
    asked = request.GET.get("into", "")
    other = suggestion_by_id(int(asked[:15]), actor=actor) if asked.isdecimal() else None
    pair = [_side(one) for one in (row, other)] if other is not None else []
    near = [] if pair else near_to(row.title, actor, is_ours=row.is_of_staff, but=row.pk)
    context = {
        "section": "suggestions", "suggestion": row, "other": other, "pair": pair, "form": form, "near": near,
    }  # fmt: skip
    return shown(request, "suggestions/merge.html", context)


def _side(row: Suggestion) -> dict[str, Any]:
    return {"suggestion": row, "state": STATES[row.state], "weight": weight_of(row)}


# ── Everyone who asked ────────────────────────────────────────────────────────────────────
@require_http_methods(GET_OR_POST)
@staff("suggestions.decide")
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as one of them will see it, how many get it and by which way; then the press.

    Words that were changed are shown as a letter first.
    """
    actor = actor_of(request)
    row = suggestion_by_id(pk, actor=actor)
    form = TellForm(request.POST or None, initial={"words": letters.prepared(row)})
    words = request.POST.get("words", "").strip() if form.is_bound else letters.prepared(row)
    is_seen = form.is_bound and words == request.POST.get("seen", "").strip() and request.POST.get("do") == "send"
    if is_seen:
        told = list[int]()

        def act(typed: dict[str, Any]) -> None:
            telling = actions.tell_everyone(
                suggestion=row, words=words, people=typed["people"] if typed["people"] is not None else -1, actor=actor
            )
            told.append(telling.people)

        if do(form, act):
            text = ngettext("%(count)d person is told now.", "%(count)d people are told now.", told[0])
            return done(request, text % {"count": told[0]}, _PAGE, pk)
    plan = plan_of(row)
    context = {
        "section": "suggestions",
        "suggestion": row,
        "form": form,
        "plan": plan,
        "ways": _ways(plan),
        "words": words,
        "is_changed": form.is_bound and not is_seen and request.POST.get("do") == "send",
        "letter": _letter(row, words, actor),
        "back": reverse(_PAGE, args=[pk]),
    }
    return shown(request, "suggestions/tell.html", context)


def _ways(plan: Plan) -> list[str]:
    """«27 by e-mail»."""
    named = {
        "email": lambda n: ngettext("%(count)d by e-mail", "%(count)d by e-mail", n),
        "colleague": lambda n: ngettext("%(count)d colleague here", "%(count)d colleagues here", n),
        "no_way": lambda n: ngettext("%(count)d must be called", "%(count)d must be called", n),
    }
    other = lambda n: ngettext("%(count)d by messenger", "%(count)d by messenger", n)  # noqa: E731
    return [str(named.get(way, other)(many)) % {"count": many} for way, many in sorted(plan.ways.items())]


def _letter(row: Suggestion, words: str, actor: Actor) -> dict[str, Any] | None:
    """What the first of them will read."""
    voice = first_untold(row, actor)
    if voice is None or voice.customer is None or not actor.is_agent:
        return None
    conversation, case = way_to(voice)
    author = author_for(voice, case=case, presser=agent_by_id(actor.agent_id))
    if author is None:
        return None
    with translation.override(voice.customer.language):
        letter = letters.told(voice, words, author=author, case=case, conversation=conversation)
        return {"for": voice.customer.name, "sheet": letter.sheet, "html": words_html(words)}
