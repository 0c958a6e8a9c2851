"""Words of forms: zones by their cities, nothing left to Django's own placeholder, numbers and names told apart."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import translation

from otklik.foundation.http.forms import TimeZoneField
from otklik.foundation.zones import known_cities, zone_label
from tests.building import make_agent, make_customer
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "ru", "en"),
    [
        ("Europe/Moscow", "Москва, UTC+3", "Moscow, UTC+3"),
        ("Asia/Vladivostok", "Владивосток, UTC+10", "Vladivostok, UTC+10"),
        ("Asia/Sakhalin", "Южно-Сахалинск, UTC+11", "Yuzhno-Sakhalinsk, UTC+11"),
        ("America/New_York", "Нью-Йорк, UTC−5", "New York, UTC−5"),
        ("Asia/Kolkata", "Калькутта, UTC+5:30", "Kolkata, UTC+5:30"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires, UTC−3", "Buenos Aires, UTC−3"),
        ("UTC", "UTC", "UTC"),
        ("Mars/Olympus", "Mars/Olympus", "Mars/Olympus"),
        ("", "", ""),
    ],
)
def test_a_zone_is_called_by_its_city(name: str, ru: str, en: str) -> None:
    with translation.override("ru"):
        assert zone_label(name, at=NOW) == ru
    with translation.override("en"):
        assert zone_label(name, at=NOW) == en


def test_every_near_city_has_a_russian_name() -> None:
    with translation.override("ru"):
        labels = {name: zone_label(name, at=NOW) for name in known_cities()}

    assert {name: label for name, label in labels.items() if not re.match("[А-ЯЁ]", label)} == {}


def test_the_choice_knows_every_city_and_still_keeps_iana_names() -> None:
    choices = dict(TimeZoneField().choices)

    assert choices["Asia/Vladivostok"].endswith("UTC+10")
    assert [label for label in choices.values() if "/" in str(label) or "_" in str(label)] == []
    assert TimeZoneField().clean("Asia/Omsk") == "Asia/Omsk"


def test_a_zone_that_is_shown_has_its_city_too() -> None:
    customer = make_customer()
    customer.time_zone = "Asia/Vladivostok"
    customer.save()
    client = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    assert "Владивосток, UTC+10" in client.get(f"/desk/customers/{customer.pk}/").text
    assert "Москва, UTC+3" in client.get("/desk/settings/calendars/").text


@pytest.mark.parametrize("page", ["teams/new", "tokens/", "macros/new", "inboxes/new", "agents/new"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_placeholder_of_the_framework_is_left(page: str, language: str) -> None:
    admin = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    admin.language = language
    admin.save()

    text = desk(admin).get(f"/desk/settings/{page}", follow=True).text

    assert not re.search(r"<option[^>]*>\s*-", text)


def test_a_customer_has_a_number_and_a_field_may_be_one() -> None:
    admin = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    assert "<dt>Номер</dt>" in admin.get(f"/desk/customers/{make_customer().pk}/").text
    assert ">Число</option>" in admin.get("/desk/settings/facts/new").text
    assert re.search(r'<label for="id_name">Название', admin.get("/desk/settings/teams/new").text)
    assert re.search(r'<label for="id_name">Имя', admin.get("/desk/settings/agents/new").text)
