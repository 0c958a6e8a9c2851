"""What channels and letters bring to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import ADMINS, EVERYBODY
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Every,
    LiveRows,
    Module,
    Named,
    Page,
    Policy,
    Purpose,
    Section,
    SettingsPage,
)
from otklik.foundation.sentences import by_code, called
from otklik.reach.checks import channels, mail, restored, why_written
from otklik.reach.clock import look_after_the_bin, look_after_the_letters, look_after_the_outbox
from otklik.reach.events import DOOR_BROKEN
from otklik.reach.foreign import FOREIGN_MESSENGERS, Foreign
from otklik.reach.models import Inbox, Message
from otklik.reach.queries import name_of_door, refusals_of, why_held
from otklik.reach.reasons import why_not_sent, why_refused

MODULE = Module(
    name="reach",
    permissions={"held.decide": EVERYBODY, "reach.edit": ADMINS},
    policies=(
        Policy(
            name=FOREIGN_MESSENGERS,
            default=Foreign.ON.value,
            label=pgettext_lazy("what was changed", "words in messengers of foreign owners"),
        ),
        Policy(
            name="reach.same_matter_days",
            default=3,
            label=pgettext_lazy(
                "what was changed", "days within which a word in a messenger opens the same case again"
            ),
        ),
        Policy(
            name="reach.undo_seconds",
            default=10,
            label=pgettext_lazy("what was changed", "seconds to take a letter back"),
        ),
        Policy(
            name="reach.acknowledgements_per_hour",
            default=3,
            label=pgettext_lazy("what was changed", "acknowledgements to one address in an hour"),
        ),
        Policy(
            name="reach.delivery_attempts",
            default=8,
            label=pgettext_lazy("what was changed", "attempts to deliver a letter"),
        ),
    ),
    settings=(
        SettingsPage(
            route="reach:inboxes",
            label=_("Inboxes"),
            icon="inbox",
            permission="reach.edit",
            place=20,
            about=_("By which addresses customers reach you, and which team answers there."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="reach:channels",
            label=_("Channels"),
            icon="plug-connected",
            permission="reach.edit",
            place=21,
            about=_(
                "All channels by which people reach you: whether they work, when they were used, what waits there."
            ),
            section=Section.WORK,
        ),
    ),
    alerts=(
        AlertKind(
            name=DOOR_BROKEN,
            told=pgettext_lazy("what an event tells", "a channel has stopped working"),
            title=_("A channel has stopped working"),
            icon="plug-connected",
            tone="late",
            about=_("“%(why)s” takes no words of ours. They wait, none is lost. Put it right and open it again."),
            route="reach:channels",
            why=name_of_door,
        ),
    ),
    pages=(Page(route="reach:held", label=_("Held letters"), icon="mail-pause", permission="held.decide"),),
    lists=(LiveRows(name="reach.held", events=("reach.message_held", "reach.held_decided"), permission="held.decide"),),
    sentences={
        "reach.message_received": gettext_noop("A message came"),
        "reach.letter_returned": gettext_noop("A colleague answered a letter of the house"),
        "reach.message_held": gettext_noop("A letter was held. %(held)s"),
        "reach.held_decided": gettext_noop("A held letter was decided about: %(verdict)s"),
        "reach.message_queued": gettext_noop("A letter was put into the outbox"),
        "reach.message_cancelled": gettext_noop("A letter was taken back before it left"),
        "reach.message_sent": gettext_noop("A letter was sent"),
        "reach.message_undelivered": gettext_noop("A letter was not delivered"),
        "reach.house_decided": gettext_noop(
            "It was decided what becomes of the letters that waited in a restored house"
        ),
        "reach.our_mail_refused": gettext_noop("Other servers refuse our mail because %(fault)s"),
        "reach.customer_complained": gettext_noop("The customer pressed “spam” on a letter of ours"),
        "reach.delivery_retried": gettext_noop("An undelivered letter was sent again"),
        "reach.word_refused": gettext_noop("A letter was not sent. %(step)s"),
        "reach.message_amended": gettext_noop("The customer changed what they had said, or put a sign on a word"),
        "reach.message_removed": gettext_noop("The customer took a word back"),
        "reach.button_pressed": gettext_noop("The customer pressed a button in their messenger"),
        "reach.talk_joined": gettext_noop("The customer went on in a messenger by our link"),
        "reach.files_came": gettext_noop("A file of a message came, or could not be fetched"),
        "reach.door_broken": gettext_noop("Channel %(inbox)s stopped working"),
        "reach.door_opened": gettext_noop("Channel %(inbox)s was opened again"),
        "reach.inbox_changed": gettext_noop("Inbox %(inbox)s was changed: %(fields)s"),
    },
    names=(Named(word="inbox", key="inbox_id", names=called(Inbox, "address")),),
    codes=(
        Coded(word="held", key="reason", means=why_held, is_sentence=True),
        Coded(word="step", key="step", means=why_not_sent, is_sentence=True),
        Coded(word="fault", key="fault", means=why_refused),
        Coded(
            word="verdict",
            key="verdict",
            means=by_code(
                {
                    "released": pgettext_lazy("what an event tells", "it became a case"),
                    "deleted": pgettext_lazy("what an event tells", "it was deleted"),
                    "brought_back": pgettext_lazy("what an event tells", "its deletion was undone"),
                }
            ),
        ),
    ),
    fields={
        "address": pgettext_lazy("what was changed", "address"),
        "base_url": pgettext_lazy("what was changed", "address of the other program"),
        "secret": pgettext_lazy("what was changed", "secret"),
        "forms": pgettext_lazy("what was changed", "letters from forms on sites"),
        "imap_secret": pgettext_lazy("what was changed", "password for fetching letters"),
        "imap_url": pgettext_lazy("what was changed", "server for fetching letters"),
        "smtp_secret": pgettext_lazy("what was changed", "password for sending letters"),
        "smtp_url": pgettext_lazy("what was changed", "server for sending letters"),
    },
    purposes=(
        Purpose(name=Message.Purpose.WORD, is_automatic=False),
        Purpose(name=Message.Purpose.ANSWER, is_automatic=False),
        Purpose(name=Message.Purpose.CODE, is_automatic=True, is_asked_for=True),
    ),
    clock=(
        Every(minutes=1, run=look_after_the_outbox),
        Every(minutes=1, run=look_after_the_letters),
        Every(minutes=30, run=look_after_the_bin),
    ),
    api="otklik.reach.api.router",
    export=refusals_of,
    checks={"mail": mail, "channels": channels, "restored house": restored, "letters": why_written},
    urls="otklik.reach.urls",
    customer_urls="otklik.reach.hooks",
)
