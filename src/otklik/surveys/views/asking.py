"""Whom a survey asks, whom it does not and why, and what came of low scores."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.customers.actions import identify
from otklik.foundation.actors import may
from otklik.foundation.http.forms import DeskForm
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.surveys import actions
from otklik.surveys.asked_words import BECAUSE, RULES, rule_words
from otklik.surveys.definition import said
from otklik.surveys.forms import HandForm, ListForm, NoteForm, PlanForm
from otklik.surveys.models import Rule, Sitting, Turn
from otklik.surveys.policy_forms import ClocksForm
from otklik.surveys.queries import (
    definition_of,
    list_by_id,
    lists,
    low_scores,
    note_by_id,
    outcomes,
    plan_of,
    survey_by_id,
    turns,
)

PEOPLE = Listing(
    template="surveys/people.html",
    columns=(Column(name="turn", label=_("When"), by="pk", of=int, falls=True),),
    live="surveys.turns",
)
LOW = Listing(template="surveys/low.html", order="the newest call for help comes first", still="a few a day", size=25)
_SENTENCES = ("asked", "waits", "not")


@require_http_methods(GET_OR_POST)
@staff("surveys.edit")
def asking(request: HttpRequest, survey_id: int) -> HttpResponse:
    """How a survey asks by itself: whom, how many of them, how often it reminds."""
    row = survey_by_id(survey_id)
    plan = plan_of(row)
    form = PlanForm(request.POST or None, initial={name: getattr(plan, name) for name in PlanForm.base_fields})

    def act(cleaned: dict[str, Any]) -> None:
        actions.plan_asking(survey=row, wanted=actions.Wanted(**cleaned), actor=actor_of(request))

    if request.method == "POST" and do(form, act):
        return done(request, gettext("It asks like this from now on."), "surveys:asking", row.pk)
    context = {
        "section": "surveys", "survey": row, "form": form, "plan": plan, "lists": lists(row),
        "hand": HandForm(prefix="hand"), "counts": outcomes(row),
    }  # fmt: skip
    return shown(request, "surveys/asking.html", context)


@require_http_methods(GET_OR_POST)
@staff("surveys.edit")
def take(request: HttpRequest, survey_id: int) -> HttpResponse:
    """People from a file; each line says what becomes of it."""
    row = survey_by_id(survey_id)
    form = ListForm(request.POST or None, request.FILES or None)
    made: list[int] = []

    def act(cleaned: dict[str, Any]) -> None:
        taken = actions.take_list(survey=row, name=form.file_name, lines=cleaned["file"], actor=actor_of(request))
        made.append(taken.pk)

    if request.method == "POST" and do(form, act):
        messages.success(request, gettext("The list is taken in. Each line says what becomes of it."))
        return redirect(f"{reverse('surveys:people', args=[row.pk])}?list={made[0]}")
    return shown(request, "surveys/take.html", {"section": "surveys", "survey": row, "form": form})


@require_POST
@staff("surveys.edit")
def hand(request: HttpRequest, survey_id: int) -> HttpResponse:
    """One person is asked now, by the same rules as everybody."""
    row = survey_by_id(survey_id)
    form = HandForm(request.POST, prefix="hand")
    told: list[str] = []

    def act(cleaned: dict[str, Any]) -> None:
        customer = identify(kind="email", value=cleaned["email"])
        turn = actions.ask_by_hand(survey=row, customer=customer, actor=actor_of(request))
        told.append(rule_words(turn) or gettext("The letter is on its way."))

    if do(form, act):
        return done(request, told[0], "surveys:asking", row.pk)
    messages.error(request, _first_error(form))
    return redirect("surveys:asking", row.pk)


def _first_error(form: DeskForm) -> str:
    return str(next(iter(form.errors.values()))[0])


# ── Who was asked, and who was not ────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class View:
    """One ready view of the list: all, who was asked, who waits, who was passed over by a rule."""

    key: str
    text: str | Promise
    count: int


@require_safe
@staff("surveys.see")
def people(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Everybody whose turn it was, with what became of it; ``?list=`` one file, ``?rule=`` one outcome."""
    row, rule = survey_by_id(survey_id), request.GET.get("rule", "")
    asked_list = request.GET.get("list", "")
    chosen = list_by_id(row, int(asked_list)) if asked_list.isdecimal() and len(asked_list) < 18 else None  # noqa: PLR2004
    rule = rule if rule in {*_SENTENCES, *Rule.values} else ""
    found = turns(row, rule=rule, list_id=chosen.pk if chosen else None)
    page = PEOPLE.page(request, found)
    context = {
        **page, "section": "surveys", "survey": row, "list": chosen, "rule": rule, "is_narrowed": bool(rule or chosen),
        "rows": [_person(one) for one in page["rows"]],
        "views": _views(outcomes(row, list_id=chosen.pk if chosen else None)),
        "may_edit": may(actor_of(request), "surveys.edit"),
    }  # fmt: skip
    return shown(request, PEOPLE.template, context)


def _views(counts: Any) -> list[View]:
    refused = {rule: counts[rule] for rule in Rule.values if counts.get(rule)}
    rows = [
        View(key="", text=_("Everybody"), count=counts["asked"] + counts["waits"] + sum(refused.values())),
        View(key="asked", text=pgettext_lazy("of a survey", "Asked"), count=counts["asked"]),
        View(key="waits", text=_("Still to be asked"), count=counts["waits"]),
        View(key="not", text=pgettext_lazy("of a survey", "Not asked"), count=sum(refused.values())),
    ]
    return rows + [View(key=rule, text=RULES[rule], count=count) for rule, count in refused.items()]


def _person(turn: Turn) -> dict[str, Any]:
    customer = turn.customer
    name = customer.name if customer else turn.name
    return {
        "turn": turn,
        "pk": turn.pk,
        "name": name or (_("Name unknown") if customer else turn.text),
        "because": BECAUSE[turn.because],
        "words": rule_words(turn) if turn.rule else "",
    }


# ── Low scores ────────────────────────────────────────────────────────────────────────────
@require_safe
@staff("surveys.see")
def low(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Each low score with its words, its case, and what was done."""
    row, actor = survey_by_id(survey_id), actor_of(request)
    page = LOW.page(request, low_scores(row, actor))
    context = {
        **page, "section": "surveys", "survey": row, "rows": [_low(one) for one in page["rows"]],
    }  # fmt: skip
    return shown(request, LOW.template, context)


def _low(sitting: Sitting) -> dict[str, Any]:
    survey, language = definition_of(sitting.version), get_language() or "ru"
    given = {row.question: row for row in sitting.answers.all()}
    scores = [
        {"text": said(one.text, language), "number": given[one.key].number, "most": one.range[1]}
        for one in survey.questions
        if one.low_score is not None and one.key in given and (given[one.key].number or 0) <= one.low_score
    ]
    words = [given[one.key].words for one in survey.questions if one.key in given and given[one.key].words]
    return {"sitting": sitting, "case": sitting.case, "scores": scores, "words": words}


# ── Notes of the house, and the clocks ────────────────────────────────────────────────────
@require_POST
@staff("surveys.edit")
def note(request: HttpRequest, survey_id: int) -> HttpResponse:
    """Write down what happened on a day, or (``drop``) take a note away."""
    dropped = request.POST.get("drop", "")
    if dropped.isdecimal() and len(dropped) < 18:  # noqa: PLR2004
        actions.drop_note(note=note_by_id(int(dropped)), actor=actor_of(request))
        return done(request, gettext("The note is gone."), "surveys:survey", survey_id)
    form = NoteForm(request.POST)

    def act(cleaned: dict[str, Any]) -> None:
        actions.note_day(day=cleaned["day"], text=cleaned["text"], actor=actor_of(request))

    if do(form, act):
        return done(request, gettext("It stands beside the trends of all surveys now."), "surveys:survey", survey_id)
    messages.error(request, _first_error(form))
    return redirect("surveys:survey", survey_id)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def clocks(request: HttpRequest) -> HttpResponse:
    return policy_page(request, ClocksForm, "surveys:clocks", gettext("Whom surveys do not ask"))
