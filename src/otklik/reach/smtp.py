"""The mail door: SMTP that accepts a letter only after it is kept."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections
from psycopg_pool import PoolTimeout

from otklik import __version__
from otklik.reach.actions import keep_raw
from otklik.reach.queries import inbox_by_address

logger = logging.getLogger(__name__)

AWAY: Final = "451 4.3.0 Try again later"
_AWAY = (OperationalError, InterfaceError, PoolTimeout)


class Door:
    """aiosmtpd's handler: known inboxes only; 250 means committed, 451 means try again."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        try:
            is_known = await _in_thread(_is_known)(address)
        except _AWAY:
            return AWAY
        if not is_known:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        try:
            await _in_thread(_keep)(envelope)
        except _AWAY:
            logger.warning("letter_not_kept")
            return AWAY
        return "250 2.0.0 Kept"


def _in_thread[**P, R](function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    return sync_to_async(function, thread_sensitive=False)


def _is_known(address: str) -> bool:
    try:
        return inbox_by_address(address) is not None
    finally:
        close_old_connections()


def _keep(envelope: Envelope) -> None:
    try:
        keep_raw(
            raw=envelope.original_content or b"",
            door="smtp",
            inbox=inbox_by_address(envelope.rcpt_tos[0]),
            envelope_from=envelope.mail_from or "",
            envelope_to=envelope.rcpt_tos,
        )
    finally:
        close_old_connections()


def serve(*, host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT; letters being taken are taken to the end."""
    asyncio.run(_serve(host, port))


async def _serve(host: str, port: int) -> None:
    loop = asyncio.get_running_loop()
    told_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop.set)

    def session() -> SMTP:
        limit = settings.LETTER_LIMIT_BYTES
        return SMTP(Door(), data_size_limit=limit, enable_SMTPUTF8=True, ident=f"Otklik {__version__}", loop=loop)

    server = await loop.create_server(session, host, port)
    async with server:
        await told_to_stop.wait()
        server.close()
        await asyncio.sleep(0.2)
