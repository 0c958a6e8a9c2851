"""Which addresses are ours, and what is read from where."""

from typing import Final

from otklik.foundation.database.remembering import remembered
from otklik.foundation.policies import is_held_back
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.foreign import is_closed_by_law, is_offered
from otklik.reach.models import Conversation, Inbox
from otklik.reach.threads import without_plus

_SPOKEN: Final = [kind for kind, one in CHANNELS.items() if not one.abilities.is_letter]


def inbox_by_address(address: str) -> Inbox | None:
    """The active mail inbox of an address, plus-part ignored."""
    return Inbox.objects.filter(kind=Inbox.Kind.EMAIL, address=without_plus(address), is_active=True).first()


def mail_inboxes() -> dict[str, int]:
    """Address → id of every active mail inbox: what the SMTP door accepts."""
    return dict(Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).values_list("address", "id"))


def fetched_inboxes() -> list[Inbox]:
    """Active inboxes whose letters are fetched by IMAP; none while the house from which this one was made may do it."""
    if is_held_back():
        return []
    inboxes = Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).exclude(imap_url="")
    return list(inboxes.order_by("id"))


def polled_inboxes() -> list[Inbox]:
    """Open doors of messengers that are asked for what is new; none while another house may ask."""
    if is_held_back():
        return []
    return list(
        Inbox.objects.filter(kind__in=_SPOKEN, is_active=True, problem="", settings__mode="poll").order_by("id")
    )


@remembered(seconds=5)
def offered_messengers() -> list[Inbox]:
    """Open doors of messengers into which a link of ours leads, as customers are told of them."""
    rows = Inbox.objects.filter(kind__in=_SPOKEN, is_active=True, problem="", settings__account__link__gt="")
    return [one for one in rows.order_by("id") if is_offered(one) and not is_closed_by_law(one)]


@remembered(seconds=5)
def door_of_people(kind: str) -> Inbox | None:
    """By which door people are reached whom a channel knows by identities of this kind (``Inbox.people``)."""
    channel, _colon, address = kind.partition(":")
    return Inbox.objects.filter(kind=channel, address=address).first() if channel in _SPOKEN else None


@remembered(seconds=5)
def inbox_of_kind(kind: str) -> Inbox:
    """The inbox of the form or the API. Raises ``Inbox.DoesNotExist`` before ``prepare_house`` ran."""
    return Inbox.objects.filter(kind=kind, is_active=True).order_by("id")[:1].get()


@remembered(seconds=5)
def first_mail_inbox() -> Inbox | None:
    return Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).order_by("id").first()


def way_out(conversation: Conversation) -> Inbox | None:
    """By which inbox words leave that answer in this conversation: its own, else a letter; None while there is none."""
    inbox = inbox_by_id(conversation.inbox_id)
    is_its_own = bool(conversation.peer) or (inbox.kind in CHANNELS and CHANNELS[inbox.kind].abilities.is_letter)
    return inbox if is_its_own else first_mail_inbox()


def shut_doors() -> list[int]:
    """The doors at which words wait."""
    shut = Inbox.objects.exclude(is_active=True, problem="")
    return list(shut.filter(kind__in=_SPOKEN).values_list("id", flat=True))


def inbox_at(route: str) -> Inbox | None:
    """The door whose hook this is."""
    return Inbox.objects.filter(route=route).first() if route else None


@remembered(seconds=5)
def inbox_by_id(pk: int) -> Inbox:
    """Raises ``Inbox.DoesNotExist``."""
    return Inbox.objects.get(pk=pk)


@remembered(seconds=5)
def our_addresses() -> frozenset[str]:
    """The addresses of our mail inboxes."""
    return frozenset(Inbox.objects.filter(kind=Inbox.Kind.EMAIL).values_list("address", flat=True))
