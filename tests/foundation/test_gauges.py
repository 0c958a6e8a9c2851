"""`/metrics` tells how busy the house is."""

import pytest
from django.test import Client

from tests.building import arrive, letter, make_agent, make_inbox

pytestmark = pytest.mark.django_db


def gauges(client: Client) -> dict[str, float]:
    lines = client.get("/metrics").content.decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


def test_gauges_follow_what_happens(client: Client) -> None:
    make_agent()
    make_inbox()
    before = gauges(client)

    arrive(letter(Message_ID="<one@mail.example>"), run=False)
    waiting = gauges(client)
    arrive(b"this is no letter")

    after = gauges(client)
    assert (before["otklik_open_cases"], after["otklik_open_cases"]) == (0, 1)
    assert (before["otklik_held_letters"], after["otklik_held_letters"]) == (0, 1)
    assert before["otklik_mail_lag_seconds"] == after["otklik_mail_lag_seconds"] == 0
    assert waiting["otklik_mail_lag_seconds"] > 0


def test_a_visitor_from_outside_is_told_nothing(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="8.8.8.8").status_code == 403
