"""Whose turn it is: by a list, at the end of a case, by a schedule."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.customers.actions import normalise
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.surveys.events import AskingPlanned, ListTaken
from otklik.surveys.listed import Line
from otklik.surveys.models import AskingList, Because, Plan, Rule, Survey, Turn
from otklik.surveys.queries import live_of, plan_of

MOST_LINES: Final = 20_000
_KEPT_FOR: Final = timedelta(days=30)
Trigger = Plan.Trigger


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How a survey is to ask by itself; see ``models.Plan``."""

    trigger: str = Trigger.NONE
    share: int = 100
    every_days: int = 30
    delay_hours: int = 24
    reminders: int = 1
    remind_after_days: int = 4


_BOUNDS: Final = {
    "share": range(1, 101),
    "every_days": range(1, 366),
    "delay_hours": range(721),
    "reminders": range(3),
    "remind_after_days": range(1, 31),
}


@in_one
def plan_asking(*, survey: Survey, wanted: Wanted, actor: Actor) -> Plan:
    """How a survey asks from now on; a schedule begins at once. Raises ``Refusal('plan_invalid')``."""
    require(actor, "surveys.edit")
    wrong = [name for name, fits in _BOUNDS.items() if getattr(wanted, name) not in fits]
    if wrong or wanted.trigger not in Trigger.values:
        said = _("This number does not fit.")
        raise Refusal("plan_invalid", said, fields=dict.fromkeys(wrong or ["trigger"], said))
    plan = plan_of(survey)
    was_on = plan.trigger == Trigger.SCHEDULE
    for name, value in vars(wanted).items():
        setattr(plan, name, value)
    if wanted.trigger != Trigger.SCHEDULE:
        plan.next_at = None
    elif not was_on or plan.next_at is None:
        plan.next_at = timezone.now()
    plan.save()
    announce(AskingPlanned(survey_id=survey.pk), actor=actor)
    return plan


# ── By a list ─────────────────────────────────────────────────────────────────────────────
@in_one
def take_list(*, survey: Survey, name: str, lines: Iterable[Line], actor: Actor) -> AskingList:
    """Everybody on a list gets their turn; each line says what became of it.

    An address that is none, and one that stood there before, are said at once, the others as they are asked. Raises
    ``Refusal('survey_closed' | 'list_empty' | 'list_too_long')``.
    """
    require(actor, "surveys.edit")
    live_of(survey)
    taken = list(lines)
    if not taken:
        raise Refusal("list_empty", _("Nobody stands in this file."), fields={"file": _("Nobody stands in this file.")})
    if len(taken) > MOST_LINES:
        said = _("This list is longer than %(most)d lines. Divide it.") % {"most": MOST_LINES}
        raise Refusal("list_too_long", said, fields={"file": said})
    made = AskingList.objects.create(survey=survey, name=name[:200], by_id=actor.pk if actor.is_agent else None)
    now, seen = timezone.now(), set[str]()
    Turn.objects.bulk_create([_turn(made, line, seen, now) for line in taken], batch_size=1000)
    announce(ListTaken(survey_id=survey.pk, list_id=made.pk, lines=len(taken)), actor=actor)
    return made


def _turn(made: AskingList, line: Line, seen: set[str], now: datetime) -> Turn:
    address, rule = _address(line.email, seen)
    done_at = now if rule else None
    return Turn(
        survey_id=made.survey_id, list=made, line=line.number, because=Because.LIST, text=address[:254],
        name=line.name[:200], segment=line.segment[:80], due_at=now, rule=rule, done_at=done_at,
    )  # fmt: skip


def _address(given: str, seen: set[str]) -> tuple[str, str]:
    """As it is written here, with the rule against it, '' for none."""
    try:
        address = normalise("email", given)
    except Refusal:
        return given, Rule.ADDRESS
    if address in seen:
        return address, Rule.TWICE
    seen.add(address)
    return address, ""


@in_one
def forget_lines(*, now: datetime) -> None:
    """What stood in lines that led to nobody is kept for a month, for whoever mends the list."""
    old = Turn.objects.filter(list__isnull=False, done_at__lt=now - _KEPT_FOR).exclude(text="")
    old.update(text="", name="")


# ── At the end of a case ──────────────────────────────────────────────────────────────────
@in_one
def note_end_of_case(*, case_id: int, outcome: str, now: datetime) -> None:
    """Whoever had the case is to be asked by each survey that asks then; a case asks once, however often it ends."""
    fits = [Trigger.CLOSED, Trigger.SATISFIED] if outcome == "satisfied" else [Trigger.CLOSED]
    plans = Plan.objects.filter(trigger__in=fits, survey__closed_at=None).order_by("id")
    if not plans:
        return
    case = Case.objects.select_related("team").only("customer_id", "team__name").get(pk=case_id)
    for plan in plans:
        if _is_drawn(plan, case_id):
            Turn.objects.get_or_create(
                survey_id=plan.survey_id, case_id=case_id, is_reminder=False,
                defaults={
                    "customer_id": case.customer_id, "because": Because.CASE, "segment": case.team.name[:80],
                    "due_at": now + timedelta(hours=plan.delay_hours),
                },
            )  # fmt: skip


def _is_drawn(plan: Plan, number: int) -> bool:
    """The same case is drawn or not, whoever asks and however often."""
    return zlib.crc32(f"{plan.survey_id}:{number}".encode()) % 100 < plan.share


# ── By a schedule ─────────────────────────────────────────────────────────────────────────
_EVERYBODY = """
    INSERT INTO surveys_turn (survey_id, customer_id, because, text, name, segment, is_reminder, due_at, rule, detail)
    SELECT %(survey)s, customer.id, 'schedule', '', '', '', false, %(now)s, '', ''
    FROM customers_customer customer
    WHERE customer.erased_at IS NULL AND customer.merged_into_id IS NULL AND EXISTS (
        SELECT FROM customers_contactpoint point
        WHERE point.customer_id = customer.id AND point.kind = 'email' AND point.bounce <> 'hard'
    ) AND random() * 100 < %(share)s
"""


@in_one
def begin_round(*, plan: Plan, now: datetime) -> int:
    """The turn of a share of all customers, drawn anew each time; how many. Two clocks begin one round."""
    moved = Plan.objects.filter(pk=plan.pk, trigger=Trigger.SCHEDULE, next_at=plan.next_at, next_at__lte=now)
    if not moved.update(next_at=now + timedelta(days=plan.every_days)):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_EVERYBODY, {"survey": plan.survey_id, "now": now, "share": plan.share})
        return int(cursor.rowcount)
