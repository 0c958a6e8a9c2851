"""Who an answer goes to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from otklik.customers.queries import bounce_of
from otklik.foundation.database.compiled import Compiled, Given
from otklik.reach.adapters.incoming import Address
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Conversation, Inbox, Message
from otklik.reach.queries.inboxes import inbox_by_id, our_addresses
from otklik.reach.threads import without_plus


@dataclass(frozen=True, kw_only=True)
class Recipients:
    """Who an answer goes to: only people of the message being answered.

    ``via``: the door of a channel with one peer, whose id then stands for an address; None where letters are written.
    ``heard``: the last message from outside in their conversation, ``bounces``: what letters to an address meet;
    both as far as they were read.
    """

    to: tuple[Address, ...]
    via: Inbox | None = None
    cc: tuple[Address, ...] = ()
    heard: Message | None = field(default=None, compare=False)
    bounces: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def addresses(self) -> frozenset[str]:
        return frozenset(address.email for address in (*self.to, *self.cc))


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
    if conversation.peer:
        peer = Address(email=conversation.peer, name=conversation.customer.name)
        return Recipients(to=(peer,), via=inbox_by_id(conversation.inbox_id), heard=heard, bounces=bounces)
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
    "silent_because",
)  # fmt: skip
_REPORTS = ("bounce", "complaint")


def _heard() -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id=Given("conversation"), direction=Message.Direction.IN)
    return rows.only(*_WORDS_HEARD).order_by("-id")


_last = Compiled(lambda: _heard()[:1])
_last_answerable = Compiled(
    lambda: _heard().filter(is_sender_verified=True).exclude(automatic_because__in=_REPORTS)[:1]
)


def last_heard(conversation: Conversation) -> Message | None:
    """What came last from outside in a conversation, whoever sent it: its id, its sender and whom it named."""
    return next(iter(_last(conversation=conversation.pk)), None)


def _is_answerable(heard: Message) -> bool:
    """Not a stranger's, nor a word of who had the case before."""
    is_report = heard.automatic_because in _REPORTS
    return heard.is_sender_verified and not is_report and "is_formers" not in heard.people


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


def how_it_leaves(recipients: Recipients) -> str:
    """What an answer may be in this channel, told while it is written; '' where letters are."""
    door = recipients.via
    can = CHANNELS[door.kind].abilities if door is not None else None
    if door is None or can is None or not can.text_most:
        return ""
    text = _(
        "In %(channel)s one message holds %(signs)d signs: a longer text leaves as several. Files up to %(size)d MB."
    )
    return text % {"channel": door.name, "signs": can.text_most, "size": can.sent_bytes // 1_000_000}
