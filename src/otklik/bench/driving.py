"""The load: N users who ask over real HTTP and SMTP connections, each waiting for its answer."""

import contextlib
import http.client
import smtplib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from statistics import quantiles

_PATIENCE_SECONDS = 60
WARM_UP = 3


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request and a text that a right answer holds; a wrong answer is an error, never a fast success."""

    path: str
    expected: str
    method: str = "GET"
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Result:
    """``per_second`` counts right answers only; p50 and p95 in milliseconds.

    ``cpu_ms``: CPU time of web, worker, mail door and database per answer, background work included.
    """

    job: str
    per_second: float
    p50_ms: float
    p95_ms: float
    answers: int
    errors: int
    first_error: str = ""
    cpu_ms: float = 0


def drive(job: str, make: Callable[[int], Request], *, port: int, users: int, seconds: float) -> Result:
    """Let ``users`` ask for ``seconds`` after a few answers to warm up; ``make`` is given a running number."""
    numbers = count()
    times: list[float] = []
    errors: list[str] = []
    all_warm = threading.Barrier(users)

    def user() -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)) as door:
            for _ in range(WARM_UP):
                _ask(door, make(next(numbers)))
            all_warm.wait()
            ends = time.monotonic() + seconds
            while (began := time.monotonic()) < ends:
                problem = _ask(door, make(next(numbers)))
                if problem:
                    errors.append(problem)
                else:
                    times.append(time.monotonic() - began)

    _together(user, users)
    return _result(job, times, errors, seconds)


def _ask(door: http.client.HTTPConnection, request: Request) -> str:
    """'' when the answer was right, else what was wrong."""
    door.request(request.method, request.path, body=request.body or None, headers=request.headers)
    answer = door.getresponse()
    body = answer.read()
    if answer.status >= http.HTTPStatus.BAD_REQUEST:
        return f"{answer.status} {' '.join(body[:200].decode('utf-8', 'replace').split())}"
    if request.expected.encode() not in body:
        return f"{answer.status} without {request.expected!r}"
    return ""


def _together(work: Callable[[], None], users: int) -> None:
    threads = [threading.Thread(target=work, daemon=True) for _ in range(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _result(job: str, times: list[float], errors: list[str], seconds: float) -> Result:
    marks = quantiles(times, n=20) if len(times) > 1 else [0.0] * 19
    return Result(
        job=job,
        per_second=round(len(times) / seconds, 1),
        p50_ms=round(marks[9] * 1000, 1),
        p95_ms=round(marks[18] * 1000, 1),
        answers=len(times),
        errors=len(errors),
        first_error=errors[0] if errors else "",
    )


@dataclass(frozen=True, kw_only=True)
class MailResult:
    """Letters a second: taken over with 250, and visible as cases."""

    letters: int
    accepted_per_second: float
    visible_per_second: float


def drive_mail(
    letters: int, *, port: int, users: int, inbox: str, visible: Callable[[], int], patience: float = 300
) -> MailResult:
    """Hand over ``letters`` by ``users`` connections; ``visible`` counts the cases that came of them so far."""
    numbers = iter(range(letters))
    lock = threading.Lock()
    run = f"{time.time_ns():x}"
    before = visible()
    began = time.monotonic()

    def user() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=_PATIENCE_SECONDS) as door:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                sender = f"writer{number}-{run}@mail.example"
                door.sendmail(sender, [inbox], _letter(sender, inbox, f"{run}.{number}@mail.example"))

    _together(user, users)
    accepted = time.monotonic() - began
    while visible() - before < letters and time.monotonic() - began < patience:
        time.sleep(0.1)
    done = visible() - before
    return MailResult(
        letters=letters,
        accepted_per_second=round(letters / accepted, 1),
        visible_per_second=round(done / (time.monotonic() - began), 1),
    )


def _letter(sender: str, inbox: str, message_id: str) -> bytes:
    text = "Здравствуйте!\r\n\r\nЗаказ оплачен, а доступ к уроку не открылся. Подскажите, что делать?\r\n"
    head = (
        f"From: Writer <{sender}>\r\nTo: {inbox}\r\nSubject: Lesson {message_id}\r\nMessage-ID: <{message_id}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + text).encode()
