"""What the pages of one case show its customer, and what they must not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case as Choice
from django.db.models import F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Left, Length
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CustomField, FormerCustomer
from otklik.cases.queries import (
    Promised,
    PromiseKind,
    conversation_ids,
    conversation_to_answer,
    custom_fields,
    facts_of,
    promises_of,
)
from otklik.cases.zones import zone_words
from otklik.customers.queries import contact_points
from otklik.foundation.files.links import file_url, thumbnail_url
from otklik.portal.queries.house import face
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import messages_of
from otklik.team.queries import face_url
from otklik.ui.letters import words_text
from otklik.ui.words import share_spent
from otklik.voice.models import Invitation


@dataclass(frozen=True, kw_only=True)
class SaidFile:
    name: str
    size: int
    url: str
    thumbnail: str


@dataclass(frozen=True, kw_only=True)
class Said:
    """One letter as the customer may see it. ``html`` is ours and sanitised; ``text`` is theirs and escaped."""

    pk: int
    is_ours: bool
    name: str
    photo: str
    at: datetime
    text: str
    html: str
    is_folded: bool = False
    files: list[SaidFile] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Which letters a page is asked for: those ``before`` a message, and one of them ``whole``."""

    before: int | None = None
    whole: int | None = None


@dataclass(frozen=True, kw_only=True)
class Letters:
    """Letters of one page, oldest first; ``earlier``: the ``before`` of the page with older ones, None at the first."""

    items: list[Said]
    earlier: int | None


LETTERS_OF_A_PAGE = 30
_LONGEST_SHOWN = 8_000
"""Letters of a message that a page shows; the whole of a longer one when it is asked for."""


def said(case: Case, *, typed_in: int = 0, wish: Wish | None = None) -> Letters:
    """The customer's own words and the answers they were sent; never notes, machines, strangers, nor letters to others.

    ``typed_in``: for the link of a form's author, only what was typed there and on the page it led to.
    """
    wish = wish or Wish()
    messages = _messages([typed_in] if typed_in else conversation_ids(case), wish)
    if typed_in:
        return _letters(messages.filter(direction=Message.Direction.IN, external_id__startswith="form:"), wish)
    theirs = set(contact_points(case.customer).values_list("value", flat=True))
    now = timezone.now()
    return _letters([message for message in messages if _is_for(message, theirs, now)], wish)


def said_by_former(former: FormerCustomer, wish: Wish) -> Letters:
    """What whoever had the case before said themselves, and what they were answered, until it was given away."""
    messages = _messages(conversation_ids(former.case), wish).filter(pk__lte=former.until_message_id)
    theirs = set(contact_points(former.customer).values_list("value", flat=True))
    now = timezone.now()
    return _letters(
        [
            message
            for message in messages
            if (message.author_address in theirs if message.direction == "in" else _is_for(message, theirs, now))
        ],
        wish,
    )


def _messages(ids: list[int], wish: Wish) -> QuerySet[Message]:
    """The beginning of each text, and the HTML of our own letters that are shown whole."""
    is_whole = Q(pk=wish.whole) if wish.whole else Q(pk__in=())
    is_short = Q(direction=Message.Direction.OUT, length__lte=_LONGEST_SHOWN)
    rows = messages_of(ids).exclude(direction=Message.Direction.NOTE).select_related("agent__photo")
    rows = rows.defer("search", "text", "full_text", "html").annotate(
        length=Length("text"),
        beginning=_either(is_whole, F("text"), Left("text", _LONGEST_SHOWN)),
        own_html=_either(is_short | is_whole & Q(direction=Message.Direction.OUT), F("html"), Value("")),
    )
    return rows.filter(pk__lt=wish.before) if wish.before else rows


def _either(condition: Q, then: Any, otherwise: Any) -> Any:
    return Choice(When(condition, then=then), default=otherwise, output_field=TextField())


def _letters(messages: Iterable[Message], wish: Wish) -> Letters:
    fitting = list(messages)
    items = [_shown(message, wish) for message in fitting[-LETTERS_OF_A_PAGE:]]
    return Letters(items=items, earlier=items[0].pk if len(fitting) > len(items) else None)


def _is_for(message: Message, theirs: set[str], now: datetime) -> bool:
    if message.direction == Message.Direction.IN:
        is_withdrawn = message.removed_at is not None or "is_formers" in message.people
        return message.is_sender_verified and not message.automatic_because and not is_withdrawn
    if message.purpose != Message.Purpose.ANSWER or (message.send_after and message.send_after > now):
        return False
    deliveries = list(message.deliveries.all())
    if not deliveries:
        return True
    return any(one.address in theirs and one.state != Delivery.State.CANCELLED for one in deliveries)


def _shown(message: Any, wish: Wish) -> Said:
    is_ours = message.direction == Message.Direction.OUT
    return Said(
        pk=message.pk,
        is_ours=is_ours,
        name=message.author_name,
        photo=face_url(message.agent) if message.agent else "",
        at=message.dated,
        text=message.beginning,
        html=message.own_html,
        is_folded=message.length > _LONGEST_SHOWN and message.pk != wish.whole,
        files=[
            SaidFile(
                name=part.name,
                size=part.file.size,
                url=file_url(part.file, part.name),
                thumbnail=thumbnail_url(part.file),
            )
            for part in message.attachments.all()
        ],
    )


def page_conversation(case: Case, *, typed_in: int) -> Conversation:
    """Where a word written on the page belongs: where they spoke last, or the form's thread for its author's link."""
    if typed_in:
        return Conversation.objects.select_related("inbox", "customer").get(pk=typed_in)
    return conversation_to_answer(case)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a case's way; ``state``: done, now, later."""

    words: str
    state: str
    by: datetime | None = None

    @property
    def is_late(self) -> bool:
        return self.by is not None and self.by < timezone.now()


def _answered(case: Case) -> str:
    at, by = case.first_answered_at, case.first_answer_by
    is_late = at is not None and by is not None and at > by
    return _("Answered, later than promised") if is_late else _("Answered")


def steps(case: Case) -> list[Step]:
    """Received, answered, being solved, the customer's word; nothing follows for what was put aside as spam."""
    if case.state == Case.State.SPAM:
        return [Step(words=_("Received"), state="done")]
    is_answered = case.first_answered_at is not None
    is_open = case.state == Case.State.OPEN
    working = "now" if is_answered else "later"
    word = {Case.State.SOLVED: "now", Case.State.SATISFIED: "done"}.get(Case.State(case.state), "later")
    return [
        Step(words=_("Received"), state="done"),
        Step(words=_answered(case), state="done")
        if is_answered or not is_open
        else Step(words=_("Preparing the answer"), state="now"),
        Step(
            words=_("Being solved") if is_open else _("Solved, as we believe"),
            state=working if is_open else "done",
            by=case.solution_by if is_open and not case.is_promised_nothing and not case.rests_since else None,
        ),
        Step(words=_("Your word"), state=word),
    ]


def state_words(case: Case) -> tuple[str, str]:
    """The state of a case in the customer's words, and its tone."""
    if case.state == Case.State.OPEN:
        if case.waits_for == Case.WaitsFor.CUSTOMER:
            return _("We have answered"), "accent"
        return _("We are working on it"), ""
    return {
        Case.State.SOLVED: (_("Solved? We are waiting for your word"), "solved"),
        Case.State.SATISFIED: (_("You said that it is solved"), "satisfied"),
        Case.State.UNCONFIRMED: (_("Closed without your word"), "unconfirmed"),
        Case.State.SPAM: (_("Put aside"), "unconfirmed"),
    }[Case.State(case.state)]


def said_last(invitation: Invitation) -> dict[str, Any]:
    """The last answer of this attempt, so that it can be changed; nothing is chosen before somebody has answered."""
    last = invitation.answers.order_by("-id").first()
    if last is None:
        return {}
    solved = "yes" if last.is_solved else "no"
    scores = {"satisfaction": last.satisfaction, "ease": last.ease, "explained_twice": bool(last.explained_twice)}
    return {"solved": solved, **scores, "words": last.words}


def case_page(case: Case, *, typed_in: int, now: datetime, wish: Wish) -> dict[str, Any]:
    """All that the page of one case shows, except the form."""
    words, tone = state_words(case)
    is_first = case.first_answered_at is None
    return {
        **keeper(case, now=now),
        "said": said(case, typed_in=typed_in, wish=wish),
        "before": wish.before,
        "steps": steps(case),
        "state": words,
        "tone": tone,
        "facts": [] if typed_in else facts_of(_shown_facts(), case.custom),
        "done": _done(case) if not typed_in else "",
        "is_typed": bool(typed_in),
        "is_answered_by_letter": bool(typed_in) and not is_first,
        "may_close": not typed_in and case.state not in {Case.State.SATISFIED, Case.State.SPAM},
        "is_put_aside": case.state == Case.State.SPAM,
        "is_closed": case.is_closed,
    }


def _done(case: Case) -> str:
    """What was done, as the customer was told; '' while the case is open."""
    return "" if case.state == Case.State.OPEN else words_text(case.summary)


def _shown_facts() -> list[CustomField]:
    return [field for field in custom_fields("case") if field.is_shown_to_customer]


def keeper(case: Case, *, now: datetime) -> dict[str, Any]:
    """Who accompanies the case, and the next date that was promised."""
    is_first = case.first_answered_at is None
    word = _next_word(case, now)
    next_by = word.due_at if word else None
    return {
        "case": case,
        "owner": face(case.owner),
        "deputy": face(case.deputy) if case.deputy else None,
        "is_first": is_first,
        "next_by": next_by,
        "rests_since": case.rests_since if case.state == Case.State.OPEN else None,
        "is_late": next_by is not None and next_by < now,
        "next_share": share_spent(word.since, word.due_at, now=now) if word else 0.0,
        "zone": zone_words(case, at=next_by or now),
    }


def typed_address(conversation_id: int) -> str:
    """The address that the author of a form gave, '' when they gave none."""
    first = (
        Message.objects.filter(conversation_id=conversation_id, direction=Message.Direction.IN).order_by("id").first()
    )
    return first.author_address if first else ""


def _next_word(case: Case, now: datetime) -> Promised | None:
    """The next word the customer was promised; None while the clock rests, and once nothing more is promised."""
    words = [one for one in promises_of(case, now=now) if one.kind in _WORDS and one.is_open]
    return min(words, key=lambda one: one.due_at, default=None)


_WORDS = (PromiseKind.FIRST_ANSWER, PromiseKind.NEXT_WORD)
