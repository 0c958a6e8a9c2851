"""What the next owner must know, prepared from the case; a person reads it, changes it and only then sends it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Window
from django.db.models.functions import Coalesce, Left, RowNumber
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from otklik.cases.known import LABELS, facts_in
from otklik.cases.labels import promise_words
from otklik.cases.models import Case, CasePurpose, CaseStep
from otklik.cases.queries.promises import Standing, promises_of
from otklik.cases.queries.standards import steps_with
from otklik.reach.models import Message
from otklik.standards.queries import version_by_id
from otklik.ui.words import bare_words, when

_ANSWERS = [Message.Purpose.ANSWER, CasePurpose.QUESTION]
_LETTERS, _BEGINNING, _QUOTED = 10, 3000, 400


@dataclass(kw_only=True)
class _Said:
    """Of one case, the newest first: their own words, our answers, colleagues' notes; each with its moment."""

    heard: list[tuple[str, datetime]] = field(default_factory=list)
    answers: list[tuple[str, datetime]] = field(default_factory=list)
    notes: list[tuple[str, datetime]] = field(default_factory=list)


def prepared_summaries(cases: Sequence[Case]) -> Mapping[int, str]:
    """Number → text, for cases that the reader may see, in their language: two queries for all of them.

    Their last words, our last answer, the last note, what is promised, what was tried, what they have told already.
    """
    said, marks = _said_in(cases), _steps_done(cases)
    now = timezone.now()
    return {case.pk: _text(case, said.get(case.pk, _Said()), marks.get(case.pk, []), now) for case in cases}


def prepared_summary(case: Case) -> str:
    return prepared_summaries([case])[case.pk]


def _said_in(cases: Iterable[Case]) -> dict[int, _Said]:
    of = Message.objects.filter(conversation__thread__case__in=[case.pk for case in cases])
    heard = of.filter(direction=Message.Direction.IN, automatic_because="", is_sender_verified=True)
    ours = of.filter(direction=Message.Direction.OUT, purpose__in=_ANSWERS)
    rows = (heard | ours | of.filter(direction=Message.Direction.NOTE)).annotate(
        place=Window(RowNumber(), partition_by=["conversation__thread__case_id", "direction"], order_by="-id")
    )
    found: dict[int, _Said] = {}
    told = rows.filter(place__lte=_LETTERS).order_by("-id")
    for number, direction, text, at in told.values_list(
        "conversation__thread__case_id", "direction", Left("text", _BEGINNING), Coalesce("written_at", "at")
    ):
        said = found.setdefault(number, _Said())
        lists = {Message.Direction.IN: said.heard, Message.Direction.OUT: said.answers}
        lists.get(direction, said.notes).append((text, at))
    return found


def _steps_done(cases: Sequence[Case]) -> dict[int, list[CaseStep]]:
    found: dict[int, list[CaseStep]] = {}
    for mark in CaseStep.objects.filter(case__in=[case.pk for case in cases if case.standard_version_id]):
        found.setdefault(mark.case_id, []).append(mark)
    return found


def _text(case: Case, said: _Said, marks: Sequence[CaseStep], now: datetime) -> str:
    parts = [
        _last(_("The customer's last words, %(when)s"), said.heard, now),
        _last(_("We answered, %(when)s"), said.answers, now),
        _last(_("Note of a colleague, %(when)s"), said.notes, now),
        _listed(_("Promised"), _promises(case, now)),
        _listed(_("What was tried"), _tried(case, marks)),
        _listed(_("Already told"), _facts(said)),
    ]
    return "\n".join(part for part in parts if part)


def _last(heading: str, said: Sequence[tuple[str, datetime]], now: datetime) -> str:
    if not said:
        return ""
    text, at = said[0]
    words = Truncator(" ".join(bare_words(text).split())).chars(_QUOTED)
    return f"{heading % {'when': when(at, now=now)}}: «{words}»" if words else ""


def _listed(heading: str, rows: Sequence[str]) -> str:
    return f"{heading}: {'; '.join(rows)}" if rows else ""


def _promises(case: Case, now: datetime) -> list[str]:
    rows = []
    for one in promises_of(case, now=now):
        if one.given_at is not None:
            continue
        told = f"{promise_words(one.kind).lower()} {when(one.due_at, now=now)}"
        if one.vow is not None and one.vow.about:
            told = f"{told} ({one.vow.about})"
        if one.state is Standing.BROKEN:
            told = _("%(promise)s, late already") % {"promise": told}
        if one.state is Standing.RESTING:
            told = _("%(promise)s, resting while we wait for the customer") % {"promise": told}
        rows.append(told)
    return rows


def _tried(case: Case, marks: Sequence[CaseStep]) -> list[str]:
    rows = []
    version = version_by_id(case.standard_version_id) if case.standard_version_id else None
    if version is not None:
        steps = steps_with(version, [mark for mark in marks if mark.version_id == version.pk])
        rows = [step.words for step in steps if step.state == CaseStep.State.DONE]
    if case.summary:
        said = Truncator(" ".join(bare_words(case.summary).split())).chars(_QUOTED)
        rows.append(_("told as solved: «%(words)s»") % {"words": said})
    if case.came_back:
        times = ngettext("it came back %(count)d time", "it came back %(count)d times", case.came_back)
        rows.append(times % {"count": case.came_back})
    return rows


def _facts(said: _Said) -> list[str]:
    found = {
        (fact.kind, fact.value): f"{str(LABELS[fact.kind]).lower()} {fact.value}"
        for text, _at in said.heard
        for fact in facts_in(text)
    }
    return list(found.values())
