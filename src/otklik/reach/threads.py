"""Which conversation a letter belongs to: our own Message-IDs, then a signed word in the address; never the subject."""

import re
import secrets
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings

from otklik.foundation.signing import is_short_mark, short_mark
from otklik.reach.adapters.incoming import Incoming
from otklik.reach.models import Conversation, Inbox, Message

_PLUS = re.compile(r"\+c(\d{1,18})-([0-9a-f]{12})@", re.IGNORECASE)
_MOST_REFERENCES = 40


def new_message_id(purpose: str) -> str:
    """A Message-ID without brackets in our own domain, never repeated."""
    return f"{purpose}.{secrets.token_hex(12)}@{mail_domain()}"


def mail_domain() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def reply_address(conversation: Conversation, inbox: Inbox) -> str:
    """``help+c17-<mark>@…``: brings an answer home even when the mail program drops References."""
    local, _at, domain = inbox.address.partition("@")
    return f"{local}+c{conversation.pk}-{short_mark('conversation', str(conversation.pk))}@{domain}"


def without_plus(address: str) -> str:
    """``help+anything@x`` → ``help@x``, lower-case."""
    local, _at, domain = address.strip().lower().partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def id_by_peer(inbox: Inbox, external_id: str) -> str:
    """What a peer's message is called here: their ids are theirs alone, and are told apart by the door."""
    return f"{inbox.kind}:{inbox.pk}:{external_id}"


def bare_id(external_id: str, inbox: Inbox) -> str:
    """The id as the other side gave it; '' for what it did not name."""
    start = id_by_peer(inbox, "")
    return external_id.removeprefix(start) if external_id.startswith(start) else ""


def conversation_of(incoming: Incoming, *, envelope_to: Iterable[str] = ()) -> Conversation | None:
    """The known conversation this letter answers, None when it starts a new one."""
    named = [*reversed(incoming.in_reply_to), *reversed(incoming.references)][:_MOST_REFERENCES]
    if named:
        found = {
            message.external_id: message.conversation
            for message in Message.objects.filter(external_id__in=named).select_related("conversation")
        }
        for external_id in named:
            if external_id in found:
                return found[external_id]
    addresses = [*envelope_to, *(address.email for address in (*incoming.to, *incoming.cc))]
    for address in addresses:
        match = _PLUS.search(address)
        if match and is_short_mark("conversation", match[1], match[2]):
            return Conversation.objects.filter(pk=int(match[1])).first()
    return None
