"""The demo company's suggestions: they can all be played."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from otklik.suggestions.demo import deeds
from otklik.suggestions.models import Suggestion, Voice
from tests.building import make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db


def test_each_story_is_played() -> None:
    make_inbox()
    for login in ("marina", "denis", "olga"):
        make_agent(login.title(), f"{login}@gorizont.example", "lead" if login == "olga" else "agent")
    now = timezone.now()

    planned = sorted(deeds(now, Random(1)), key=lambda one: one[0])
    for _moment, deed in planned:
        deed()
    run_jobs()

    assert all(now - timedelta(days=40) < moment < now for moment, _deed in planned)
    states = list(Suggestion.objects.order_by("title").values_list("state", flat=True))
    assert sorted(states) == ["declined", "done", "new", "new", "planned"]
    assert Voice.objects.filter(told_at__isnull=False).count() == 2
    assert Voice.objects.filter(helped=True).count() == 1
