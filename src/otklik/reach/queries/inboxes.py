"""Which addresses are ours, and what is read from where."""

from otklik.foundation.database.remembering import remembered
from otklik.foundation.policies import is_held_back
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Inbox
from otklik.reach.threads import without_plus


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


@remembered(seconds=5)
def inbox_of_kind(kind: str) -> Inbox:
    """The inbox of the form or the API. Raises ``Inbox.DoesNotExist`` before ``prepare_house`` ran."""
    return Inbox.objects.filter(kind=kind, is_active=True).order_by("id")[:1].get()


@remembered(seconds=5)
def first_mail_inbox() -> Inbox | None:
    return Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).order_by("id").first()


def way_out(inbox: Inbox) -> Inbox | None:
    """By which inbox words leave that answer what came into this one: it, else a letter; None while there is none."""
    return inbox if inbox.kind in CHANNELS else first_mail_inbox()


@remembered(seconds=5)
def inbox_by_id(pk: int) -> Inbox:
    """Raises ``Inbox.DoesNotExist``."""
    return Inbox.objects.get(pk=pk)


@remembered(seconds=5)
def our_addresses() -> frozenset[str]:
    """The addresses of our mail inboxes."""
    return frozenset(Inbox.objects.filter(kind=Inbox.Kind.EMAIL).values_list("address", flat=True))
