"""What was said in a conversation, as pages show it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    Func,
    Prefetch,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from otklik.foundation.database.compiled import Compiled, GivenIds
from otklik.reach.adapters.email import html as mail_html
from otklik.reach.adapters.email.reasons import NOTICES
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Attachment, Delivery, Message
from otklik.reach.reasons import became


def messages_of(conversation_ids: list[int]) -> QuerySet[Message]:
    """Everything said in these conversations, oldest first, with attachments and deliveries."""
    return (
        Message.objects.filter(conversation_id__in=conversation_ids)
        .select_related("conversation")
        .prefetch_related(Prefetch("attachments", Attachment.objects.select_related("file")), "deliveries")
        .defer("search")
        .order_by("id")
    )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message as a page of the desk shows it, with what hangs on it.

    ``channel``: the kind of its inbox, ``door``: what that is called.
    ``html``: of our own letters and of talks, else ''. ``has_more``: the customer's letter tells more than
    ``message.text``.
    ``pictures``: those that stand in the text, each as «[its name]»; ``files``: without the pictures inside of the
    letter. Of the message itself only what a page shows is read.
    """

    message: Message
    channel: str
    door: str
    html: str
    has_more: bool
    files: Sequence[Attachment]
    pictures: Sequence[Attachment]
    deliveries: Sequence[Delivery]

    @property
    def notices(self) -> list[str]:
        """What the reader should know about how it was read and what became of it, in their language."""
        read = [_(NOTICES[code]) for code in self.message.notices if code in NOTICES]
        return [*read, *became(self.message)]

    @property
    def is_talk(self) -> bool:
        """Said in a channel that has one partner for each talk."""
        return self.channel in CHANNELS and not CHANNELS[self.channel].abilities.is_letter

    @property
    def is_taken_back(self) -> bool:
        return bool(self.deliveries) and all(row.state == Delivery.State.CANCELLED for row in self.deliveries)


_OF_A_DELIVERY = (
    "message_id", "address", "name", "role", "state", "attempts", "last_error", "verdict", "taken", "next_at",
    "sent_at", "read_at", "bounced_at",
)  # fmt: skip
_SHOWN = (
    "conversation_id", "direction", "purpose", "agent_id", "author_name", "author_address", "is_sender_verified",
    "automatic_because", "silent_because", "people", "verdicts", "text", "raw_id", "send_after", "at", "written_at",
    "notices", "edited_at", "removed_at", "earlier", "reactions", "besides", "coming", "lost",
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
            channel=F("conversation__inbox__kind"),
            door=F("conversation__inbox__name"),
            own_html=Case(
                When(Q(direction=Message.Direction.OUT) | ~Q(conversation__peer=""), then=F("html")),
                default=Value(""),
                output_field=TextField(),
            ),
            has_html=_claim(~Q(html="")),
            has_more=_claim(
                Q(direction=Message.Direction.IN) & ((~Q(html="") & Q(conversation__peer="")) | ~Q(_IS_WHOLE))
            ),
        )
        .order_by("id")
    )
)
_files = Compiled(
    lambda: Attachment.objects.select_related("file").filter(message_id__in=GivenIds("messages")).order_by("id")
)
_deliveries = Compiled(
    lambda: (
        Delivery.objects.select_related("message__conversation")
        .only(*_OF_A_DELIVERY, "message__conversation__peer")
        .filter(message_id__in=GivenIds("messages"))
        .order_by("id")
    )
)


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
            channel=message.channel,
            door=message.door,
            html=message.own_html,
            has_more=message.has_more,
            files=[one for one in files[message.pk] if not (one.is_inline and message.has_html)],
            pictures=[one for one in files[message.pk] if one.is_inline and f"[{one.name}]" in message.text],
            deliveries=deliveries[message.pk],
        )
        for message in messages
    ]


def _by_message[Row: (Attachment, Delivery)](rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(row)
    return found


def original_html(message: Message, cid_urls: Mapping[str, str], *, remote_images: bool) -> str:
    """The HTML of a letter, safe for a page; '' when it had none. Remote pictures load only when wished."""
    return mail_html.show(message.html, cid_urls, remote_images=remote_images) if message.html else ""
