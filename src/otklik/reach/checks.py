"""What ``otklik doctor`` asks about letters."""

import smtplib
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from otklik.foundation.checks import known_to_all
from otklik.foundation.manifest import Finding
from otklik.foundation.modules import purposes
from otklik.foundation.policies import is_held_back
from otklik.reach.models import Inbox, Message
from otklik.reach.queries import DoorState, doors, letters_held_back

SECONDS_TO_ANSWER: Final = 10
_NEWEST: Final = 100_000


def mail() -> Iterator[Finding]:
    inboxes = list(Inbox.objects.filter(kind=Inbox.Kind.EMAIL, is_active=True).order_by("id"))
    yield bool(inboxes) or None, f"{len(inboxes)} inboxes" if inboxes else "no inbox; run `otklik channel add email`."
    addresses = {inbox.smtp_url for inbox in inboxes if inbox.smtp_url} | {settings.SMTP_URL} - {""}
    if not addresses:
        yield None, "letters wait in the outbox folder; set OTKLIK_SMTP_URL so that they leave."
    for url in sorted(addresses):
        yield _smtp_answers(url)


def _smtp_answers(url: str) -> Finding:
    parts = urlsplit(url)
    is_tls = parts.scheme == "smtps"
    kind = smtplib.SMTP_SSL if is_tls else smtplib.SMTP
    host, port = parts.hostname or "", parts.port or (465 if is_tls else 25)
    try:
        with kind(host, port, timeout=SECONDS_TO_ANSWER) as door:
            door.noop()
    except (OSError, smtplib.SMTPException) as error:
        return False, f"{host}:{port} does not answer ({type(error).__name__}); check its address and the firewall."
    return True, f"{host}:{port} answers"


def restored() -> Iterator[Finding]:
    if is_held_back():
        waiting = letters_held_back().count()
        yield (
            False,
            f"{waiting} letters are held back after a restore, and no mailbox is read; an administrator decides at "
            "/desk/restored/.",
        )


def why_written() -> Iterator[Finding]:
    """Of the newest hundred thousand messages: to read all of them would take minutes."""
    newest = Message.objects.order_by("-id").values("id")[:_NEWEST]
    strange = Message.objects.filter(pk__in=newest).exclude(purpose__in=list(purposes()))
    yield known_to_all("purpose", set(strange.values_list("purpose", flat=True)))


def channels() -> Iterator[Finding]:
    """Every door but those of e-mail, which are asked above."""
    for door in doors():
        if door.inbox.kind != Inbox.Kind.EMAIL:
            yield _channel(door)


def _channel(door: DoorState) -> Finding:
    facts = [
        f"last in {door.last_in:%Y-%m-%d %H:%M}" if door.last_in else "nothing came yet",
        f"last out {door.last_out:%Y-%m-%d %H:%M}" if door.last_out else "nothing left yet",
        f"{door.waiting} waiting",
        *([f"{door.inbox.forged} forged calls"] if door.inbox.forged else []),
    ]
    name = f"{door.inbox.kind} {door.inbox.name}"
    if door.state == "broken":
        since = f"{door.inbox.problem_since:%Y-%m-%d %H:%M}"
        facts = [f"shut since {since} ({door.inbox.problem}); put it right, then `otklik channel resume`", *facts]
    elif door.state == "paused":
        facts = ["paused", *facts]
    is_well = {"open": True, "paused": None, "broken": False}[door.state]
    return is_well, f"{name}: {', '.join(facts)}"
