"""What was said in a case and what happened, in one line of time as the page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from otklik.cases import labels
from otklik.cases.happenings import Happened, Known, happened
from otklik.cases.models import Case, CustomersWord
from otklik.cases.queries import Beside, CaseFile, Seen
from otklik.foundation.files.keeping import PICTURES
from otklik.foundation.files.links import Use, file_url, thumbnail_url
from otklik.foundation.modules import automatic_purposes, purposes, timeline
from otklik.foundation.sentences import names_for
from otklik.reach.adapters.incoming import Verdicts
from otklik.reach.models import Attachment, Delivery, Message
from otklik.reach.queries import Letter
from otklik.reach.reasons import why_undelivered
from otklik.team.queries import Face
from otklik.ui import words
from otklik.ui.letters import words_text

SHOWN_AT_ONCE = 40
_LONG_LETTERS, _LONG_LINES = 2400, 30
MOST_IN_PLACE = 8_000
"""Letters of a text from outside that stand in the conversation; the whole is asked for."""
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
    """What became of a letter for one of its recipients; ``is_unsure``: it may have arrived all the same."""

    delivery_id: int
    address: str
    text: str
    icon: str
    is_lost: bool
    is_unsure: bool = False


@dataclass(frozen=True, kw_only=True)
class Said:
    """A letter or a note. ``side``: customer, us, note or machine. ``leaves_at``: it can still be taken back."""

    id: int
    side: str
    name: str
    at: datetime
    text: str
    photo: str = ""
    via: str = ""
    html: str = ""
    files: Sequence[File] = ()
    pictures: Sequence[File] = ()
    notices: Sequence[str] = ()
    recipients: Sequence[Recipient] = ()
    has_more: bool = False
    has_original: bool = False
    doubt: str = ""
    automatic: str = ""
    is_guessed: bool = False
    leaves_at: datetime | None = None
    is_mine: bool = False
    may_be_another: bool = False
    """The customer's own word, and not the first: another question may begin with it."""

    kind = "said"

    @property
    def is_long(self) -> bool:
        """Too long to stand whole between others: shown folded."""
        return len(self.text) > _LONG_LETTERS or self.text.count("\n") > _LONG_LINES

    @property
    def short(self) -> str:
        """The beginning, without signs of formatting."""
        return Truncator(words.bare_words(self.text)).words(120)


@dataclass(kw_only=True)
class Talk:
    """The conversation; ``earlier`` lines stand before the shown ones."""

    lines: list[Said | Happened] = field(default_factory=list)
    earlier: int = 0
    lost: list[Recipient] = field(default_factory=list)
    beside: Beside | None = None


def talk_of(file: CaseFile, people: Mapping[int, Face], *, agent_id: int, is_whole: bool) -> Talk:
    """Letters, notes and events in the order of time; the newest ``SHOWN_AT_ONCE`` unless ``is_whole``."""
    names = names_for(event for event in file.events if event.name in timeline())
    known = Known(people=people, said={word.pk: word for word in file.words}, names=names)
    said = [_said(letter, file.case, people, agent_id) for letter in file.letters if not letter.is_taken_back]
    lines: list[Said | Happened] = [*said]
    told = _done(file)
    lines += [
        line for event in file.events if (line := happened(event, known, done=told.get(event.pk, ""))) is not None
    ]
    lines.sort(key=lambda line: line.at)
    earlier = 0 if is_whole else max(len(lines) - SHOWN_AT_ONCE, 0)
    lost = [row for line in said for row in line.recipients if row.is_lost] if file.case.is_undelivered else []
    return Talk(
        lines=_where_others_may_begin(lines, file.case)[earlier:], earlier=earlier, lost=lost, beside=file.beside
    )


def _where_others_may_begin(lines: list[Said | Happened], case: Case) -> list[Said | Happened]:
    """With what the customer wrote, but for their first word, another matter may begin."""
    if case.state == Case.State.SPAM:
        return lines
    theirs = [line.id for line in lines if isinstance(line, Said) and line.side == "customer"]
    others = set(theirs) - {min(theirs, default=0)}
    return [
        replace(line, may_be_another=True) if isinstance(line, Said) and line.id in others else line for line in lines
    ]


def _done(file: CaseFile) -> dict[int, str]:
    """What was done, by the event that marked it solved last; nothing when a letter of ours says the same."""
    summary = file.case.summary.strip()
    solved = max((event.pk for event in file.events if event.name == "cases.solved"), default=0)
    answers = {letter.message.text.strip()[: len(summary)] for letter in file.letters if _is_answer(letter.message)}
    return {solved: words_text(summary)} if solved and summary and summary not in answers else {}


def _is_answer(message: Message) -> bool:
    return message.direction == Message.Direction.OUT and not _is_automatic(message)


def news(file: CaseFile, people: Mapping[int, Face], *, agent_id: int, seen: Seen) -> list[Said]:
    """What customers and colleagues have said since; nothing for whoever does not say what they saw."""
    message, word = seen.get("seen_message_id"), seen.get("seen_word_id")
    found = [_word(one, file.case) for one in file.words if word is not None and one.pk > word]
    newer = [one for one in file.letters if message is not None and one.message.pk > message]
    shown = [one for one in newer if not _is_automatic(one.message) and not one.is_taken_back]
    found += [_said(one, file.case, people, agent_id) for one in shown]
    return sorted((one for one in found if not (one.side == "us" and one.is_mine)), key=lambda one: one.at)


def _word(word: CustomersWord, case: Case) -> Said:
    """What the customer said by the buttons of an answer page."""
    button = _("Yes, it is solved") if word.is_solved else _("No, not yet")
    return Said(
        id=word.pk,
        side="customer",
        name=case.customer.name,
        at=word.at,
        text=f"«{button}»\n{word.words}".strip(),
    )


def said_of(letters: Sequence[Letter], case: Case, people: Mapping[int, Face]) -> list[Said]:
    """Letters of another case, for reading only; notes stay in their case."""
    rows = [
        letter
        for letter in letters
        if letter.message.purpose not in automatic_purposes() and letter.message.direction != Message.Direction.NOTE
    ]
    return [_said(letter, case, people, 0) for letter in rows if not letter.is_taken_back]


def _is_automatic(message: Message) -> bool:
    return message.purpose in automatic_purposes() or bool(message.automatic_because)


_GUESSED = {"out_of_office", "receipt"}
"""Known by their words: shown open, for the guess may be wrong."""
_SIDES = {"in": "customer", "out": "us", "note": "note"}


def _said(letter: Letter, case: Case, people: Mapping[int, Face], agent_id: int) -> Said:
    message, rows = letter.message, letter.deliveries
    face = people.get(message.agent_id or 0)
    side = "machine" if _is_automatic(message) else _SIDES[message.direction]
    waits = bool(rows) and message.send_after is not None and all(row.state == "queued" for row in rows)
    name = face.name if face else message.author_name or message.author_address or _("Name not known")
    is_cut = message.direction == Message.Direction.IN and len(message.text) > MOST_IN_PLACE
    return Said(
        id=message.pk,
        side=side,
        name=name,
        photo=face.photo if face else "",
        via=_via(letter),
        at=message.dated,
        text=_shown_text(message, is_cut=is_cut),
        html=letter.html,
        files=[_file(part) for part in letter.files],
        pictures=[_file(part) for part in letter.pictures],
        notices=letter.notices,
        recipients=[_recipient(row) for row in rows] if side == "us" else [],
        has_more=letter.has_more or is_cut,
        has_original=message.raw_id is not None and not letter.is_talk,
        doubt=_doubt(message),
        automatic=_automatic(message),
        is_guessed=message.automatic_because in _GUESSED,
        leaves_at=message.send_after if waits else None,
        is_mine=message.agent_id == agent_id,
    )


def _shown_text(message: Message, *, is_cut: bool) -> str:
    if message.direction == Message.Direction.OUT:
        return words_text(message.text)
    return message.text[:MOST_IN_PLACE] if is_cut else message.text


def _via(letter: Letter) -> str:
    message, rows = letter.message, letter.deliveries
    if "aloud" in message.people:
        return _aloud(message)
    if letter.is_talk:
        return letter.door
    if message.direction == Message.Direction.OUT:
        names = ", ".join(row.name or row.address for row in rows)
        return _("to %(names)s") % {"names": names} if names else ""
    way = str(labels.channel(letter.channel).text).lower()
    if message.people.get("form"):
        return _("form of a site, sent by %(address)s") % {"address": message.people["form"]}
    verdicts = message.verdicts
    if message.is_sender_verified and "pass" in {verdicts.get("dkim"), verdicts.get("dmarc")}:
        return _("%(channel)s, signature checked") % {"channel": way}
    return way


def _aloud(message: Message) -> str:
    """That it was said and not written, and who of us wrote it down."""
    aloud = message.people["aloud"]
    way = str(labels.channel(aloud["way"]).text).lower()
    if message.direction == Message.Direction.OUT:
        return _("said aloud: %(channel)s") % {"channel": way}
    return _("%(channel)s, written down by %(name)s") % {"channel": way, "name": aloud["by"]}


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
    """What a letter written by a machine is, in words; '' for what somebody wrote."""
    known = {
        "bounce": _("A mail server reports that a letter did not arrive"),
        "unknown_kind": _("Something of a kind that we do not know yet"),
        "complaint": _("The customer pressed “spam” on a letter of ours"),
        "out_of_office": _("Absence notice, it gets no answer"),
        "receipt": _("A receipt from another system, it gets no answer"),
    }
    kind = purposes().get(message.purpose)
    told = (str(kind.told) if kind else "") or known.get(message.automatic_because)
    return told or (_("Automatic letter, it gets no answer") if message.automatic_because else "")


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
    if row.read_at:
        texts[Delivery.State.DELIVERED] = (_("Read, %(when)s") % {"when": words.when(row.read_at, now=now)}, "checks")
    if row.verdict == "door_broken":
        texts[Delivery.State.QUEUED] = (_("Waits: the channel is shut"), "clock-pause")
    is_lost = row.state in _GONE
    lost = (_("Not delivered: %(why)s") % {"why": why_undelivered(row)}, "mail-x") if is_lost else ("", "")
    text, icon = lost if is_lost else texts[Delivery.State(row.state)]
    if row.state == Delivery.State.QUEUED and row.attempts:
        text = _("Not taken yet, we try again %(when)s") % {"when": words.when(row.next_at or now, now=now)}
    return Recipient(
        delivery_id=row.pk,
        address=row.address,
        text=text,
        icon=icon,
        is_lost=is_lost,
        is_unsure=is_lost and row.verdict == "unknown",
    )
