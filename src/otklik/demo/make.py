"""Makes the demo company: founds the house, gives every play at its moment, lets the clock do its part in between."""

import heapq
import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from otklik.cases.actions import mark_solved
from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.demo import letters
from otklik.demo.clock import Clock, moved_clock
from otklik.demo.company import DOMAIN, HOUSE, Company, found
from otklik.demo.library import Library
from otklik.demo.people import Person, everybody
from otklik.demo.plays import Play, all_plays
from otklik.demo.stage import Performance
from otklik.demo.timetable import PAST, timetable
from otklik.demo.working import work_off
from otklik.foundation.live.bell import muted
from otklik.foundation.manifest import Deeds
from otklik.foundation.modules import modules
from otklik.reach.actions import keep_raw
from otklik.reach.adapters.smtp_out import rehearsing
from otklik.reach.models import Message
from otklik.team.actions import go_away
from otklik.team.models import Agent
from otklik.voice.clock import mind_the_silence

COURSES = (
    "Бухгалтерия с нуля", "Деловой английский", "Охрана труда для руководителей", "Сметное дело", "Excel для работы",
    "Кадровое делопроизводство", "Ландшафтный дизайн", "Фотография для начинающих", "Детская психология",
    "Интернет-маркетинг", "Python с первых шагов", "Первая помощь", "Логистика и склад", "Татарский для взрослых",
)  # fmt: skip
_BEFORE = timedelta(days=3)
_TICK = timedelta(hours=12)
_SEED = 1812

type Say = Callable[[str], None]


def is_made() -> bool:
    return Agent.objects.filter(email=f"marina@{DOMAIN}").exists()


def make(*, say: Say = lambda _text: None) -> bool:
    """Make the company, all of it or nothing; False in a house that has customers. ``say`` is told how far it is."""
    if is_made() or Customer.objects.exists():
        return False
    now = timezone.now().replace(microsecond=0)
    with (
        transaction.atomic(),
        _without_savepoints(),
        translation.override("ru"),
        rehearsing(),
        _no_news(),
        muted(),
        moved_clock(now - PAST - _BEFORE) as clock,
    ):
        _Show(now=now, clock=clock, say=say).go_on()
    return True


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Any error undoes everything, so nothing in between needs a way back: a third fewer words with the database."""
    features = connection.features
    features.uses_savepoints = False
    try:
        yield
    finally:
        features.uses_savepoints = True


@contextmanager
def _no_news() -> Iterator[None]:
    """What happens on a stage is nothing for the operator's log: only warnings stand between the lines of progress."""
    logger = logging.getLogger("otklik")
    before = logger.level
    logger.setLevel(max(before, logging.WARNING))
    try:
        yield
    finally:
        logger.setLevel(before)


@dataclass(kw_only=True)
class _Show:
    """Five weeks in the order of time."""

    now: datetime
    clock: Clock
    say: Say
    chance: Random = field(default_factory=lambda: Random(_SEED))  # noqa: S311 - a demo, not a secret
    queue: list[tuple[datetime, int, Callable[[], None]]] = field(default_factory=list)
    order: Iterator[int] = field(default_factory=itertools.count)

    def go_on(self) -> None:
        company = found()
        library = Library(company=company, now=self.now, chance=Random(f"{_SEED}-library"))  # noqa: S311
        library.open()
        for moment, deed in library.later():
            self._plan(moment, deed)
        for moment, deed in self._parts_of_apps():
            self._plan(moment, deed)
        for performance in self._performances(company):
            for step, moment in zip(performance.play.steps, performance.moments, strict=True):
                self._plan(moment, lambda p=performance, s=step: p.act(s))  # type: ignore[misc]
        self._plan_the_rest(company)
        total = len(self.queue)
        while self.queue:
            moment, _order, deed = heapq.heappop(self.queue)
            self.clock.moment = max(moment, self.clock.moment)
            deed()
            left = len(self.queue)
            if left % 250 == 0:
                self.say(f"Demo company: {100 * (total - left) // total} % of five weeks …")

    def _parts_of_apps(self) -> Deeds:
        for module in modules():
            if module.demo:
                yield from import_string(module.demo)(self.now, Random(f"{_SEED}-{module.name}"))  # noqa: S311

    def _plan(self, moment: datetime, deed: Callable[[], None]) -> None:
        heapq.heappush(self.queue, (moment, next(self.order), deed))

    def _performances(self, company: Company) -> Iterator[Performance]:
        people = everybody()
        cast = {person.name: person for person in people} | {person.full_name: person for person in people}
        plays = all_plays()
        away = {cast[play.customer].name for play in plays if any(step.speaker == "bounce" for step in play.steps)}
        anybody = _round(
            self.chance, [person for person in people if person.name not in away and person.language == "ru"]
        )
        staff = _round(self.chance, [person for person in people if person.organization and person.name not in away])
        number = 0
        for play in plays:
            for _time in range(play.times):
                number += 1
                person = (
                    cast[play.customer] if play.customer else next(staff if "организация" in play.tags else anybody)
                )
                yield self._performance(play, person, company, number)

    def _performance(self, play: Play, person: Person, company: Company, number: int) -> Performance:
        chance = Random(f"{_SEED}-{number}")  # noqa: S311
        hours = company.teams[play.inbox].working_time
        moments = timetable(play, now=self.now, chance=chance, team_hours=hours)
        return Performance(
            play=play,
            person=person,
            slots=_slots(person, moments[0], chance),
            chance=chance,
            company=company,
            clock=self.clock,
            number=number,
            moments=moments,
        )

    def _plan_the_rest(self, company: Company) -> None:
        """The house's own life: absences, the silence that is minded, letters that nobody can read."""
        moment = self.now - PAST
        while moment < self.now:
            self._plan(moment, _mind)
            moment += _TICK
        elena, igor = company.agents["Елена"], company.agents["Игорь"]
        until = self.now + timedelta(days=8)
        self._plan(
            self.now - timedelta(days=3),
            lambda: go_away(agent=elena, actor=company.acting(elena), until=until, deputy=igor),
        )
        for news in HOUSE["news"]:
            moment = self.now - timedelta(days=news["days_ago"], hours=-7)
            self._plan(moment, lambda: _put_bulk_mail_aside(company))
        for ago, raw in _odd_letters(self.now):
            self._plan(self.now - ago, lambda raw=raw: _arrive(raw, company))  # type: ignore[misc]


def _round(chance: Random, people: list[Person]) -> Iterator[Person]:
    """Everybody in turn, each time in another order."""
    while True:
        yield from chance.sample(people, len(people))


def _mind() -> None:
    mind_the_silence()
    work_off()


def _arrive(raw: bytes, company: Company) -> None:
    keep_raw(raw=raw, door="smtp", inbox=company.inboxes["help"], envelope_to=[f"help@{DOMAIN}"])
    work_off()


def _put_bulk_mail_aside(company: Company) -> None:
    """Nobody waits for an answer to a newsletter, so its owner says that nothing is left to do."""
    bulk = Message.objects.filter(silent_because__in=["list", "precedence"])
    for case in Case.objects.filter(state=Case.State.OPEN, threads__conversation__messages__in=bulk).order_by("id"):
        mark_solved(case=case, actor=company.acting(case.owner), summary="Рассылка: отвечать не нужно.")
        work_off()


def _slots(person: Person, start: datetime, chance: Random) -> dict[str, str]:
    def day(after: int) -> str:
        return date_format(timezone.localtime(start + timedelta(days=after)), "j E")

    course, other = chance.sample(COURSES, 2)
    return {
        "name": person.first,
        "full": person.full_name,
        "last": person.last,
        "dear": person.dear,
        "city": person.city,
        "phone": person.phone,
        "org": person.organization or "ООО «Вектор»",
        "order": f"{chance.randint(10, 19)} {chance.randint(100, 999)}",
        "contract": f"{chance.randint(40, 320)}/26",
        "course": f"«{course}»",
        "other": f"«{other}»",
        "sum": f"{chance.randrange(3900, 28900, 100):,}".replace(",", " "),
        "track": f"{chance.randint(10_000_000, 99_999_999)}",
        "soon": day(chance.randint(2, 4)),
        "later": day(chance.randint(6, 12)),
        "past": day(-chance.randint(5, 9)),
        "ago": day(-chance.randint(12, 25)),
        "group": f"{chance.choice('АБВГД')}-{chance.randint(11, 48)}",
    }


def _odd_letters(now: datetime) -> Iterator[tuple[timedelta, bytes]]:
    """Letters that a person must decide about, and letters that want no answer."""
    yield timedelta(hours=5), b"\x00\xff\xfe binary \x01\x02" * 40
    yield (
        timedelta(days=1, hours=2),
        f"To: help@{DOMAIN}\r\nSubject: =?utf-8?b?0JfQsNGP0LLQutCw?=\r\n\r\nhello".encode(),
    )
    yield (
        timedelta(days=2),
        f"From: help@{DOMAIN}\r\nTo: help@{DOMAIN}\r\nSubject: test\r\nMessage-ID: <t1@{DOMAIN}>\r\n\r\ntest".encode(),
    )
    yield timedelta(hours=30), _lost_report(now - timedelta(hours=30))
    for news in HOUSE["news"]:
        ago = timedelta(days=news["days_ago"])
        raw = letters.newsletter(
            sender=(news["name"], news["address"]),
            to=f"help@{DOMAIN}",
            subject=news["subject"],
            text=news["text"],
            at=now - ago,
        )
        yield ago, raw


def _lost_report(at: datetime) -> bytes:
    lines = (
        "From: Mail Delivery System <MAILER-DAEMON@relay.post.example>",
        f"To: help@{DOMAIN}",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {at:%a, %d %b %Y %H:%M:%S +0000}",
        "Message-ID: <lost-report@relay.post.example>",
        "Content-Type: text/plain",
        "",
        "Your message to <priemnaya@starayashkola.example> could not be delivered: 550 5.1.1 User unknown",
        "",
    )
    return "\r\n".join(lines).encode()
