"""``otklik smtp``: the SMTP and LMTP door. 250 is said only after the letter is committed."""

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from psycopg_pool import PoolTimeout

from otklik.reach.actions.keeping import Arrival, keep_all
from otklik.reach.adapters.tls import Certificate
from otklik.reach.queries import mail_inboxes
from otklik.reach.threads import mail_domain, without_plus

logger = logging.getLogger(__name__)

INBOXES_ARE_FRESH_FOR: Final = 3.0
MOST_IN_ONE_COMMIT: Final = 64
MOST_CONNECTIONS: Final = 200
GRACE_SECONDS: Final = 15
LARGE: Final = 2 << 20
MOST_LARGE_AT_ONCE: Final = 4
"""A letter of 44 MB takes 70 MB until it is kept; the others wait on the wire, small ones are never held up."""
PATIENCE_SECONDS: Final = 60
_END: Final = b"\r\n.\r\n"
_CHUNK: Final = 1 << 20
_NO_DATABASE: Final = (DatabaseError, InterfaceError, PoolTimeout)

TRY_LATER: Final = "451 4.3.0 The letter cannot be kept just now, please try again"
NOT_HERE: Final = "550 5.1.1 No such address here"
TOO_LARGE: Final = "552 5.3.4 The letter is too large"
ACCEPTED: Final = "250 2.0.0 Kept"
GOING: Final = "421 4.3.2 Closing, please try again"


class Keeper:
    """Keeps letters of all connections: whatever waits while one commit runs goes into the next, together."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[tuple[Arrival, asyncio.Future[None]]] = asyncio.Queue()
        self._writer = ThreadPoolExecutor(1, "letters")
        self._inboxes: dict[str, int] = {}
        self._looked_at = -INBOXES_ARE_FRESH_FOR
        self._looking = asyncio.Lock()
        self.turns = asyncio.Semaphore(MOST_LARGE_AT_ONCE)

    async def keep(self, letter: Arrival) -> None:
        """Returns after commit. Raises what the database raised."""
        if len(letter.raw) > _CHUNK:
            await asyncio.to_thread(lambda: (letter.sha256, letter.packed))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((letter, done))
        await done

    async def run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < MOST_IN_ONE_COMMIT and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            error = await self._attempt([letter for letter, _done in batch])
            for _letter, done in batch:
                if done.cancelled():
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)

    async def _attempt(self, letters: Sequence[Arrival]) -> Exception | None:
        try:
            await self._in_thread(lambda: keep_all(letters))
        except Exception as error:
            logger.exception("letters_not_kept", extra={"count": len(letters), "error": type(error).__name__})
            return error
        return None

    async def inbox_of(self, address: str) -> int | None:
        """The id of the active inbox of an address, plus-part ignored. Raises when the database never answered."""
        if time.monotonic() - self._looked_at > INBOXES_ARE_FRESH_FOR:
            async with self._looking:
                await self._look_again()
        return self._inboxes.get(without_plus(address))

    async def _look_again(self) -> None:
        if time.monotonic() - self._looked_at <= INBOXES_ARE_FRESH_FOR:
            return
        try:
            self._inboxes = await self._in_thread(mail_inboxes)
        except _NO_DATABASE:
            if not self._inboxes:
                raise
        self._looked_at = time.monotonic()

    async def _in_thread[T](self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: _with_fresh_connection(work))

    def close(self) -> None:
        self._writer.submit(connection.close)
        self._writer.shutdown()


def _with_fresh_connection[T](work: Callable[[], T]) -> T:
    try:
        return work()
    except _NO_DATABASE:
        connection.close()  # the next attempt gets a living one from the pool
        raise


class Handler:
    """What aiosmtpd asks us at each command."""

    def __init__(self, keeper: Keeper, door: str) -> None:
        self.turns = keeper.turns
        self._keeper = keeper
        self._door = door

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, _envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        session.host_name = host
        return [answer for answer in answers if not answer.startswith("250-AUTH")]  # nobody logs in here

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        try:
            inbox_id = await self._keeper.inbox_of(address)
        except _NO_DATABASE:
            return TRY_LATER
        if inbox_id is None:
            return NOT_HERE
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        addresses = [str(address) for address in envelope.rcpt_tos]
        try:
            letter = Arrival(
                raw=envelope.original_content or b"",
                door=self._door,
                inbox_id=await self._keeper.inbox_of(addresses[0]),
                envelope_from=envelope.mail_from or "<>",
                envelope_to=tuple(dict.fromkeys(addresses)),
            )
            await self._keeper.keep(letter)
        except Exception:  # noqa: BLE001 - logged where it happened; whatever it was, the sender keeps the letter
            return TRY_LATER
        return ACCEPTED

    async def handle_exception(self, error: Exception) -> str:
        logger.error("smtp_door_failed", exc_info=error)
        return TRY_LATER


class Door(SMTP):
    """aiosmtpd, except that DATA is read in large pieces: lines may be of any length, and big letters are quick."""

    is_busy = False
    has_turn = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        open_doors.add(self)
        if len(open_doors) > MOST_CONNECTIONS:
            _close(self, "421 4.3.2 Too many connections, please try again")

    def connection_lost(self, error: Exception | None) -> None:
        open_doors.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Name a recipient first")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        self.is_busy = True
        try:
            await self._take_letter(len(self.envelope.rcpt_tos))
        finally:
            self._end_turn()
        self.is_busy = False

    async def _take_letter(self, recipients: int) -> None:
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        answer = await self._read_letter() or await self._call_handler_hook("DATA")
        for _one in range(self._answers(recipients)):
            await self.push(answer)
        self._set_post_data_state()  # type: ignore[no-untyped-call]  # aiosmtpd's

    def _answers(self, _recipients: int) -> int:
        return 1

    async def _read_letter(self) -> str:
        """Put the letter, without dot-stuffing, into the envelope.

        Returns the refusal when it is larger than the limit or gets no turn: then it is read to its end and dropped.
        """
        limit, refusal = self.data_size_limit or 0, ""
        buffer = bytearray(b"\r\n")  # the end of the DATA command: a lone dot may be the first line
        searched = 0
        while (end := buffer.find(_END, searched)) < 0:
            searched = max(0, len(buffer) - len(_END) + 1)
            refusal = refusal or await self._refusal(len(buffer))
            if refusal:
                del buffer[:searched]
                searched = 0
            piece = await self._reader.read(_CHUNK)
            if not piece:
                raise ConnectionResetError
            self._reset_timeout()
            buffer += piece
        rest = bytes(buffer[end + len(_END) :])
        if rest:
            self._reader.feed_data(rest)
        if not refusal and limit and end > limit:
            refusal = TOO_LARGE
        if not refusal and self.envelope is not None:
            self.envelope.content = self.envelope.original_content = _unstuffed(bytes(buffer[: end + 2]))
        return refusal

    async def _refusal(self, size: int) -> str:
        """Why a letter of which so much has come is not kept; '' when it may go on."""
        if self.data_size_limit and size > self.data_size_limit + len(_END):
            return TOO_LARGE
        return "" if size <= LARGE or await self._gets_turn() else TRY_LATER

    async def _gets_turn(self) -> bool:
        """Wait among the large letters, while the sender's bytes wait on the wire."""
        if not self.has_turn:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    self.has_turn = await self.event_handler.turns.acquire()
            self._reset_timeout()
        return self.has_turn

    def _end_turn(self) -> None:
        if self.has_turn:
            self.has_turn = False
            self.event_handler.turns.release()


def _unstuffed(content: bytes) -> bytes:
    """Without the first line end, and without the dots that the sender doubled (some count lines by bare LF)."""
    if content.find(b"\r\n", 2) == len(content) - 2:
        return content[2:].replace(b"\n..", b"\n.")
    return content.replace(b"\r\n.", b"\r\n")[2:]


class LmtpDoor(Door, LMTP):
    """One answer for each recipient (RFC 2033)."""

    def _answers(self, recipients: int) -> int:
        return recipients


open_doors: set[Door] = set()


def serve(*, host: str, port: int, lmtp_port: int | None = None, certificate: Certificate | None = None) -> None:
    """Listen until SIGTERM or SIGINT; letters in hand are finished first. Without ``certificate``, no STARTTLS."""
    asyncio.run(_serve(host, port, lmtp_port, certificate))


async def _serve(host: str, port: int, lmtp_port: int | None, certificate: Certificate | None) -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await listen(host, port, lmtp_port, stop=stop, certificate=certificate)


async def listen(
    host: str,
    port: int,
    lmtp_port: int | None = None,
    *,
    stop: asyncio.Event,
    certificate: Certificate | None = None,
) -> None:
    """The door in a running loop, until ``stop`` is set."""
    loop = asyncio.get_running_loop()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it writes addresses
    keeper = Keeper()
    writing = asyncio.create_task(keeper.run())
    doors: list[tuple[type[Door], str, int]] = [(Door, "smtp", port)]
    if lmtp_port:
        doors.append((LmtpDoor, "lmtp", lmtp_port))
    servers = [
        await loop.create_server(_factory(kind, Handler(keeper, name), certificate), host, number)
        for kind, name, number in doors
    ]
    facts = {"port": port, "lmtp_port": lmtp_port, "tls": certificate is not None}
    logger.info("smtp_listens", extra=facts)
    await stop.wait()
    for server in servers:
        server.close()
    await _say_goodbye()
    await asyncio.gather(*(_hang_up(server) for server in servers))
    writing.cancel()
    await asyncio.to_thread(keeper.close)


def _factory(kind: type[Door], handler: Handler, certificate: Certificate | None) -> Callable[[], Door]:
    options: dict[str, Any] = {
        "data_size_limit": settings.LETTER_LIMIT_BYTES,
        "enable_SMTPUTF8": True,
        "hostname": mail_domain(),
        "ident": "Otklik",
        "timeout": 120,
        "tls_context": certificate.context if certificate else None,
    }

    def door() -> Door:
        if certificate:
            certificate.refresh()
        return kind(handler, loop=asyncio.get_running_loop(), **options)

    return door


async def _say_goodbye() -> None:
    """Idle connections are closed at once, busy ones when their letter is kept or the grace is over."""
    deadline = time.monotonic() + GRACE_SECONDS
    while open_doors and time.monotonic() < deadline:
        for door in [door for door in open_doors if not door.is_busy]:
            open_doors.discard(door)
            _close(door, GOING)
        await asyncio.sleep(0.02)


async def _hang_up(server: asyncio.Server) -> None:
    """What was said last is sent out; who does not take it within a second is cut off."""
    server.close_clients()
    try:
        await asyncio.wait_for(server.wait_closed(), 1)
    except TimeoutError:
        server.abort_clients()


def _close(door: Door, answer: str) -> None:
    if isinstance(door.transport, asyncio.WriteTransport) and not door.transport.is_closing():
        door.transport.write(f"{answer}\r\n".encode())
        door.transport.close()
