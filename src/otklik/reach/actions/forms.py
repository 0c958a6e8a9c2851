"""Letters that the robot of a site has sent for its visitors: the visitor is the customer."""

from dataclasses import replace
from typing import Final

from otklik.reach.adapters.incoming import Address, Incoming
from otklik.reach.models import Inbox
from otklik.reach.queries import our_addresses
from otklik.reach.threads import without_plus

_OF_THE_ROBOT: Final = frozenset(
    {"auto_submitted", "auto_header", "empty_return_path", "system_sender", "no_reply_sender"}
)
"""Signs of the machine that carries the letter; the words in it are a person's all the same."""


def by_visitor(incoming: Incoming, inbox: Inbox) -> Incoming:
    """The letter as the visitor's own, when the inbox says so or when it looks so; else as it is."""
    visitor = incoming.visitor
    if visitor is None or inbox.forms == Inbox.Forms.NEVER or incoming.bounce is not None:
        return incoming
    robot = incoming.sender.email
    is_ours = without_plus(robot) in our_addresses()
    if not (visitor.is_likely or is_ours or inbox.forms == Inbox.Forms.ALWAYS):
        return incoming
    if visitor.address is not None and without_plus(visitor.address.email) in our_addresses():
        return incoming  # a letter of ours that came home
    automatic = "" if incoming.automatic_because in _OF_THE_ROBOT else incoming.automatic_because
    return replace(
        incoming,
        sender=visitor.address or Address(email="", name=visitor.name),
        reply_to=(),
        form_of=robot,
        automatic_because=automatic,
        silent_because=incoming.silent_because if incoming.silent_because == "list" else "",
    )
