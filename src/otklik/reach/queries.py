"""Reading what was said, what was held and what did not arrive."""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Func,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.lookups import Exact, In
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.queries import bounce_of
from otklik.foundation.actors import Actor
from otklik.foundation.compiled import Compiled, Given, GivenIds
from otklik.foundation.errors import Refusal
from otklik.foundation.figures import figure
from otklik.foundation.remembering import remembered
from otklik.reach.adapters.compose import html_of
from otklik.reach.adapters.email import html as mail_html
from otklik.reach.adapters.email.glimpse import Glimpse, glimpse
from otklik.reach.adapters.email.reasons import HELD_REASONS
from otklik.reach.adapters.incoming import Address
from otklik.reach.models import Attachment, Conversation, Delivery, Inbox, Message, RawMessage
from otklik.reach.threads import without_plus
from otklik.team.queries import team_asked_first


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Who an answer goes to: only people of the message being answered.

    ``heard``: the last message from outside in their conversation, ``bounces``: what letters to an address meet;
    both as far as they were read.
    """

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    heard: Message | None = field(default=None, compare=False)
    bounces: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset(address.email for address in (*self.to, *self.cc))


def inbox_by_address(address: str) -> Inbox | None:
    """The active mail inbox of an address, plus-part ignored."""
    return Inbox.objects.filter(kind=Inbox.Kind.EMAIL, address=without_plus(address), is_active=True).first()


def mail_inboxes() -> dict[str, int]:
    """Address → id of every active mail inbox: what the SMTP door accepts."""
    return dict(Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).values_list("address", "id"))


def fetched_inboxes() -> list[Inbox]:
    """Active inboxes whose letters are fetched by IMAP."""
    inboxes = Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).exclude(imap_url="")
    return list(inboxes.order_by("id"))


@remembered(seconds=5)
def inbox_of_kind(kind: str) -> Inbox:
    """The inbox of the form or the API. Raises ``Inbox.DoesNotExist`` before ``prepare_house`` ran."""
    return Inbox.objects.filter(kind=kind, is_active=True).order_by("id")[:1].get()


@remembered(seconds=5)
def first_mail_inbox() -> Inbox | None:
    return Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).order_by("id").first()


def messages_of(conversation_ids: list[int]) -> QuerySet[Message]:
    """Everything said in these conversations, oldest first, with attachments and deliveries."""
    return (
        Message.objects.filter(conversation_id__in=conversation_ids)
        .prefetch_related(Prefetch("attachments", Attachment.objects.select_related("file")), "deliveries")
        .defer("search")
        .order_by("id")
    )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as a page of the desk shows it, with what hangs on it.

    ``html``: of our own letters, else ''. ``has_more``: the customer's letter tells more than ``message.text``.
    ``files``: without the pictures inside of its HTML. Of the message itself only what a page shows is read.
    """

    message: Message
    html: str
    has_more: bool
    files: Sequence[Attachment]
    deliveries: Sequence[Delivery]

    @property
    def is_taken_back(self) -> bool:
        return bool(self.deliveries) and all(row.state == Delivery.State.CANCELLED for row in self.deliveries)


_SHOWN = (
    "conversation_id", "direction", "purpose", "agent_id", "author_name", "author_address", "is_sender_verified",
    "automatic_because", "people", "verdicts", "text", "raw_id", "send_after", "at",
)  # fmt: skip


def _without_edges(column: str) -> Func:
    return Func(F(column), Value(" \t\r\n"), function="btrim", output_field=TextField())


def _claim(condition: Q) -> "ExpressionWrapper[Any]":
    return ExpressionWrapper(condition, output_field=BooleanField())


_IS_WHOLE = Exact(_without_edges("full_text"), _without_edges("text"))


_letters = Compiled(
    lambda: (
        Message.objects.filter(conversation_id__in=GivenIds("conversations"))
        .only(*_SHOWN)
        .annotate(
            own_html=Case(
                When(direction=Message.Direction.OUT, then=F("html")), default=Value(""), output_field=TextField()
            ),
            has_html=_claim(~Q(html="")),
            has_more=_claim(Q(direction=Message.Direction.IN) & (~Q(html="") | ~Q(_IS_WHOLE))),
        )
        .order_by("id")
    )
)
_files = Compiled(
    lambda: Attachment.objects.select_related("file").filter(message_id__in=GivenIds("messages")).order_by("id")
)
_deliveries = Compiled(lambda: Delivery.objects.filter(message_id__in=GivenIds("messages")).order_by("id"))


def files_of(message: Message) -> list[Attachment]:
    return _files(messages=[message.pk])


def deliveries_of(message: Message) -> list[Delivery]:
    return _deliveries(messages=[message.pk])


def letters_of(conversation_ids: Sequence[int]) -> list[Letter]:
    """Everything said in these conversations, oldest first; three questions, however much it is."""
    messages: list[Any] = _letters(conversations=conversation_ids)
    numbers = [message.pk for message in messages]
    files, deliveries = _by_message(_files(messages=numbers)), _by_message(_deliveries(messages=numbers))
    return [
        Letter(
            message=message,
            html=message.own_html,
            has_more=message.has_more,
            files=[one for one in files[message.pk] if not (one.is_inline and message.has_html)],
            deliveries=deliveries[message.pk],
        )
        for message in messages
    ]


def _by_message[Row: (Attachment, Delivery)](rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(row)
    return found


@remembered(seconds=5)
def inbox_by_id(pk: int) -> Inbox:
    """Raises ``Inbox.DoesNotExist``."""
    return Inbox.objects.get(pk=pk)


@remembered(seconds=5)
def our_addresses() -> frozenset[str]:
    """The addresses of our mail inboxes."""
    return frozenset(Inbox.objects.filter(kind=Inbox.Kind.EMAIL).values_list("address", flat=True))


def recipients_of_answer(
    conversation: Conversation,
    said: Sequence[Message] | None = None,
    bounces: Mapping[str, str] = MappingProxyType({}),
) -> Recipients:
    """The author of the last verified letter, and the others whom that letter named; never our own inboxes.

    What the caller has read already is not read again: ``said``, messages in their order, those of this conversation
    among them; ``bounces``, address → what ``bounce_of`` says of it.
    """
    heard = last_heard(conversation) if said is None else _last_heard_in(said, conversation)
    last = heard if heard is None or _is_answerable(heard) else _last_verified(conversation, said)
    if last is None or not last.author_address:
        to = (Address(email=conversation.address, name=conversation.customer.name),) if conversation.address else ()
        return Recipients(to=to, heard=heard, bounces=bounces)
    ours = our_addresses()
    wished = last.people.get("reply_to", "")
    if not wished or without_plus(wished) in ours:  # or the answer would only come back to us
        wished = last.author_address
    author = Address(email=_living(wished, conversation, bounces), name=last.author_name)
    named = [Address(**person) for person in (*last.people.get("to", ()), *last.people.get("cc", ()))]
    others = {
        person.email: person
        for person in named
        if without_plus(person.email) not in ours and person.email != author.email
    }
    return Recipients(to=(author,), cc=tuple(others.values()), heard=heard, bounces=bounces)


_WORDS_HEARD = (
    "external_id", "author_address", "author_name", "people", "is_sender_verified", "automatic_because",
)  # fmt: skip


def _heard() -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id=Given("conversation"), direction=Message.Direction.IN)
    return rows.only(*_WORDS_HEARD).order_by("-id")


_last = Compiled(lambda: _heard()[:1])
_last_answerable = Compiled(lambda: _heard().filter(is_sender_verified=True).exclude(automatic_because="bounce")[:1])


def last_heard(conversation: Conversation) -> Message | None:
    """What came last from outside in a conversation, whoever sent it: its id, its sender and whom it named."""
    return next(iter(_last(conversation=conversation.pk)), None)


def _is_answerable(heard: Message) -> bool:
    return heard.is_sender_verified and heard.automatic_because != "bounce"


def _last_verified(conversation: Conversation, said: Sequence[Message] | None) -> Message | None:
    rows = _last_answerable(conversation=conversation.pk) if said is None else _heard_in(said, conversation)
    return next((one for one in rows if _is_answerable(one)), None)


def _last_heard_in(said: Sequence[Message], conversation: Conversation) -> Message | None:
    return next(_heard_in(said, conversation), None)


def _heard_in(said: Sequence[Message], conversation: Conversation) -> Iterator[Message]:
    return (
        one
        for one in reversed(said)
        if one.conversation_id == conversation.pk and one.direction == Message.Direction.IN
    )


def _living(address: str, conversation: Conversation, bounces: Mapping[str, str]) -> str:
    """The address, or the corrected one of the conversation when letters to it come back."""
    corrected = conversation.address
    if not corrected or corrected == address:
        return address
    bounce = bounces[address] if address in bounces else bounce_of(address)
    return corrected if bounce == "hard" else address


def held(actor: Actor) -> QuerySet[RawMessage]:
    """Letters that a person must decide about, newest first, as far as the actor may see them."""
    return _held_seen_by(actor).filter(state=RawMessage.State.HELD)


def _held_seen_by(actor: Actor) -> QuerySet[RawMessage]:
    """A held letter belongs to nobody yet: the team of its inbox sees it, or the team that is asked first."""
    rows = RawMessage.objects.exclude(held_reason="").select_related("inbox", "file").order_by("-id")
    if actor.sees_all:
        return rows
    is_first_theirs = Q(In(Subquery(team_asked_first().values("id")), list(actor.team_ids)))
    return rows.filter(Q(inbox__team_id__in=actor.team_ids) | Q(inbox__team=None) & is_first_theirs)


def held_letter(raw_id: int, *, actor: Actor) -> RawMessage:
    """Raises ``Refusal('not_found')`` alike for a letter that nobody held and one out of sight."""
    raw = _held_seen_by(actor).filter(pk=raw_id).first()
    if raw is None:
        raise Refusal("not_found", _("There is no such letter."))
    return raw


@dataclass(frozen=True, kw_only=True)
class HeldView:
    """A held letter as far as it can be read, and in plain words why it is held."""

    raw: RawMessage
    because: str
    seen: Glimpse


def held_view(raw: RawMessage) -> HeldView:
    because = HELD_REASONS.get(raw.held_reason, "")
    return HeldView(raw=raw, because=_(because) if because else raw.held_reason, seen=glimpse(head_of(raw)))


def head_of(raw: RawMessage, most: int = 65_536) -> bytes:
    """The first bytes of a kept letter, at most ``most``, whatever its size."""
    if raw.file is not None:
        with default_storage.open(raw.file.path) as handle:
            return bytes(handle.read(most))
    return zlib.decompressobj().decompress(bytes(raw.body), most) if raw.body else b""


def undelivered_in(conversation_ids: list[int]) -> QuerySet[Delivery]:
    failed = [Delivery.State.FAILED, Delivery.State.BOUNCED]
    return Delivery.objects.filter(message__conversation_id__in=conversation_ids, state__in=failed).order_by("id")


@figure("otklik_letters_waiting_to_leave", "Recipients whose letter is due and not yet handed over.")
def letters_waiting_to_leave() -> int:
    due = Q(next_at=None) | Q(next_at__lte=timezone.now())
    return Delivery.objects.filter(due, state__in=[Delivery.State.QUEUED, Delivery.State.SENDING]).count()


@figure("otklik_mail_lag_seconds", "Age of the oldest kept letter that is not taken in yet.")
def mail_lag_seconds() -> float:
    oldest = RawMessage.objects.filter(state=RawMessage.State.WAITING).order_by("id").values_list("kept_at", flat=True)
    first = oldest.first()
    return max((timezone.now() - first).total_seconds(), 0) if first else 0


@figure("otklik_held_letters", "Letters that a person must decide about.")
def held_letters() -> int:
    return RawMessage.objects.filter(state=RawMessage.State.HELD).count()


def is_known(external_id: str) -> bool:
    """Whether a message with this Message-ID (without brackets) is stored already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM reach_message WHERE external_id = %s", [external_id])
        return cursor.fetchone() is not None


def said_with(conversation_id: int, purpose: str) -> int | None:
    """The first message of a conversation with this purpose; None when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM reach_message WHERE conversation_id = %s AND purpose = %s ORDER BY id LIMIT 1",
            [conversation_id, purpose],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def formatted(text: str) -> str:
    """What an agent typed (Markdown) as the customer's mail program shows it; safe for a page."""
    return html_of(text)


def original_html(message: Message, cid_urls: Mapping[str, str], *, remote_images: bool) -> str:
    """The HTML of a letter, safe for a page; '' when it had none. Remote pictures load only when wished."""
    return mail_html.show(message.html, cid_urls, remote_images=remote_images) if message.html else ""
