"""Short words of the house that are part of no talk: to a group, to whoever only opened us, to who pressed a button."""

import logging
from collections.abc import Callable, Mapping
from typing import Final

from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from otklik.customers.actions import identify
from otklik.foundation.live.bell import wake_workers
from otklik.foundation.policies import is_held_back
from otklik.reach.actions.doors import door_of
from otklik.reach.adapters.channels import Word
from otklik.reach.adapters.delivering import DeliveryFailed
from otklik.reach.adapters.optional import Knows, Presses
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.foreign import is_closed_by_law
from otklik.reach.models import Inbox

logger = logging.getLogger(__name__)
_MOST_GROUPS: Final = 1000

_TELL_ONCE = """
    UPDATE reach_inbox SET told_groups = told_groups || to_jsonb(%(group)s::text)
    WHERE id = %(inbox)s AND NOT told_groups @> to_jsonb(%(group)s::text) AND jsonb_array_length(told_groups) < %(most)s
"""


def greet_group(*, inbox: Inbox, peer: str) -> None:
    """Others read along there: it is said once that we answer in private. Safe to run twice."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL_ONCE, {"inbox": inbox.pk, "group": peer, "most": _MOST_GROUPS})
        is_first = cursor.rowcount == 1
    if is_first:
        say_aside(inbox=inbox, peer=peer, what="group")


def say_aside(*, inbox: Inbox, peer: str, what: str, language: str = "") -> None:
    """``what``: one of the words below. It leaves by a job, and is not tried again."""
    _say_aside_job.defer(inbox_id=inbox.pk, peer=peer, what=what, language=language)
    wake_workers()


@jobs.task(name="reach.say_aside")
def _say_aside_job(inbox_id: int, peer: str, what: str, language: str) -> None:
    inbox = Inbox.objects.get(pk=inbox_id)
    if inbox.is_shut or is_held_back() or is_closed_by_law(inbox):
        return
    channel, door = CHANNELS[inbox.kind], door_of(inbox)
    with translation.override(language or translation.get_language()):
        text = _WORDS[what]()
    try:
        for part in channel.write(Word(id=f"aside.{inbox.pk}", to=(peer,), text=text), door):
            channel.hand_over(door, part)
    except DeliveryFailed as error:
        logger.info("aside_not_said", extra={"inbox": inbox_id, "verdict": error.verdict})


def ask_name(*, inbox: Inbox, peer: str) -> None:
    """Where words come without the name of whoever says them."""
    if isinstance(CHANNELS[inbox.kind], Knows):
        _ask_name_job.defer(inbox_id=inbox.pk, peer=peer)
        wake_workers()


@jobs.task(name="reach.ask_name")
def _ask_name_job(inbox_id: int, peer: str) -> None:
    inbox = Inbox.objects.get(pk=inbox_id)
    channel = CHANNELS[inbox.kind]
    if not isinstance(channel, Knows):
        return
    try:
        person = channel.person(door_of(inbox), peer)
    except DeliveryFailed as error:
        logger.info("name_not_told", extra={"inbox": inbox_id, "verdict": error.verdict})
    else:
        identify(kind=inbox.people, value=peer, name=person.name)


def answer_press(*, inbox: Inbox, press: str, language: str) -> None:
    """Whoever pressed sees at once that it was heard."""
    if isinstance(CHANNELS[inbox.kind], Presses):
        _answer_press_job.defer(inbox_id=inbox.pk, press=press, language=language)
        wake_workers()


@jobs.task(name="reach.answer_press")
def _answer_press_job(inbox_id: int, press: str, language: str) -> None:
    inbox = Inbox.objects.get(pk=inbox_id)
    channel = CHANNELS[inbox.kind]
    if inbox.is_shut or not isinstance(channel, Presses):
        return
    with translation.override(language or translation.get_language()):
        text = _("Thank you, your answer is written down.")
    try:
        channel.answer_press(door_of(inbox), press, text)
    except DeliveryFailed as error:
        logger.info("press_not_answered", extra={"inbox": inbox_id, "verdict": error.verdict})


_WORDS: Final[Mapping[str, Callable[[], str]]] = {
    "group": lambda: _(
        "Hello! We do not answer in groups: what you ask us is your own affair. "
        "Please write to us in private, and a person will answer you."
    ),
    "hello": lambda: _(
        "Hello! Write here what has happened or what you need, in your own words. "
        "A person will answer, and will tell you their name and by when."
    ),
    "joined": lambda: _(
        "Good, we know each other here, too. You can go on in this talk: nothing has to be told again."
    ),
    "mark_is_old": lambda: _("This link is not good any more. Simply write here what you need: a person will answer."),
}
