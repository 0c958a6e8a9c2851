"""Reading what was said, what was held and what did not arrive."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.queries import bounce_of
from otklik.foundation.actors import Actor
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
from otklik.team.queries import first_team


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Who an answer goes to: only people of the message being answered."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()

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


@remembered(seconds=5)
def inbox_by_id(pk: int) -> Inbox:
    """Raises ``Inbox.DoesNotExist``."""
    return Inbox.objects.get(pk=pk)


@remembered(seconds=5)
def our_addresses() -> frozenset[str]:
    """The addresses of our mail inboxes."""
    return frozenset(Inbox.objects.filter(kind=Inbox.Kind.EMAIL).values_list("address", flat=True))


def recipients_of_answer(conversation: Conversation, said: Sequence[Message] | None = None) -> Recipients:
    """The author of the last verified letter, and the others whom that letter named; never our own inboxes.

    ``said``: messages in their order, those of this conversation among them, when the caller has read them already.
    """
    last = _last_verified(conversation) if said is None else _last_verified_in(said, conversation)
    if last is None or not last.author_address:
        to = (Address(email=conversation.address, name=conversation.customer.name),) if conversation.address else ()
        return Recipients(to=to)
    ours = our_addresses()
    wished = last.people.get("reply_to", "")
    if not wished or without_plus(wished) in ours:  # or the answer would only come back to us
        wished = last.author_address
    author = Address(email=_living(wished, conversation), name=last.author_name)
    named = [Address(**person) for person in (*last.people.get("to", ()), *last.people.get("cc", ()))]
    others = {
        person.email: person
        for person in named
        if without_plus(person.email) not in ours and person.email != author.email
    }
    return Recipients(to=(author,), cc=tuple(others.values()))


def _last_verified(conversation: Conversation) -> Message | None:
    return (
        Message.objects.filter(conversation=conversation, direction=Message.Direction.IN, is_sender_verified=True)
        .exclude(automatic_because="bounce")
        .only("author_address", "author_name", "people")
        .order_by("-id")
        .first()
    )


def _last_verified_in(said: Sequence[Message], conversation: Conversation) -> Message | None:
    theirs = (one for one in reversed(said) if one.conversation_id == conversation.pk and one.direction == "in")
    return next((one for one in theirs if one.is_sender_verified and one.automatic_because != "bounce"), None)


def _living(address: str, conversation: Conversation) -> str:
    """The address, or the corrected one of the conversation when letters to it come back."""
    corrected = conversation.address
    return corrected if corrected and corrected != address and bounce_of(address) == "hard" else address


def held(actor: Actor) -> QuerySet[RawMessage]:
    """Letters that a person must decide about, newest first, as far as the actor may see them."""
    return _held_seen_by(actor).filter(state=RawMessage.State.HELD)


def _held_seen_by(actor: Actor) -> QuerySet[RawMessage]:
    """A held letter belongs to nobody yet: the team of its inbox sees it, or the team that is asked first."""
    rows = RawMessage.objects.exclude(held_reason="").select_related("inbox", "file").order_by("-id")
    if actor.sees_all:
        return rows
    theirs = Q(inbox__team_id__in=actor.team_ids)
    if first_team().pk in actor.team_ids:
        theirs |= Q(inbox__team=None)
    return rows.filter(theirs)


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


def formatted(text: str) -> str:
    """What an agent typed (Markdown) as the customer's mail program shows it; safe for a page."""
    return html_of(text)


def original_html(message: Message, cid_urls: Mapping[str, str], *, remote_images: bool) -> str:
    """The HTML of a letter, safe for a page; '' when it had none. Remote pictures load only when wished."""
    return mail_html.show(message.html, cid_urls, remote_images=remote_images) if message.html else ""
