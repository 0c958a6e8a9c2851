"""A date told to a customer stands in their own zone, else in the team's, never in the server's, and names the zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from otklik.cases.actions import mark_solved, open_for_customer
from otklik.cases.macros import values_for
from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.customers.actions import edit_customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.zones import moment_words, zone_named, zone_words
from otklik.team.actions import set_working_time
from otklik.team.models import WorkingTime
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_inbox, outbox, run_jobs
from tests.stories.test_from_first_word_to_satisfied import plain

SIX = datetime(2036, 11, 30, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "is_yours", "russian", "english"),
    [
        (
            "Asia/Vladivostok",
            True,
            "30 ноября, 18:00 (по вашему времени: Владивосток, UTC+10)",
            "30 November, 18:00 (your time: Vladivostok, UTC+10)",
        ),
        (
            "Europe/Moscow",
            False,
            "30 ноября, 11:00 (по московскому времени, UTC+3)",
            "30 November, 11:00 (Moscow time, UTC+3)",
        ),
        ("Asia/Kolkata", True, "13:30 (по вашему времени: Калькутта, UTC+5:30)", "(your time: Kolkata, UTC+5:30)"),
        ("America/St_Johns", False, "04:30 (время: St Johns, UTC−3:30)", "(time of St Johns, UTC−3:30)"),
        ("Asia/Omsk", False, "14:00 (время: Омск, UTC+6)", "(time of Omsk, UTC+6)"),
        ("UTC", False, "08:00 (UTC)", "08:00 (UTC)"),
    ],
)
def test_a_moment_names_its_zone(zone: str, *, is_yours: bool, russian: str, english: str) -> None:
    for language, expected in (("ru", russian), ("en", english)):
        with translation.override(language):
            assert expected in moment_words(SIX, ZoneInfo(zone), is_yours=is_yours)


def test_summer_and_winter_have_their_own_distance() -> None:
    berlin = ZoneInfo("Europe/Berlin")

    with translation.override("en"):
        assert zone_words(berlin, at=datetime(2026, 7, 1, tzinfo=UTC)) == "time of Berlin, UTC+2"
        assert zone_words(berlin, at=SIX) == "time of Berlin, UTC+1"


@pytest.mark.parametrize("name", ["", "Atlantis/Capital", "../etc/passwd", "x" * 300])
def test_what_names_no_zone_is_none(name: str) -> None:
    assert zone_named(name) is None


@pytest.fixture
def team_in_omsk() -> None:
    make_agent()
    hours = WorkingTime.objects.get()
    set_working_time(name=hours.name, time_zone="Asia/Omsk", week=hours.week, calendar=hours, actor=SYSTEM)
    run_jobs()


def opened(time_zone: str = "") -> Case:
    make_inbox()
    customer = edit_customer(customer=make_customer(), actor=SYSTEM, changes={"time_zone": time_zone})
    case, _message = open_for_customer(
        customer=customer, subject="", text="Алло", actor=SYSTEM, address="ivan@mail.example"
    )
    Case.objects.filter(pk=case.pk).update(first_answer_by=SIX, due_at=SIX, next_word_by=SIX, solution_by=SIX)
    return fresh(case)


@pytest.mark.django_db
@pytest.mark.usefixtures("team_in_omsk")
class TestOfACase:
    @pytest.mark.parametrize(
        ("own", "told"),
        [
            ("Asia/Vladivostok", "30 ноября, 18:00 (по вашему времени: Владивосток, UTC+10)"),
            ("", "30 ноября, 14:00 (время: Омск, UTC+6)"),
            ("Atlantis/Capital", "30 ноября, 14:00 (время: Омск, UTC+6)"),
        ],
    )
    def test_the_first_letter_and_prepared_words(self, own: str, told: str) -> None:
        case = opened(own)

        run_jobs()

        day, hour, zone = told.replace(",", " (", 1).split(" (")
        assert f"{day}, до {hour.strip()} ({zone}" in " ".join(plain(outbox()[-1]).split())
        assert values_for(case, acting(case.owner))["promise.next"] == told

    @pytest.mark.parametrize(("own", "zone"), [("Asia/Vladivostok", "Владивосток, UTC+10"), ("", "Омск, UTC+6")])
    def test_the_pages_of_a_case(self, client: Client, own: str, zone: str) -> None:
        case = opened(own)
        run_jobs()
        hour = "18:00" if own else "14:00"

        page = client.get(f"/case/{case_link(case)}/").text

        assert zone in page
        assert f"30 ноя 2036, {hour}" in page

    def test_the_question_and_what_follows_it(self, client: Client) -> None:
        case = opened("Asia/Vladivostok")
        mark_solved(case=case, actor=acting(case.owner), summary="Готово")
        run_jobs()
        token = Invitation.objects.get().token
        client.post(f"/answer/{token}", {"solved": "no"})
        Case.objects.update(due_at=SIX)

        thanks = client.get(reverse("portal:thanks", args=[token])).text

        assert "Владивосток, UTC+10" in thanks
        assert "18:00" in thanks

    @pytest.mark.parametrize("page", ["/", "/contact/"])
    def test_pages_for_whoever_comes(self, client: Client, page: str) -> None:
        make_case()

        assert "время: Омск, UTC+6" in client.get(page).text
