"""The demo company's complaints: they can all be played, and stop at different stages."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from otklik.complaints.demo import deeds
from otklik.complaints.models import Complaint, Stage, Way
from tests.building import make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db
_STAFF = ("marina", "olga", "levan", "vera", "elena", "andrey", "denis")


def test_each_story_is_played_to_its_stage() -> None:
    make_inbox()
    Way.objects.get_or_create(name="Служба защиты")
    for login in _STAFF:
        make_agent(login.title(), f"{login}@gorizont.example", "lead" if login == "olga" else "agent")
    now = timezone.now()

    planned = sorted(deeds(now, Random(1)), key=lambda one: one[0])
    for _moment, deed in planned:
        deed()
        run_jobs()

    assert all(now - timedelta(days=40) < moment < now for moment, _deed in planned)
    stages = {row.customer.name: row.stage for row in Complaint.objects.select_related("customer")}
    assert stages == {
        "Тамара Белоусова": Stage.IMPROVED,
        "Виктор Жуков": Stage.REFUSED,
        "Лариса Мещерякова": Stage.ASSESSED,
        "Олжас Сейтказы": Stage.ANSWERED,
        "Нина Аркадьевна Фомина": Stage.ACKNOWLEDGED,
    }
    assert Complaint.objects.get(stage=Stage.REFUSED).ways_offered_at is not None
