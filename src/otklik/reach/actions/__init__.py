"""The only writer of messages, inboxes and the outbox."""

from otklik.reach.actions.admitting import admit, arrival
from otklik.reach.actions.channels import (
    add_http_channel,
    check_channel,
    edit_http_channel,
    open_door,
    pause_channel,
    resume_channel,
)
from otklik.reach.actions.codes import send_code
from otklik.reach.actions.doors import door_of, note_forged, note_use
from otklik.reach.actions.forgetting import erase_addresses, erase_conversations, erase_words_of, move_conversations
from otklik.reach.actions.handing import hand_conversations
from otklik.reach.actions.held import IN_THE_BIN, bring_back_held, delete_held, release_held
from otklik.reach.actions.inboxes import add_email_inbox, edit_inbox, inbox_problems, prepare_inboxes
from otklik.reach.actions.intake import returned_letter, take_in
from otklik.reach.actions.joining import make_start_link
from otklik.reach.actions.keeping import bytes_of, keep_all, keep_raw
from otklik.reach.actions.messengers import Opened, Wanted, connect_messenger, open_messenger
from otklik.reach.actions.outbox import believe_arrived, cancel, deliver, retry_delivery
from otklik.reach.actions.receiving import receive
from otklik.reach.actions.restored import decide_about_the_restored
from otklik.reach.actions.sending import send
from otklik.reach.actions.stopping import let_letters_go, stop_letters
from otklik.reach.actions.talking import let_talks_end, let_talks_go_on, part_talk, speak_first
from otklik.reach.actions.words import (
    begin_conversation,
    hear_on_page,
    retell,
    said_aloud,
    start_conversation,
    write_note,
)

__all__ = [
    "IN_THE_BIN",
    "Opened",
    "Wanted",
    "add_email_inbox",
    "add_http_channel",
    "admit",
    "arrival",
    "begin_conversation",
    "believe_arrived",
    "bring_back_held",
    "bytes_of",
    "cancel",
    "check_channel",
    "connect_messenger",
    "decide_about_the_restored",
    "delete_held",
    "deliver",
    "door_of",
    "edit_http_channel",
    "edit_inbox",
    "erase_addresses",
    "erase_conversations",
    "erase_words_of",
    "hand_conversations",
    "hear_on_page",
    "inbox_problems",
    "keep_all",
    "keep_raw",
    "let_letters_go",
    "let_talks_end",
    "let_talks_go_on",
    "make_start_link",
    "move_conversations",
    "note_forged",
    "note_use",
    "open_door",
    "open_messenger",
    "part_talk",
    "pause_channel",
    "prepare_inboxes",
    "receive",
    "release_held",
    "resume_channel",
    "retell",
    "retry_delivery",
    "returned_letter",
    "said_aloud",
    "send",
    "send_code",
    "speak_first",
    "start_conversation",
    "stop_letters",
    "take_in",
    "write_note",
]
