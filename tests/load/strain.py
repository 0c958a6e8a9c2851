"""Strain on a real house: `python -m tests.load.strain`. Prints what docs/performance.md tells; asserts nothing.

Large files, clients that go away in the middle, a thousand live streams. Memory is PSS (shared pages counted once) of
all processes of the house without PostgreSQL, and the peak is read every fifth of a second.
"""

import argparse
import asyncio
import contextlib
import os
import re
import smtplib
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import conftest  # noqa: F401 - sets Django up as for tests, which the builders of letters want
import httpx

# isort: split
from tests.browser.furnishing import Visitor
from tests.browser.house import INBOX, House, running_house
from tests.building import letter
from tests.runtime.building import children_of

MEGA = 1_000_000
LETTER_SIZE = 50 * MEGA


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a report


# ── Looking ───────────────────────────────────────────────────────────────────────────────
def family(pid: int) -> dict[str, list[int]]:
    """Processes of the house by their role."""
    found: dict[str, list[int]] = {}
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        waiting += children_of(one)
        with contextlib.suppress(OSError):
            name = Path(f"/proc/{one}/comm").read_text().strip()
            role = "up" if one == pid else name.removeprefix("otklik ")
            if role in {"web", "worker", "smtp", "up"}:
                found.setdefault(role, []).append(one)
    return found


def memory(pids: list[int]) -> float:
    """Megabytes."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            told = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
            total += int(told[1]) if told else 0
    return total / 1024


def seconds_of(pids: list[int]) -> float:
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


class Watch:
    """The highest memory of each role while the block lasts."""

    def __init__(self, house: House) -> None:
        self._house, self._stop = house, threading.Event()
        self.peak: dict[str, float] = {}
        self.before = {role: memory(pids) for role, pids in family(house.process.pid).items()}

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._stop.wait(0.2):
            for role, pids in family(self._house.process.pid).items():
                self.peak[role] = max(self.peak.get(role, 0), memory(pids))

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def told(self) -> str:
        return ", ".join(f"{role} {self.before.get(role, 0):.0f} → {peak:.0f} MB" for role, peak in self.peak.items())


def answers(house: House, count: int = 40) -> str:
    times = []
    with httpx.Client(base_url=house.url, timeout=60) as client:
        for _one in range(count):
            began = time.monotonic()
            assert client.get("/contact/").status_code == 200
            times.append(1000 * (time.monotonic() - began))
    return f"p50 {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms of {count} pages"


# ── Large files ───────────────────────────────────────────────────────────────────────────
def large_letters(house: House) -> None:
    filling = os.urandom(MEGA).hex().encode()[: MEGA - 100]
    lines = b"\r\n".join(filling[at : at + 76] for at in range(0, len(filling), 76))
    head = letter("Большой файл во вложении", Message_ID="<large-{}@mail.example>").replace(b"\n", b"\r\n")
    say(f"## {LETTER_SIZE // MEGA} MB letters, four at once")
    with Watch(house) as watch:
        began = time.monotonic()
        threads = [threading.Thread(target=_send_large, args=(house, head, lines, number)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        accepted = time.monotonic() - began
        house.wait_for(lambda: _waiting(house) == "0", "the large letters", seconds=240)
        taken = time.monotonic() - began
        time.sleep(1)
    say(f"accepted after {accepted:.1f} s, all are cases after {taken:.1f} s; peak: {watch.told()}")


def _send_large(house: House, head: bytes, lines: bytes, number: int) -> None:
    mark = f"large-{number}".encode()
    body = (
        head.replace(b"large-{}", mark) + b"\r\n" + (mark + b"\r\n" + lines + b"\r\n") * (LETTER_SIZE // len(lines) - 1)
    )
    with smtplib.SMTP("127.0.0.1", house.smtp_port, timeout=240) as door:
        door.sendmail("ivan@mail.example", [INBOX], body)


def _waiting(house: House) -> str:
    return house.inside(
        "from otklik.reach.models import RawMessage as R\nprint(R.objects.filter(state='waiting').count(), end='')"
    )


def large_uploads(house: House) -> None:
    say("## 50 MB in a request, four at once (the form takes 40 MB of files: refused in words, not by falling over)")
    with Watch(house) as watch, httpx.Client(base_url=house.url, timeout=240) as client:
        page = client.get("/contact/").text
        once = re.search(r'name="once" value="([^"]+)"', page)
        token = client.cookies.get("csrftoken") or ""
        time.sleep(2.1)
        statuses: list[int] = []

        def send(number: int) -> None:
            data = {"csrfmiddlewaretoken": token, "text": "Файл", "email": f"big{number}@mail.example"}
            data["once"] = once[1] if once else ""
            files = {"attachments": ("big.bin", os.urandom(50 * MEGA), "application/octet-stream")}
            answer = httpx.post(
                f"{house.url}/contact/", data=data, files=files, cookies={"csrftoken": token},
                headers={"Referer": house.url}, timeout=240,
            )  # fmt: skip
            statuses.append(answer.status_code)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        spent = time.monotonic() - began
        too_large = httpx.post(f"{house.url}/contact/", content=bytes(70 * MEGA), timeout=240).status_code
    say(f"answers {statuses} in {spent:.1f} s, 70 MB: {too_large}; peak: {watch.told()}")


# ── Clients that go away ──────────────────────────────────────────────────────────────────
def going_away(house: House, count: int) -> None:
    say(f"## {count} clients each that vanish: in the head, in the body, before the answer, in DATA, after the dot")
    host, port = urlsplit(house.url).hostname or "", urlsplit(house.url).port or 0
    head = f"POST /contact/ HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 5000000\r\n\r\n".encode()
    whole = f"GET /contact/ HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    before = _open_files(house)
    with Watch(house) as watch:
        for words in (head[:40], head + b"x" * 100_000, whole):
            for _one in range(count):
                _vanish(host, port, words)
        greeting = f"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<{INBOX}>\r\nDATA\r\n".encode()
        for number in range(count):
            _vanish("127.0.0.1", house.smtp_port, greeting + b"Subject: half\r\n\r\nhalf a let", wait=0.02)
            whole_letter = letter(Message_ID=f"<gone-{number}@mail.example>").replace(b"\n", b"\r\n")
            _vanish("127.0.0.1", house.smtp_port, greeting + whole_letter + b"\r\n.\r\n", wait=0.02)
        time.sleep(3)
    house.send(letter(Message_ID="<after@mail.example>"), sender="ivan@mail.example")
    half = house.inside(
        "from otklik.reach.models import RawMessage as R\nprint(R.objects.filter(size__lt=60).count(), end='')"
    )
    say(
        f"after it: {answers(house)}; half letters kept: {half}; "
        f"open files {before} → {_open_files(house)}; {watch.told()}"
    )


def _vanish(host: str, port: int, words: bytes, *, wait: float = 0) -> None:
    with socket.create_connection((host, port), timeout=20) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset, as of a pulled cable
        line.sendall(words)
        time.sleep(wait)


def _open_files(house: House) -> int:
    pids = [pid for role in family(house.process.pid).values() for pid in role]
    return sum(len(list(Path(f"/proc/{pid}/fd").iterdir())) for pid in pids)


# ── Live streams ──────────────────────────────────────────────────────────────────────────
def live_streams(house: House, count: int) -> None:
    say(f"## {count} live streams")
    olga = Visitor(house.url, "olga@gorizont.example")
    cookie = "; ".join(f"{one.name}={one.value}" for one in olga.http.cookies.jar)
    number = olga.new_case("Не открывается тест.", email="live@mail.example")
    asyncio.run(_streams(house, count, cookie, olga, number))


async def _streams(house: House, count: int, cookie: str, olga: Visitor, number: int) -> None:
    host, port = urlsplit(house.url).hostname, urlsplit(house.url).port
    web = family(house.process.pid)["web"]
    before, heard, lines = memory(web), 0, []
    request = f"GET /live?list=1 HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    began = time.monotonic()
    gate = asyncio.Semaphore(50)

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with gate:
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(request)
            status = await reader.readline()
            assert b"200" in status, status
            return reader, writer

    lines = await asyncio.gather(*(connect() for _one in range(count)))
    opened = time.monotonic() - began
    await asyncio.sleep(2)
    spent, at = seconds_of(web), time.monotonic()
    await asyncio.sleep(10)
    idle = 100 * (seconds_of(web) - spent) / (time.monotonic() - at)
    times: list[float] = []

    async def listen(reader: asyncio.StreamReader, since: float) -> None:
        nonlocal heard
        while True:
            line = await reader.readline()
            if not line:
                return
            if b'"event": "list"' in line:
                heard += 1
                times.append(time.monotonic() - since)
                return

    since = time.monotonic()
    listening = [asyncio.create_task(listen(reader, since)) for reader, _writer in lines]
    await asyncio.to_thread(house.send, letter(Message_ID="<news@mail.example>", From="Новый <new@mail.example>"))
    await asyncio.wait(listening, timeout=60)
    told = memory(web)
    page = await asyncio.to_thread(answers, house)
    say(
        f"opened in {opened:.1f} s; "
        f"web {before:.0f} → {told:.0f} MB ({1000 * (told - before) / count:.0f} kB a stream); "
        f"idle CPU of web {idle:.1f} %; a new case reached {heard} of {count} in p50 "
        f"{statistics.median(times) if times else 0:.1f} s, last {max(times, default=0):.1f} s; meanwhile {page}"
    )
    for _reader, writer in lines:
        writer.close()
    await asyncio.sleep(3)
    say(f"three seconds after they left: web {memory(web):.0f} MB, open files {_open_files(house)}")


@contextlib.contextmanager
def house_of_its_own() -> Iterator[House]:
    with tempfile.TemporaryDirectory(prefix="strain-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with running_house(folder) as house:
            house.hire()
            yield house


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--vanish", type=int, default=200)
    parser.add_argument("--only", default="")
    chosen: Any = parser.parse_args()
    with house_of_its_own() as house:
        say(
            f"## At rest\n{answers(house)}; "
            + ", ".join(
                f"{role} {memory(pids):.0f} MB in {len(pids)}" for role, pids in family(house.process.pid).items()
            )
        )
        steps = {
            "streams": lambda: live_streams(house, chosen.streams),
            "vanish": lambda: going_away(house, chosen.vanish),
            "uploads": lambda: large_uploads(house),
            "letters": lambda: large_letters(house),
        }
        for name, step in steps.items():
            if chosen.only in {"", name}:
                step()


if __name__ == "__main__":
    main()
