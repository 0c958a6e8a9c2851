"""One case as the page shows it: what was said and what happened in one line of time, promises, the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import AT_RISK, CaseFile
from otklik.customers.models import Customer
from otklik.desk import labels
from otklik.desk.happenings import Happened, happened
from otklik.desk.labels import Label
from otklik.desk.queries import reminder_due
from otklik.desk.words import why_undelivered
from otklik.foundation.file_urls import Use, file_url, thumbnail_url
from otklik.foundation.files import PICTURES
from otklik.reach.adapters.incoming import Verdicts
from otklik.reach.models import Attachment, Delivery, Message
from otklik.reach.queries import Letter
from otklik.team.queries import Face
from otklik.ui import words

SHOWN_AT_ONCE = 40
_GONE = {Delivery.State.FAILED, Delivery.State.BOUNCED}


@dataclass(frozen=True, kw_only=True)
class File:
    """An attachment: ``small`` is the address of its little picture or ''."""

    name: str
    size: int
    url: str
    small: str


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """What became of a letter for one of its recipients."""

    delivery_id: int
    address: str
    text: str
    icon: str
    is_lost: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """A letter or a note. ``side``: customer, us, note or machine. ``leaves_at``: it can still be taken back."""

    id: int
    side: str
    name: str
    photo: str
    via: str
    at: datetime
    text: str
    html: str
    files: Sequence[File]
    recipients: Sequence[Recipient]
    has_more: bool
    has_original: bool
    doubt: str
    automatic: str
    leaves_at: datetime | None
    is_mine: bool

    kind = "said"


@dataclass(frozen=True, kw_only=True)
class PromiseLine:
    """A promise of the standard: still running, late, or kept."""

    title: str | Promise
    deadline: datetime
    share: float
    tone: str
    kept: str


@dataclass(frozen=True, kw_only=True)
class Step:
    state: str
    text: str


@dataclass(kw_only=True)
class Talk:
    """The conversation; ``earlier`` lines stand before the shown ones."""

    lines: list[Said | Happened] = field(default_factory=list)
    earlier: int = 0
    last_message_id: int = 0
    lost: list[Recipient] = field(default_factory=list)


def talk_of(file: CaseFile, people: Mapping[int, Face], *, agent_id: int, is_whole: bool) -> Talk:
    """Letters, notes and events in the order of time; the newest ``SHOWN_AT_ONCE`` unless ``is_whole``."""
    words_said = {word.pk: word for word in file.words}
    said = [_said(letter, file.case, people, agent_id) for letter in file.letters if not letter.is_taken_back]
    lines: list[Said | Happened] = [*said]
    lines += [line for event in file.events if (line := happened(event, people, words_said)) is not None]
    lines.sort(key=lambda line: line.at)
    earlier = 0 if is_whole else max(len(lines) - SHOWN_AT_ONCE, 0)
    lost = [row for line in said for row in line.recipients if row.is_lost] if file.case.is_undelivered else []
    last = max((letter.message.pk for letter in file.letters), default=0)
    return Talk(lines=lines[earlier:], earlier=earlier, last_message_id=last, lost=lost)


def letters_after(file: CaseFile, people: Mapping[int, Face], *, agent_id: int, seen: int) -> list[Said]:
    """What customers and colleagues have written after a message that somebody saw."""
    newer = [letter for letter in file.letters if letter.message.pk > seen and not _is_automatic(letter.message)]
    shown = [_said(letter, file.case, people, agent_id) for letter in newer if not letter.is_taken_back]
    return [one for one in shown if not (one.side == "us" and one.is_mine)]


def said_of(letters: Sequence[Letter], case: Case, people: Mapping[int, Face]) -> list[Said]:
    """Letters of another case, for reading only; notes stay in their case."""
    rows = [
        letter
        for letter in letters
        if letter.message.purpose not in Message.AUTOMATIC and letter.message.direction != Message.Direction.NOTE
    ]
    return [_said(letter, case, people, 0) for letter in rows if not letter.is_taken_back]


def _is_automatic(message: Message) -> bool:
    return message.purpose in Message.AUTOMATIC or bool(message.automatic_because)


_SIDES = {"in": "customer", "out": "us", "note": "note"}


def _said(letter: Letter, case: Case, people: Mapping[int, Face], agent_id: int) -> Said:
    message, rows = letter.message, letter.deliveries
    face = people.get(message.agent_id or 0)
    side = "machine" if _is_automatic(message) else _SIDES[message.direction]
    waits = bool(rows) and message.send_after is not None and all(row.state == "queued" for row in rows)
    name = face.name if face else message.author_name or message.author_address or _("Name not known")
    return Said(
        id=message.pk,
        side=side,
        name=name,
        photo=face.photo if face else "",
        via=_via(message, case, rows),
        at=message.at,
        text=message.text,
        html=letter.html,
        files=[_file(part) for part in letter.files],
        recipients=[_recipient(row) for row in rows] if side == "us" else [],
        has_more=letter.has_more,
        has_original=message.raw_id is not None,
        doubt=_doubt(message),
        automatic=_automatic(message),
        leaves_at=message.send_after if waits else None,
        is_mine=message.agent_id == agent_id,
    )


def _via(message: Message, case: Case, rows: Sequence[Delivery]) -> str:
    if message.direction == Message.Direction.OUT:
        names = ", ".join(row.name or row.address for row in rows)
        return _("to %(names)s") % {"names": names} if names else ""
    way = str(labels.channel(case.channel).text).lower()
    verdicts = message.verdicts
    if message.is_sender_verified and "pass" in {verdicts.get("dkim"), verdicts.get("dmarc")}:
        return _("%(channel)s, signature checked") % {"channel": way}
    return way


def _doubt(message: Message) -> str:
    """Why the sender may not be who they say, in words; '' when there is no reason to doubt."""
    if message.direction != Message.Direction.IN:
        return ""
    known = {name: message.verdicts.get(name, "") for name in ("spf", "dkim", "dmarc")}
    if Verdicts(**known).is_failing:
        said = ", ".join(f"{name.upper()}: {value}" for name, value in known.items() if value)
        return _("The sender's address may be forged (%(verdicts)s). Do not tell anything private.") % {
            "verdicts": said
        }
    if not message.is_sender_verified and not message.automatic_because:
        return _("Sender not verified: %(address)s. Answers go only to the known customer.") % {
            "address": message.author_address
        }
    return ""


def _automatic(message: Message) -> str:
    known = {
        "acknowledgement": _("Told the customer who accompanies the case"),
        "question": _("Asked the customer whether it is solved"),
        "reminder": _("Reminded the customer of the question"),
        "handover": _("Told the customer the new name"),
    }
    if message.purpose in known:
        return known[message.purpose]
    if message.automatic_because == "bounce":
        return _("A mail server reports that a letter did not arrive")
    return _("Automatic letter, it gets no answer") if message.automatic_because else ""


def _file(part: Attachment) -> File:
    is_picture = part.file.content_type in PICTURES
    return File(
        name=part.name,
        size=part.file.size,
        url=file_url(part.file, part.name, use=Use.PICTURE if is_picture else Use.DOWNLOAD),
        small=thumbnail_url(part.file),
    )


def _recipient(row: Delivery) -> Recipient:
    now = timezone.now()
    sent = words.when(row.sent_at, now=now) if row.sent_at else ""
    texts = {
        Delivery.State.QUEUED: (_("Waiting to leave"), "clock"),
        Delivery.State.SENDING: (_("Leaving now"), "send"),
        Delivery.State.SENT: (_("Sent, %(when)s") % {"when": sent}, "check"),
        Delivery.State.DELIVERED: (_("Delivered, %(when)s") % {"when": sent}, "checks"),
        Delivery.State.CANCELLED: (_("Taken back"), "arrow-back-up"),
    }
    is_lost = row.state in _GONE
    lost = (_("Not delivered: %(why)s") % {"why": why_undelivered(row)}, "mail-x") if is_lost else ("", "")
    text, icon = lost if is_lost else texts[Delivery.State(row.state)]
    if row.state == Delivery.State.QUEUED and row.attempts:
        text = _("Not taken yet, we try again %(when)s") % {"when": words.when(row.next_at or now, now=now)}
    return Recipient(delivery_id=row.pk, address=row.address, text=text, icon=icon, is_lost=is_lost)


# ── Promises, steps, state ────────────────────────────────────────────────────────────────
def promises(case: Case) -> list[PromiseLine]:
    """What the standard promises and what became of it, the most urgent first."""
    now = timezone.now()
    lines = []
    if case.state == Case.State.OPEN:
        waits_for_us = case.waits_for == Case.WaitsFor.US and case.first_answered_at is not None
        if waits_for_us and case.next_word_by:
            lines.append(_promise(_("Next word"), case.last_word_at, case.next_word_by, now))
        if case.first_answered_at is None:
            lines.append(_promise(_("First answer"), case.created_at, case.first_answer_by, now))
        lines.append(_promise(_("Solution"), case.created_at, case.solution_by, now))
    if case.first_answered_at is not None:
        took = _("in %(duration)s") % {"duration": words.duration(case.first_answered_at - case.created_at)}
        tone = "late" if case.first_answered_at > case.first_answer_by else ""
        lines.append(
            PromiseLine(title=_("First answer"), deadline=case.first_answer_by, share=1.0, tone=tone, kept=took)
        )
    return lines


def _promise(title: str, start: datetime, deadline: datetime, now: datetime) -> PromiseLine:
    tone = "late" if deadline < now else "risk" if deadline < now + AT_RISK else ""
    share = words.share_spent(start, deadline, now=now)
    return PromiseLine(title=title, deadline=deadline, share=share, tone=tone, kept="")


def steps(case: Case) -> list[Step]:
    """The way of the case, which ends with the customer's word."""
    now = timezone.now()
    found = [Step(state="done", text=_("Came %(day)s") % {"day": words.day(case.created_at, now=now)})]
    if case.first_answered_at:
        took = words.duration(case.first_answered_at - case.created_at)
        found.append(Step(state="done", text=_("First answer in %(duration)s") % {"duration": took}))
    else:
        text = _("First answer %(when)s") % {"when": words.time_left(case.first_answer_by, now=now)}
        found.append(Step(state="now", text=text))
    is_open = case.state == Case.State.OPEN
    if is_open:
        left = words.time_left(case.solution_by, now=now)
        state = "now" if case.first_answered_at else "later"
        found += [
            Step(state=state, text=_("Solution %(when)s") % {"when": left}),
            Step(state="later", text=_("The customer's word")),
        ]
        return found
    found.append(Step(state="done", text=_("Solved, we believe")))
    if case.state == Case.State.SOLVED and case.solved_at:
        due = words.day(reminder_due(case.solved_at, case.reminders), now=now)
        found.append(Step(state="now", text=_("The customer's word; reminder %(day)s") % {"day": due}))
    elif case.state == Case.State.SATISFIED:
        found.append(Step(state="done", text=_("The customer is satisfied")))
    else:
        found.append(Step(state="later", text=_("Closed without a word")))
    return found


def badges(case: Case) -> list[Label]:
    """The state in words beside the subject."""
    found = [] if case.state == Case.State.OPEN else [labels.STATES[case.state]]
    if case.is_undelivered:
        found.append(labels.UNDELIVERED)
    if case.came_back and case.state == Case.State.OPEN:
        found.append(labels.CAME_BACK)
    if case.priority in {"high", "urgent"}:
        found.append(labels.PRIORITIES[case.priority])
    return found


def their_time(customer: Customer) -> str:
    """The clock at the customer's, '' when their zone is not known."""
    try:
        zone = ZoneInfo(customer.time_zone) if customer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        zone = None
    return timezone.localtime(timezone.now(), zone).strftime("%H:%M") if zone else ""


def outcome(case: Case) -> str:
    """How another case ended, in a few words."""
    if case.word is not None and case.word.satisfaction:
        return _("satisfied, %(score)d of 5") % {"score": case.word.satisfaction}
    return str(labels.STATES[case.state].text).lower()
