"""A case as one line of a list: every word, tone and share worked out before the template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.cases import labels
from otklik.cases.lists import ListPage, Row
from otklik.cases.models import Case, titled
from otklik.cases.queries import AT_RISK
from otklik.desk.queries import reminder_due
from otklik.standards.kinds import KINDS
from otklik.team.queries import Face
from otklik.ui import words
from otklik.ui.labels import Label

_MOST_TAGS = 2
_NOBODY = Face(id=0, name="", photo="", is_active=False, may_own=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of the inbox. ``dash``: how much of the promised time is spent, as a ring; '' draws no ring."""

    id: int
    subject: str
    preview: str
    who: str
    badges: Sequence[Label]
    tags: Sequence[str]
    channel: Label
    owner: Face
    is_unread: bool
    tone: str
    dash: str
    clock_before: str
    clock_text: str
    clock_at: str
    is_counting: bool
    when: str
    when_whole: str
    when_at: str
    anchor: str = ""


@dataclass(kw_only=True)
class Group:
    """Lines under one heading. ``count`` is what the page shows, with a '+' when it goes on."""

    title: str | Promise
    icon: str
    tone: str = ""
    lines: list[Line] = field(default_factory=list)
    goes_on: bool = False

    @property
    def count(self) -> str:
        return f"{len(self.lines)}{'+' if self.goes_on else ''}"


_GROUPS = {
    "risk": (gettext_lazy("Promise at risk"), "alarm", "risk"),
    "today": (gettext_lazy("Today"), "clock", ""),
    "later": (gettext_lazy("Tomorrow and later"), "calendar", ""),
    "calm": (gettext_lazy("Without a promise"), "clock-pause", ""),
    "open": (pgettext_lazy("view", "Open"), "message-2", ""),
    "solved": (gettext_lazy("Solved, waiting for the customer's word"), "hourglass", "solved"),
    "closed": (gettext_lazy("Closed"), "archive", ""),
    "spam": (pgettext_lazy("view", "Spam"), "ban", ""),
}


def groups(page: ListPage, people: Mapping[int, Face]) -> list[Group]:
    """The page's rows under their headings, in the order of the list."""
    found: list[Group] = []
    last = ""
    for row in page.rows:
        name = _group_of(row, page)
        if name != last:
            title, icon, tone = _GROUPS[name]
            found.append(Group(title=title, icon=icon, tone=tone))
            last = name
        found[-1].lines.append(line_of(row, people, now=page.now))
    if found and page.older:
        found[-1].goes_on = True
    return found


def _group_of(row: Row, page: ListPage) -> str:
    if row.state != Case.State.OPEN:
        return row.state if row.state in _GROUPS else "closed"
    if page.wish.sort != "promise":
        return "open"
    if row.due_at is None:
        return "calm"
    if row.due_at < page.now + AT_RISK:
        return "risk"
    is_today = timezone.localtime(row.due_at).date() == timezone.localtime(page.now).date()
    return "today" if is_today else "later"


def line_of(row: Row, people: Mapping[int, Face], *, now: datetime) -> Line:
    tone, dash, before, text, moment = _clock(row, now)
    return Line(
        id=row.id,
        subject=titled(row.subject),
        preview=words.bare_words(row.preview),
        who=row.organization or row.customer or _("Name not known"),
        badges=_badges(row),
        tags=row.tags[:_MOST_TAGS],
        channel=labels.channel(row.channel),
        owner=people.get(row.owner_id, _NOBODY),
        is_unread=row.state == Case.State.OPEN and row.waits_for == Case.WaitsFor.US,
        tone=tone,
        dash=dash,
        clock_before=before,
        clock_text=text,
        clock_at=moment.isoformat(timespec="seconds") if moment else "",
        is_counting=row.state == Case.State.OPEN and moment is not None,
        when=words.when_short(row.last_word_at, now=now),
        when_whole=words.when(row.last_word_at, now=now),
        when_at=row.last_word_at.isoformat(timespec="seconds"),
    )


def _clock(row: Row, now: datetime) -> tuple[str, str, str, str, datetime | None]:
    """Tone, ring, words for the ear, words for the eye, moment."""
    if row.state == Case.State.SOLVED and row.solved_at:
        moment = reminder_due(row.solved_at, row.reminders)
        return "solved", "0 100", "", _("reminder %(day)s") % {"day": words.day(moment, now=now)}, moment
    if row.merged_into:
        return "unconfirmed", "", "", _("goes on in %(number)d") % {"number": row.merged_into}, None
    if row.state == Case.State.SATISFIED:
        score = _("satisfied, %(score)d of 5") % {"score": row.satisfaction} if row.satisfaction else _("satisfied")
        return "satisfied", "", "", score, None
    if row.state == Case.State.UNCONFIRMED:
        return "unconfirmed", "", "", _("unconfirmed"), None
    if row.due_at is None:
        is_theirs = row.waits_for == Case.WaitsFor.CUSTOMER
        return "", "", "", _("the customer's turn") if is_theirs else _("no promise"), None
    tone = "late" if row.due_at < now else "risk" if row.due_at < now + AT_RISK else ""
    start = row.last_word_at if row.due_at == row.next_word_by else row.asked_at or row.created_at
    share = words.share_spent(start, row.due_at, now=now)
    before = _("Promise missed:") if tone == "late" else _("Until the promised word:")
    return tone, words.ring_dash(share), before, words.time_left(row.due_at, now=now), row.due_at


def _badges(row: Row) -> list[Label]:
    found = []
    if row.is_undelivered:
        found.append(labels.UNDELIVERED)
    if row.came_back and row.state == Case.State.OPEN:
        found.append(labels.CAME_BACK)
    if row.priority in {"high", "urgent"}:
        found.append(labels.PRIORITIES[row.priority])
    if row.kind != "question":
        found.append(Label(text=KINDS[row.kind].text))
    if row.merged_into:
        found.append(labels.merged_into(row.merged_into))
    elif row.state != Case.State.OPEN:
        found.append(labels.STATES[row.state])
    return found
