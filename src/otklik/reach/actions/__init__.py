"""The only writer of messages, inboxes and the outbox."""

from otklik.reach.actions.codes import send_code
from otklik.reach.actions.forgetting import erase_addresses, erase_conversations, move_conversations
from otklik.reach.actions.held import delete_held, release_held
from otklik.reach.actions.inboxes import add_email_inbox, edit_inbox, inbox_problems, prepare_inboxes
from otklik.reach.actions.intake import take_in
from otklik.reach.actions.keeping import bytes_of, keep_all, keep_raw
from otklik.reach.actions.outbox import cancel, deliver, retry_delivery
from otklik.reach.actions.receiving import receive
from otklik.reach.actions.sending import send
from otklik.reach.actions.words import hear_on_page, start_conversation, write_note

__all__ = [
    "add_email_inbox",
    "bytes_of",
    "cancel",
    "delete_held",
    "deliver",
    "edit_inbox",
    "erase_addresses",
    "erase_conversations",
    "hear_on_page",
    "inbox_problems",
    "keep_all",
    "keep_raw",
    "move_conversations",
    "prepare_inboxes",
    "receive",
    "release_held",
    "retry_delivery",
    "send",
    "send_code",
    "start_conversation",
    "take_in",
    "write_note",
]
