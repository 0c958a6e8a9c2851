"""One measured run: load, start the real servers, drive them, print."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from otklik.bench.cost import cpu_seconds
from otklik.bench.driving import WARM_UP, MailResult, Request, Result, drive, drive_mail
from otklik.bench.loading import INBOX, Loaded, load
from otklik.bench.words import COMMON_ASKED, RARE_ASKED
from otklik.team.models import Agent

_START_SECONDS = 60
_REST_SECONDS = 120
_WAITING = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())
"""


@dataclass(frozen=True, kw_only=True)
class Goal:
    per_second: float
    p95_ms: float = 0


GOALS = {
    "inbox": Goal(per_second=60, p95_ms=200),
    "case page": Goal(per_second=100, p95_ms=100),
    "search, rare word": Goal(per_second=140, p95_ms=75),
    "search, common word": Goal(per_second=60, p95_ms=200),
    "create a case": Goal(per_second=170, p95_ms=70),
    "add a reply": Goal(per_second=130, p95_ms=80),
    "letters accepted": Goal(per_second=300),
    "letters to cases": Goal(per_second=100),
}


def measure(
    *, cases: int, users: int, seconds: float, ports: tuple[int, int], workers: int, say: Callable[[str], None]
) -> list[Result]:
    """Load and drive; the environment already names a database of its own."""
    began = time.monotonic()
    loaded = load(cases, say)
    say(f"Loaded in {time.monotonic() - began:.0f} s")
    cookie = _log_in(loaded.agent_id)
    connection.close()
    web_port, smtp_port = ports
    with _servers(web_port, smtp_port, workers):
        _come_to_rest()
        say(f"{users} users, {seconds:g} s a job …")
        results = []
        for job, make in _jobs(loaded, cookie):
            with _counting() as cost:
                result = drive(job, make, port=web_port, users=users, seconds=seconds)
                _wait_for_the_rest()
            results.append(cost.of(result, besides=WARM_UP * users))
            say(_line(results[-1]))
        return [*results, *_drive_mail(smtp_port, users, seconds, say)]


@dataclass
class _Cost:
    """What the system computed during a job, shared out over its answers."""

    seconds: float = 0

    def of(self, result: Result, *, besides: int = 0) -> Result:
        answers = result.answers + besides
        return replace(result, cpu_ms=round(1000 * self.seconds / answers, 1) if answers else 0)


@contextmanager
def _counting() -> Iterator[_Cost]:
    cost, before = _Cost(), cpu_seconds(settings.DATA_DIR)
    yield cost
    cost.seconds = cpu_seconds(settings.DATA_DIR) - before


def _drive_mail(port: int, users: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
    last = _last_case()
    with _counting() as cost:
        mail = drive_mail(int(150 * seconds), port=port, users=users, inbox=INBOX, visible=lambda: _cases_after(last))
        _wait_for_the_rest()
    results = [_mail_result("letters accepted", mail, mail.accepted_per_second)]
    results.append(cost.of(_mail_result("letters to cases", mail, mail.visible_per_second)))
    for result in results:
        say(_line(result))
    return results


def _mail_result(job: str, mail: MailResult, per_second: float) -> Result:
    return Result(job=job, per_second=per_second, p50_ms=0, p95_ms=0, answers=mail.letters, errors=0)


def _last_case() -> int:
    return _one("SELECT max(id) FROM cases_case")


def _cases_after(number: int) -> int:
    """Asked ten times a second, so it must cost nothing: the newest rows alone are counted."""
    return _one("SELECT count(*) FROM cases_case WHERE id > %s", number)


def _wait_for_the_rest() -> None:
    """Until the workers have done what a job left to them: it belongs to its cost, and must not slow the next one."""
    deadline = time.monotonic() + _REST_SECONDS
    while time.monotonic() < deadline and _one(_WAITING):
        time.sleep(0.1)


def _come_to_rest() -> None:
    """What founding the house left to the workers (the promises of all cases) and to PostgreSQL is done first."""
    _wait_for_the_rest()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _one(sql: str, *values: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.fetchone()[0])


def _jobs(loaded: Loaded, cookie: str) -> Iterator[tuple[str, Callable[[int], Request]]]:
    page = {"Cookie": cookie, "Accept": "text/html", "Accept-Language": "ru"}
    api = {"Authorization": f"Bearer {loaded.token}", "Content-Type": "application/json"}
    chance = random.Random(3)  # noqa: S311 - a choice of pages, not a secret
    numbers = list(loaded.numbers)
    yield "inbox", lambda _n: Request(path="/desk/?view=open&sort=word", expected="/desk/cases/", headers=page)

    def case_page(_n: int) -> Request:
        number = chance.choice(numbers)
        return Request(path=f"/desk/cases/{number}/", expected=f"Обращение номер {number}", headers=page)

    yield "case page", case_page
    yield "search, rare word", lambda _n: _search(RARE_ASKED, page)
    yield "search, common word", lambda _n: _search(COMMON_ASKED, page)

    def create(number: int) -> Request:
        who = {"email": f"new{number}@mail.example", "name": f"Новый {number}"}
        body = {"subject": f"Вопрос {number}", "text": "Здравствуйте! Как перенести занятие?", "customer": who}
        return _post("/api/v1/cases", body, api, '"number"')

    yield "create a case", create

    def reply(_n: int) -> Request:
        number = chance.choice(loaded.open_numbers)
        body = {"kind": "reply", "text": "Здравствуйте! Уже разбираюсь, отвечу сегодня."}
        return _post(f"/api/v1/cases/{number}/messages", body, api, '"id"')

    yield "add a reply", reply


def _search(word: str, headers: dict[str, str]) -> Request:
    return Request(path=f"/desk/search?q={quote(word)}", expected="/desk/cases/", headers=headers)


def _post(path: str, body: Mapping[str, object], headers: dict[str, str], expected: str) -> Request:
    content = json.dumps(body, ensure_ascii=False).encode()
    return Request(path=path, method="POST", body=content, headers=headers, expected=expected)


def _log_in(agent_id: int) -> str:
    """A session such as the log-in page makes."""
    agent = Agent.objects.get(pk=agent_id)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(agent.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = agent.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def _servers(web_port: int, smtp_port: int, workers: int) -> Iterator[None]:
    commands = [["web", f"--port={web_port}"], *[["worker"]] * workers, ["smtp", f"--port={smtp_port}"]]
    environment = os.environ | {"OTKLIK_LOG_LEVEL": "ERROR"}
    children = [
        subprocess.Popen([sys.executable, "-m", "otklik.cli", *command, "--prepared"], env=environment)
        for command in commands
    ]
    try:
        _wait_until_ready(web_port)
        yield
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(timeout=60)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            door = HTTPConnection("127.0.0.1", port, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == 200:  # noqa: PLR2004
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the web server did not answer")


def _line(result: Result) -> str:
    goal = GOALS[result.job]
    is_met = result.per_second >= goal.per_second and (not goal.p95_ms or result.p95_ms <= goal.p95_ms)
    times = f"p50 {result.p50_ms:7.1f} ms  p95 {result.p95_ms:7.1f} ms" if goal.p95_ms else " " * 31
    aim = f"≥ {goal.per_second:g}/s" + (f", p95 ≤ {goal.p95_ms:g} ms" if goal.p95_ms else "")
    problem = f"  {result.errors} wrong: {result.first_error[:120]}" if result.errors else ""
    cpu = f"{result.cpu_ms:6.1f} ms CPU" if result.cpu_ms else " " * 13
    return f"{result.job:<20} {result.per_second:8.1f}/s  {times}  {cpu}  {'✓' if is_met else '✗'} {aim}{problem}"


def table(results: list[Result]) -> str:
    return "\n".join(_line(result) for result in results)


def write_json(path: Path, results: list[Result], *, cases: int, users: int, seconds: float) -> None:
    """The figures and what they were measured with."""
    rows = [asdict(result) | {"goal": asdict(GOALS[result.job])} for result in results]
    report = {
        "cases": cases,
        "messages": cases * 4,
        "users": users,
        "seconds": seconds,
        "cpus": os.cpu_count(),
        "jobs": rows,
    }
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
