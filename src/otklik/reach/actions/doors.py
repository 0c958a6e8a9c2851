"""What a channel is given to see of its inbox, and when a door shuts and opens again."""

import json
import logging
import time
from functools import partial
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce
from otklik.foundation.secrets import lock_secret, unlock_secret
from otklik.reach.actions.logins import login_secret
from otklik.reach.adapters.channels import Door
from otklik.reach.adapters.registry import MAIL
from otklik.reach.events import DoorBroken
from otklik.reach.models import Inbox
from otklik.reach.queries import inbox_by_id
from otklik.reach.threads import mail_domain

logger = logging.getLogger(__name__)
_NOTED_EVERY: Final = 5.0
_noted: dict[tuple[int, str], float] = {}


def door_of(inbox: Inbox | None) -> Door:
    """The door of an inbox; without one, that of e-mail, which letters may come in by."""
    if inbox is not None and inbox.kind != MAIL.kind:
        return Door(
            kind=inbox.kind,
            id=inbox.pk or 0,
            address=inbox.address,
            settings=inbox.settings,
            secret=partial(_secret, inbox.secrets),
        )
    return Door(
        kind=MAIL.kind,
        id=inbox.pk if inbox else 0,
        address=inbox.address if inbox else "",
        settings={
            "imap_url": inbox.imap_url if inbox else "",
            "smtp_url": (inbox.smtp_url if inbox else "") or settings.SMTP_URL,
            "folder": Path(settings.DATA_DIR) / "outbox",
            "trusted_hosts": settings.TRUSTED_MAIL_HOSTS,
            "own_domains": (mail_domain(),),
        },
        secret=partial(login_secret, inbox) if inbox else _no_secret,
    )


def _no_secret(_name: str) -> str:
    return ""


def _secret(locked: str, name: str) -> str:
    return str(json.loads(unlock_secret(locked) or "{}").get(name, ""))


def locked_secrets(**secrets: str) -> str:
    """For ``Inbox.secrets``."""
    return lock_secret(json.dumps(secrets))


@transaction.atomic
def break_door(*, inbox_id: int, reason: str) -> None:
    """It does not work any more: what waits there waits until somebody opens it again, and the admins hear of it once.

    Safe to run twice, and from many workers at once.
    """
    now = timezone.now()
    if Inbox.objects.filter(pk=inbox_id, problem="").update(problem=reason[:300], problem_since=now):
        inbox_by_id.forget()
        logger.warning("door_broken", extra={"inbox": inbox_id, "reason": reason})
        announce(DoorBroken(inbox_id=inbox_id, since=now.isoformat()), actor=SYSTEM)


def note_forged(*, inbox_id: int) -> None:
    """Somebody knocked who was not them."""
    Inbox.objects.filter(pk=inbox_id).update(forged=F("forged") + 1)


def note_use(*, inbox_id: int, way: Literal["in", "out"]) -> None:
    """Something came or left by this door just now; written down every few seconds."""
    now = time.monotonic()
    if now - _noted.get((inbox_id, way), -_NOTED_EVERY) < _NOTED_EVERY:
        return
    _noted[inbox_id, way] = now
    Inbox.objects.filter(pk=inbox_id).update(**{f"last_{way}_at": timezone.now()})
