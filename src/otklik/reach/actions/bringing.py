"""Files that the other side holds for us: fetched one by one after the word is stored, so that none delays it."""

import logging
from dataclasses import replace
from typing import Any, Final

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as jobs

from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.files.uploads import check_upload, clean_name
from otklik.foundation.live.bell import wake_workers
from otklik.reach.actions.doors import door_of
from otklik.reach.actions.words import attach
from otklik.reach.adapters.channels import FileLost, FileRef
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.events import FilesCame
from otklik.reach.models import Message
from otklik.reach.queries import inbox_by_id

logger = logging.getLogger(__name__)
_MOST_TRIES: Final = 5


def bring_soon(*, message_id: int) -> None:
    """Have what is ``coming`` with this message fetched."""
    bring_job.defer(message_id=message_id)
    wake_workers()


@jobs.task(name="reach.bring", retry=RetryStrategy(max_attempts=5, exponential_wait=3))
def bring_job(message_id: int) -> None:
    bring_all(message_id=message_id)


def bring_all(*, message_id: int) -> None:
    """Fetch the files of a message, each in its own transaction; those that failed for now are tried again later."""
    message = Message.objects.select_related("conversation").get(pk=message_id)
    again = False
    for ref in list(message.coming):
        again = not _bring(message, ref) or again
    if again:
        bring_job.configure(schedule_in={"seconds": 60}).defer(message_id=message_id)


def _bring(message: Message, ref: dict[str, Any]) -> bool:
    """Whether it is decided what becomes of this file."""
    inbox = inbox_by_id(message.conversation.inbox_id)
    wanted = FileRef(**{name: value for name, value in ref.items() if name != "tries"})
    try:
        file = CHANNELS[inbox.kind].bring(door_of(inbox), wanted)
        check_upload(name=wanted.name, content=file.content)
    except FileLost as error:
        if not error.is_over and ref.get("tries", 0) + 1 < _MOST_TRIES:
            _settle(message.pk, ref, tries=ref.get("tries", 0) + 1)
            return False
        _settle(message.pk, ref, lost=error.reason)
    except Refusal as refusal:
        _settle(message.pk, ref, lost=refusal.code)
    else:
        _settle(message.pk, ref, file=file)
    return True


@in_one
def _settle(
    message_id: int, ref: dict[str, Any], *, file: IncomingFile | None = None, lost: str = "", tries: int = 0
) -> None:
    """The file is attached, lost, or waits for another try; nothing when another worker has seen to it."""
    message = Message.objects.select_for_update().select_related("conversation").get(pk=message_id)
    if ref not in message.coming:
        return
    rest = [one for one in message.coming if one != ref]
    if tries:
        Message.objects.filter(pk=message_id).update(coming=[*rest, {**ref, "tries": tries}])
        return
    if file is not None:
        attach(message, [replace(file, name=clean_name(file.name))])
    else:
        logger.warning("file_lost", extra={"said": message_id, "reason": lost})
    gone = [*message.lost, {"name": ref["name"], "reason": lost, "at": timezone.now().isoformat()}]
    Message.objects.filter(pk=message_id).update(coming=rest, lost=message.lost if file else gone)
    happened = FilesCame(
        customer_id=message.conversation.customer_id, message_id=message_id, conversation_id=message.conversation_id
    )
    announce(happened, actor=SYSTEM)
