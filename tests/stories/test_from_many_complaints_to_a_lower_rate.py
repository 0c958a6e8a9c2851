"""Many write the same; somebody notices, mends it, tells everybody, and measures whether it has helped."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from otklik.cases.models import Alert, Case
from otklik.complaints.models import Problem
from otklik.customers.actions import identify
from otklik.reach.models import Message
from otklik.team.models import Agent
from otklik.topics.clock import think, watch
from otklik.topics.models import Text
from tests.building import make_agent, make_case, make_inbox, make_lead, run_jobs
from tests.desk.visiting import desk
from tests.topics.making import PARCELS, by_words, two_topics

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_words")]
__all__ = ["by_words"]
OTHERS = (
    "Как записаться на курс рисования осенью?",
    "Подскажите расписание занятий в субботу.",
    "Спасибо преподавателю за доброту!",
    "Сколько стоит индивидуальный урок?",
)


def a_week(anna: Agent, *, late: int, others: int = 8) -> None:
    """In a week so many write that their parcel has not come, and so many about other things."""
    week = timezone.now().strftime("%G-%V")
    for number in range(late + others):
        address = f"{week}-{number}@mail.example"
        make_case(
            owner=anna,
            customer=identify(kind="email", value=address, name="Пётр"),
            address=address,
            subject="",
            text=PARCELS[number] if number < late else OTHERS[number % len(OTHERS)],
            at=timezone.now(),
        )
    think()


@pytest.fixture
def moments() -> Iterator[list[datetime]]:
    """Wednesdays, fourteen of them, up to this week."""
    now = timezone.now()
    wednesday = now - timedelta(days=now.weekday() - 2 if now.weekday() > 2 else now.weekday() + 5)
    return iter([[wednesday - timedelta(days=7 * week) for week in range(14, -1, -1)]])


def test_from_many_complaints_to_a_lower_rate(moments: Iterator[list[datetime]]) -> None:
    weeks = iter(next(moments))
    anna, olga = make_agent(), make_lead()
    make_inbox()
    with time_machine.travel(next(weeks), tick=False):
        parcels, _refunds = two_topics()
        assert parcels.takes_by_itself
        a_week(anna, late=1)
    for _week in range(7):
        with time_machine.travel(next(weeks), tick=False):
            a_week(anna, late=1)
    with time_machine.travel(next(weeks), tick=False):
        a_week(anna, late=9)

    # More than usual: once the week is over a problem is opened, its cases are in it, the lead knows
    with time_machine.travel(next(weeks), tick=False):
        watch()
        problem = Problem.objects.get()
        assert problem.owner == olga
        assert Alert.objects.get(reason="topics.signal").agent == olga
        assert problem.case_links.count() == 9
        assert all(text.said_at is None for text in Text.objects.filter(source="case"))

        # It is mended, and everybody hears so, once, from the owner of their case
        lead, place = desk(olga), f"/desk/problems/{problem.pk}/"
        typed = {"title": problem.title, "owner": olga.pk, "root_cause": "Сдаём поздно", "changes": "Сдаём до 17:30"}
        lead.post(f"{place}edit", typed | {"watch_weeks": 3})
        lead.post(place, {"to": "fixed"})
        words = {"words_ru": "Теперь посылки уходят в тот же день.", "words_en": ""}
        seen = lead.post(f"{place}tell", words).text.partition('name="seen" value="')[2].partition('"')[0]
        lead.post(f"{place}tell", words | {"seen": seen})
        run_jobs()
        assert Message.objects.filter(purpose="complaints.changed", agent=anna).count() == 9
        assert "Слишком рано" in lead.post(place, {"to": "checked"}, follow=True).text

    # Measured again: three quiet weeks, and only then it may be called checked
    for _week in range(3):
        with time_machine.travel(next(weeks), tick=False):
            a_week(anna, late=1)
    with time_machine.travel(next(weeks), tick=False):
        lead = desk(olga)
        assert "Снизилось, и это доказано" in lead.get(place).text
        lead.post(place, {"to": "checked"})

    problem.refresh_from_db()
    assert problem.state == "checked"
    assert Case.objects.count() == 9 * 11 + 17
