"""A letter of ours at the moment it leaves: what its head and body need, read in one statement."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.html import format_html

from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.files.keeping import read_file
from otklik.foundation.files.links import file_url
from otklik.foundation.modules import automatic_purposes
from otklik.reach.adapters.channels import OutgoingFile, Word
from otklik.reach.adapters.compose import Outgoing, html_of, page_of, text_of
from otklik.reach.adapters.incoming import Address, IncomingFile
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.house import house_of, letter_mark, sender_of
from otklik.reach.models import Attachment, Conversation, Delivery, Inbox, Message
from otklik.reach.queries import inbox_by_id, way_out
from otklik.reach.threads import bare_id, reply_address
from otklik.team.faces import letter_face
from otklik.team.models import Agent
from otklik.ui.letters import Owner, Pictures, Sheet, words_text


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """A letter of ours as its head and body need it; ``references`` are the Message-IDs said before, oldest first."""

    message: Message
    references: Sequence[str]
    has_files: bool


def _whole_letters() -> QuerySet[Message]:
    earlier = (
        Message.objects.filter(conversation=OuterRef("conversation"), pk__lt=OuterRef("pk"))
        .exclude(direction=Message.Direction.NOTE)
        .order_by("-id")
    )
    return (
        Message.objects.select_related("conversation__customer")
        .only(*_OF_A_LETTER)
        .annotate(
            said=ArraySubquery(earlier.values("external_id")[:10]),
            has_files=Exists(Attachment.objects.filter(message=OuterRef("pk"))),
        )
    )


_OF_A_LETTER = (
    "external_id", "in_reply_to", "subject", "text", "author_name", "purpose", "sheet",
    "conversation__inbox", "conversation__peer", "conversation__customer__language",
)  # fmt: skip
_letter = Compiled(lambda: _whole_letters().filter(pk=Given("message")))


def letter_leaving(message_id: int) -> Leaving:
    """One statement instead of four, for it is asked for every letter; the message knows only what a letter needs."""
    message: Any = _letter(message=message_id)[0]
    message.conversation.inbox = inbox_by_id(message.conversation.inbox_id)
    references = [external_id for external_id in reversed(message.said) if "@" in external_id]
    return Leaving(message=message, references=references, has_files=message.has_files)


def outgoing(
    message: Message,
    sheet: Sheet,
    everybody: Sequence[Delivery],
    inbox: Inbox,
    references: Sequence[str] = (),
    files: Sequence[IncomingFile] = (),
) -> Outgoing:
    """All that leaves with a message to those whose copy ``sheet`` is, and nothing that is not asked for here."""
    return Outgoing(
        message_id=message.external_id,
        sender=sender_of(inbox, message.author_name or (sheet.owner.name if sheet.owner else "")),
        reply_to=reply_address(message.conversation, inbox),
        to=[Address(email=row.address, name=row.name) for row in everybody if row.role == Delivery.Role.TO],
        cc=[Address(email=row.address, name=row.name) for row in everybody if row.role == Delivery.Role.CC],
        subject=message.subject,
        words=message.text,
        sheet=sheet,
        house=house_of(inbox),
        face=letter_face(sheet.owner.id) if sheet.owner else b"",
        mark=letter_mark(),
        at=timezone.now(),
        in_reply_to=message.in_reply_to,
        references=references if message.in_reply_to else (),
        is_automatic=message.purpose in automatic_purposes(),
        language=message.conversation.customer.language,
        files=files,
    )


def spoken(message: Message, sheet: Sheet, inbox: Inbox, to: tuple[str, ...]) -> Word:
    """The same for a channel of bare words: nothing of a letter is around them, and links stand apart."""
    before = [sheet.heading]
    has_buttons = CHANNELS[inbox.kind].abilities.has_buttons
    links = [] if has_buttons else [f"{one.label}: {one.url}" for one in sheet.buttons]
    scale = [f"{one}: {sheet.scale.url}{one}" for one in sheet.scale.numbers] if sheet.scale else []
    asked = [sheet.question, sheet.answers_hint, *scale, *links]
    after = [*(f"• {one}" for one in sheet.done), _promised(sheet), *asked]
    return Word(
        id=message.external_id,
        to=to,
        author=message.author_name or (sheet.owner.name if sheet.owner else ""),
        text="\n\n".join(filter(None, [*before, words_text(message.text), *after])),
        html=f"{_paragraphs(before)}{html_of(message.text)}{_paragraphs(after)}",
        buttons=sheet.buttons if has_buttons else (),
        files=[_file(one) for one in message.attachments.select_related("file").order_by("id")],
        reply_to=bare_id(message.in_reply_to, inbox),
    )


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(format_html("<p>{}</p>", text) for text in texts if text)


def _promised(sheet: Sheet) -> str:
    return f"{sheet.promise.label}: {sheet.promise.moment}" if sheet.promise else ""


def _file(part: Attachment) -> OutgoingFile:
    return OutgoingFile(
        name=part.name,
        content_type=part.content_type,
        size=part.file.size,
        url=settings.BASE_URL + file_url(part.file, part.name),
        read=partial(read_file, part.file),
    )


def signed(sheet: Sheet, author: Agent | None) -> Sheet:
    """Whoever wrote a letter stands at its head and signs it."""
    if author is None:
        return sheet
    owner = sheet.owner or Owner(id=author.pk, name=author.name)
    return replace(sheet, owner=owner, signature=author.signature.strip())


def answer_subject(subject: str) -> str:
    subject = subject.strip()
    return subject if subject.lower().startswith("re:") or not subject else f"Re: {subject}"[:300]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A letter before it is written: what its head says, its page with the pictures inside, its plain twin."""

    sender: Address
    subject: str
    html: str
    text: str


def preview_of(*, conversation: Conversation, text: str, author: Agent, subject: str, sheet: Sheet) -> Preview:
    """What would leave, drawn by what draws it when it does; nothing is kept."""
    message = Message(
        conversation=conversation,
        purpose=Message.Purpose.ANSWER,
        author_name=author.name,
        subject=subject or answer_subject(conversation.subject),
        text=text,
    )
    inbox = way_out(conversation) or conversation.inbox
    letter = outgoing(message, signed(sheet, author), (), inbox)
    drawn = {
        name: f"data:image/png;base64,{b64encode(content).decode()}" for name, content in letter.pictures().items()
    }
    return Preview(
        sender=letter.sender, subject=letter.subject, html=page_of(letter, Pictures(**drawn)), text=text_of(letter)
    )
