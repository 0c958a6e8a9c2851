"""What gestures cost and brought, and which rule of "no" costs satisfaction. Reads only; each number opens its cases.

What a customer said *after* it: their last word about the case since then. Who has said nothing is left out, and told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from otklik.cases.models import Case, CustomersWord
from otklik.foundation.actors import Actor, require
from otklik.foundation.figures import Counted, Figure, Unit, share
from otklik.foundation.figures.tables import MOST_ROWS, Cell, Column, Kind, Table
from otklik.goodwill.models import Gesture, SaidNo
from otklik.goodwill.money import KOPECKS
from otklik.goodwill.queries import gestures, refusals_in


@dataclass(frozen=True, kw_only=True)
class Line:
    """One gift, agent or rule: how often, for how many kopecks, and what was said after it."""

    key: int | None
    name: str
    times: int
    amount: int
    said: int
    satisfied: int

    @property
    def figure(self) -> Figure:
        found = share(self.satisfied, self.said, left_out=self.times - self.said)
        return Figure.of(found, unit=Unit.SHARE, counted=Counted.ANSWERS)

    def is_below(self, whole: "Line") -> bool:
        """Whether it is proven that fewer are satisfied after it than after all others."""
        others = share(whole.satisfied - self.satisfied, whole.said - self.said)
        mine = self.figure
        return bool(self.said and others.n) and (mine.high or 0) < (others.low or 0)


def together(lines: Sequence[Line]) -> Line:
    """All of them as one."""
    sums = {name: sum(getattr(line, name) for line in lines) for name in ("times", "amount", "said", "satisfied")}
    return Line(key=None, name="", **sums)


def given_by(actor: Actor, group: str, *, since: datetime) -> list[Line]:
    """Gestures since then by ``gift``, ``situation`` (where one was said) or ``agent``, the most often first.

    Raises ``Refusal('not_allowed')``.
    """
    require(actor, "goodwill.decide")
    rows = _given(actor, since).exclude(**{f"{group}_id": None})
    return _lines(rows, group, amount=Sum("amount"))


def refused_by_rule(actor: Actor, *, since: datetime) -> list[Line]:
    """Refusals since then by their rule, the most often first. Raises ``Refusal('not_allowed')``."""
    require(actor, "goodwill.decide")
    return _lines(_refused(actor, since), "rule")


def rule_so_far(*, since: datetime) -> dict[int, Line]:
    """What each rule has cost by now, for whoever is about to use it: no names, no cases."""
    return {line.key or 0: line for line in _lines(_heard_after(SaidNo.objects.filter(at__gte=since), "at"), "rule")}


def _given(actor: Actor, since: datetime) -> QuerySet[Gesture]:
    rows = gestures(actor).filter(state=Gesture.State.GIVEN, given_at__gte=since)
    return _heard_after(rows, "given_at")


def _refused(actor: Actor, since: datetime) -> QuerySet[SaidNo]:
    return _heard_after(refusals_in(actor).filter(at__gte=since), "at")


def _heard_after(rows: QuerySet[Any], moment: str) -> QuerySet[Any]:
    """With ``last_word``: the customer's last word about the case since it happened."""
    words = CustomersWord.objects.filter(case_id=OuterRef("case_id"), at__gte=OuterRef(moment)).order_by("-pk")
    heard: QuerySet[Any] = rows.annotate(
        last_word=Subquery(words.values("pk")[:1]), score=Subquery(words.values("satisfaction")[:1])
    )
    return heard


_SATISFIED = Q(last_word=F("case__word_id"))
"""Only a satisfied word becomes that of the case."""


def _lines(rows: QuerySet[Any], group: str, amount: Any = None) -> list[Line]:
    counted = rows.order_by().values(f"{group}_id", f"{group}__name").annotate(
        times=Count("pk"),
        said=Count("pk", filter=Q(last_word__isnull=False)),
        satisfied=Count("pk", filter=_SATISFIED),
        **({"money": amount} if amount else {}),
    )  # fmt: skip
    lines = [
        Line(
            key=row[f"{group}_id"],
            name=row[f"{group}__name"],
            times=row["times"],
            amount=int(row.get("money") or 0),
            said=row["said"],
            satisfied=row["satisfied"],
        )
        for row in counted
    ]
    return sorted(lines, key=lambda line: (-line.times, line.name))


# ── One by one ────────────────────────────────────────────────────────────────────────────
def said_after(ids: Sequence[int]) -> dict[int, str]:
    """Gesture id → what became of it: satisfied, dissatisfied, unconfirmed or waiting."""
    rows = _heard_after(Gesture.objects.filter(pk__in=ids), "given_at")
    return {
        pk: outcome(last, word, state)
        for pk, last, word, state in rows.values_list("pk", "last_word", "case__word_id", "case__state")
    }


@dataclass(frozen=True, kw_only=True)
class Became:
    """What a customer said after one gesture: what it is called, how it looks, their own words, their mark of five."""

    said: str
    tone: str
    words: str = ""
    score: int | None = None


def became_of(gesture: Gesture) -> Became | None:
    """What the customer said after it; None while nothing is given, or when it was taken back."""
    if gesture.state != Gesture.State.GIVEN:
        return None
    row = _heard_after(Gesture.objects.filter(pk=gesture.pk), "given_at").select_related("case").get()
    code = outcome(row.last_word, row.case.word_id, row.case.state)
    word = CustomersWord.objects.filter(pk=row.last_word).first()
    return Became(
        said=outcomes()[code],
        tone=TONES[code],
        words=word.words if word else "",
        score=word.satisfaction if word else None,
    )


def outcome(last_word: int | None, cases_word: int | None, state: str) -> str:
    if last_word is not None:
        return "satisfied" if last_word == cases_word else "dissatisfied"
    return "unconfirmed" if state == Case.State.UNCONFIRMED else "waiting"


def outcomes() -> dict[str, str]:
    """What each is called."""
    return {
        "satisfied": _("satisfied"),
        "dissatisfied": _("not satisfied"),
        "unconfirmed": _("silent"),
        "waiting": pgettext("after a gesture", "no word yet"),
    }


TONES = {"satisfied": "satisfied", "dissatisfied": "back", "unconfirmed": "unconfirmed", "waiting": ""}
"""How each looks."""


# ── Tables ────────────────────────────────────────────────────────────────────────────────
def table_of_lines(lines: Sequence[Line], *, name: str, title: str, has_money: bool) -> Table:
    """Each line as a row; rubles as they are."""
    money = (Column(label=_("Rubles"), kind=Kind.NUMBER),) if has_money else ()
    columns = (
        Column(label=title),
        Column(label=_("How often"), kind=Kind.NUMBER),
        *money,
        Column(label=_("Satisfied after it"), kind=Kind.SHARE),
        Column(label=_("At least"), kind=Kind.SHARE),
        Column(label=_("At most"), kind=Kind.SHARE),
        Column(label=_("Answers"), kind=Kind.NUMBER),
        Column(label=_("No word"), kind=Kind.NUMBER),
    )
    return Table(name=name, title=title, columns=columns, rows=[_row(line, has_money=has_money) for line in lines])


def _row(line: Line, *, has_money: bool) -> list[Cell]:
    figure = line.figure
    money: list[Cell] = [line.amount / KOPECKS] if has_money else []
    return [line.name, line.times, *money, figure.value, figure.low, figure.high, figure.n, figure.left_out]


def table_of_gestures(actor: Actor, *, since: datetime) -> Table:
    """One by one, the newest first. Raises ``Refusal('not_allowed')``."""
    require(actor, "goodwill.decide")
    rows = list(_given(actor, since)[: MOST_ROWS + 1])
    words = outcomes()
    cells: list[list[Cell]] = [
        [
            row.case_id, row.gift.name, row.situation.name if row.situation else None, row.agent.name,
            row.decided_by.name if row.decided_by else None, row.given_at, row.amount / KOPECKS, words[_became_of(row)],
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        *_case(),
        Column(label=_("Gift")),
        Column(label=_("What happened")),
        Column(label=_("Who gave")),
        Column(label=_("Approved by")),
        Column(label=_("When"), kind=Kind.MOMENT),
        Column(label=_("Rubles"), kind=Kind.NUMBER),
        Column(label=_("Afterwards")),
    )
    title = _("Gestures, one by one")
    return Table(name="gestures", title=title, columns=columns, rows=cells[:MOST_ROWS], is_cut=len(cells) > MOST_ROWS)


def table_of_refusals(actor: Actor, *, since: datetime) -> Table:
    """One by one, the newest first. Raises ``Refusal('not_allowed')``."""
    require(actor, "goodwill.decide")
    rows = list(_refused(actor, since)[: MOST_ROWS + 1])
    words = outcomes()
    cells: list[list[Cell]] = [
        [
            row.case_id, row.rule.name, row.agent.name, row.at, row.instead.name if row.instead else None,
            words[_became_of(row)],
        ]
        for row in rows
    ]  # fmt: skip
    columns = (
        *_case(),
        Column(label=_("Rule")),
        Column(label=_("Who refused")),
        Column(label=_("When"), kind=Kind.MOMENT),
        Column(label=_("Offered instead")),
        Column(label=_("Afterwards")),
    )
    title = _("Refusals, one by one")
    return Table(name="refusals", title=title, columns=columns, rows=cells[:MOST_ROWS], is_cut=len(cells) > MOST_ROWS)


def _case() -> tuple[Column, ...]:
    return (Column(label=_("Case"), kind=Kind.NUMBER, link="/desk/cases/{}/"),)


def _became_of(row: Any) -> str:
    return outcome(row.last_word, row.case.word_id, row.case.state)
