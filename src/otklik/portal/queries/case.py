"""What the pages of one case show its customer, and what they must not."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CustomField
from otklik.cases.queries import conversation_ids, conversation_to_answer, custom_fields, facts_of
from otklik.customers.models import Customer
from otklik.customers.queries import contact_points
from otklik.foundation.file_urls import file_url, thumbnail_url
from otklik.portal.queries.house import face, zone_words
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import messages_of
from otklik.team.queries import face_url
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
    files: list[SaidFile] = field(default_factory=list)


def said(case: Case, *, typed_in: int = 0) -> list[Said]:
    """The customer's own words and the answers they were sent; never notes, machines, strangers, nor letters to others.

    ``typed_in``: for the link of a form's author, only what was typed there and on the page it led to.
    """
    ids = [typed_in] if typed_in else conversation_ids(case)
    messages = messages_of(ids).exclude(direction=Message.Direction.NOTE).select_related("agent__photo")
    if typed_in:
        typed = messages.filter(direction=Message.Direction.IN, external_id__startswith="form:")
        return [_shown(message) for message in typed]
    theirs = set(contact_points(case.customer).values_list("value", flat=True))
    now = timezone.now()
    return [_shown(message) for message in messages if _is_for(message, theirs, now)]


def _is_for(message: Message, theirs: set[str], now: datetime) -> bool:
    if message.direction == Message.Direction.IN:
        return message.is_sender_verified and not message.automatic_because
    if message.purpose != Message.Purpose.ANSWER or (message.send_after and message.send_after > now):
        return False
    deliveries = list(message.deliveries.all())
    if not deliveries:
        return True
    return any(one.address in theirs and one.state != Delivery.State.CANCELLED for one in deliveries)


def _shown(message: Message) -> Said:
    is_ours = message.direction == Message.Direction.OUT
    return Said(
        pk=message.pk,
        is_ours=is_ours,
        name=message.author_name,
        photo=face_url(message.agent) if message.agent else "",
        at=message.at,
        text=message.text,
        html=message.html if is_ours else "",
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


def steps(case: Case) -> list[Step]:
    """Received, answered, being solved, the customer's word."""
    is_answered = case.first_answered_at is not None
    is_open = case.state == Case.State.OPEN
    working = "now" if is_answered else "later"
    word = {Case.State.SOLVED: "now", Case.State.SATISFIED: "done"}.get(Case.State(case.state), "later")
    return [
        Step(words=_("Received"), state="done"),
        Step(words=_("Answered"), state="done")
        if is_answered or not is_open
        else Step(words=_("Preparing the answer"), state="now"),
        Step(
            words=_("Being solved") if is_open else _("Solved, as we believe"),
            state=working if is_open else "done",
            by=case.solution_by if is_open else None,
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
    }[Case.State(case.state)]


def zone_of(customer: Customer) -> ZoneInfo | None:
    """Their time zone when we know it."""
    try:
        return ZoneInfo(customer.time_zone) if customer.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def said_last(invitation: Invitation) -> dict[str, Any]:
    """The last answer of this attempt, so that it can be changed; nothing is chosen before somebody has answered."""
    last = invitation.answers.order_by("-id").first()
    if last is None:
        return {}
    solved = "yes" if last.is_solved else "no"
    return {"solved": solved, "satisfaction": last.satisfaction, "ease": last.ease, "words": last.words}


def case_page(case: Case, *, typed_in: int, now: datetime) -> dict[str, Any]:
    """All that the page of one case shows, except the form."""
    words, tone = state_words(case)
    is_first = case.first_answered_at is None
    return {
        **keeper(case, now=now),
        "said": said(case, typed_in=typed_in),
        "steps": steps(case),
        "state": words,
        "tone": tone,
        "facts": [] if typed_in else facts_of(_shown_facts(), case.custom),
        "is_typed": bool(typed_in),
        "is_answered_by_letter": bool(typed_in) and not is_first,
        "may_close": not typed_in and case.state != Case.State.SATISFIED,
        "is_closed": case.is_closed,
    }


def _shown_facts() -> list[CustomField]:
    return [field for field in custom_fields("case") if field.is_shown_to_customer]


def keeper(case: Case, *, now: datetime) -> dict[str, Any]:
    """Who accompanies the case, and the next date that was promised."""
    is_first = case.first_answered_at is None
    next_by = _next_word_by(case)
    since = case.created_at if is_first else case.last_word_at
    return {
        "case": case,
        "owner": face(case.owner),
        "deputy": face(case.deputy) if case.deputy else None,
        "is_first": is_first,
        "next_by": next_by,
        "is_late": next_by is not None and next_by < now,
        "next_share": share_spent(since, next_by, now=now) if next_by else 0.0,
        "zone": zone_words(zone_of(case.customer)),
    }


def _next_word_by(case: Case) -> datetime | None:
    """The next date the customer was promised; None once nothing more is promised."""
    if case.state != Case.State.OPEN:
        return None
    if case.first_answered_at is None:
        return case.first_answer_by
    return case.next_word_by if case.waits_for == Case.WaitsFor.US else case.due_at
