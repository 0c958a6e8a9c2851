"""The demo company: believable, whole, made once, and nobody gets a letter from it."""

import smtplib
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import F, Min
from django.utils import timezone

from otklik.cases.models import Alert, Case, CustomersWord, Draft
from otklik.customers.models import Customer
from otklik.demo.invitation import log_ins
from otklik.demo.make import make
from otklik.demo.people import everybody
from otklik.demo.plays import all_plays, read
from otklik.demo.readers import searches
from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.models import Event
from otklik.knowledge.figures import Lack, asked_in_vain, reach_of_articles
from otklik.knowledge.models import Article, Correction, Feedback, Version
from otklik.knowledge.queries import STRANGER
from otklik.knowledge.search import find
from otklik.knowledge.visits import self_service, trail_of_case
from otklik.reach.models import Delivery, Message, RawMessage
from otklik.team.models import Agent

LONGEST = 120
"""Seconds of computing in this process; the clock on the wall depends on what else the machine does."""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_five_weeks_of_a_company_are_made_once_and_nothing_leaves(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(settings, "SMTP_URL", "smtp://127.0.0.1:9")
    monkeypatch.setattr(smtplib.SMTP, "connect", _nobody_may_be_called)
    letters = _letters()
    began = time.process_time()

    assert make()
    took = time.process_time() - began
    before = _figures()
    assert not make()

    assert took < LONGEST
    assert [record.getMessage() for record in caplog.records if record.name.startswith("otklik")] == []
    assert _figures() == before
    assert _letters() == letters
    assert run_due_jobs() >= Article.objects.filter(live__isnull=False).count(), "left for the workers"
    assert _figures() == before, "nobody is written to by what was left"
    _check_every_state_is_there()
    _check_what_must_always_hold()
    _check_the_help_centre()
    _check_that_people_read_it()
    assert {"Agent", "Lead", "Admin", "Customer", "Asked"} == {name for name, _text in log_ins()}


def _nobody_may_be_called(*_args: object, **_rest: object) -> None:
    raise AssertionError("a letter was about to leave the demo")


def _letters() -> set[Path]:
    return set((Path(settings.DATA_DIR) / "outbox").glob("*.eml"))


def _figures() -> list[int]:
    return [kind.objects.count() for kind in (Case, Message, Event, Customer, Agent, Delivery, RawMessage)]


def _check_every_state_is_there() -> None:
    states = set(Case.objects.values_list("state", "waits_for"))
    assert states == {
        ("open", "us"),
        ("open", "customer"),
        ("solved", "customer"),
        ("satisfied", "nobody"),
        ("unconfirmed", "nobody"),
    }
    assert Case.objects.filter(state="open", came_back__gt=0).exists()
    assert Case.objects.filter(is_undelivered=True).exists()
    assert Case.objects.filter(state="open", deputy__isnull=False).exists()
    assert Draft.objects.exists()
    assert Case.objects.filter(channel="max", state="open", waits_for="us").exists()
    reasons = set(RawMessage.objects.filter(state="held").values_list("held_reason", flat=True))
    assert reasons >= {"from_ourselves", "no_sender", "bounce_of_unknown_letter", "no_letter"}
    told = set(Alert.objects.values_list("reason", flat=True))
    # No program listens to the demo, somebody is always free, nobody left in silence, and its mail is in order.
    absent = {Alert.Reason.WEBHOOK, Alert.Reason.NOBODY_FREE, Alert.Reason.MAIL_REFUSED, Alert.Reason.COMPLAINT}
    absent |= {Alert.Reason.LEFT_BEHIND}
    assert told & set(Alert.Reason.values) == set(Alert.Reason.values) - absent
    assert "complaints.received" in told, "apps beside the case ring, too"
    assert set(Case.objects.values_list("kind", flat=True)) == {
        "question",
        "complaint",
        "request",
        "thanks",
        "suggestion",
    }


def _check_what_must_always_hold() -> None:
    assert not Case.objects.filter(owner=None).exists()
    assert not Case.objects.filter(state="satisfied", word=None).exists()
    assert not CustomersWord.objects.exclude(said_by="customer").exists()
    assert not Delivery.objects.filter(state__in=["queued", "sending"], next_at=None).exists()
    newest, oldest = Event.objects.order_by("-id").first(), Event.objects.order_by("id").first()
    assert newest is not None
    assert oldest is not None
    moments = list(Event.objects.order_by("id").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert (newest.at - oldest.at).days >= 28
    met = Customer.objects.alias(first=Min("cases__created_at")).filter(created_at__gt=F("first"))
    assert not met.exists(), "nobody is met after their first case"


def _check_the_help_centre() -> None:
    shown = Article.objects.filter(live__isnull=False)
    assert (shown.filter(language="ru").count(), shown.filter(language="en").count()) == (60, 20)
    assert not Version.objects.filter(state="live", approved_by=None).exists()
    assert [article.slug for article in shown.filter(review_at__lt=timezone.now())] == ["dostupnaya-sreda"]
    assert Version.objects.filter(state="past").count() == 3
    assert Version.objects.filter(state="draft").count() == 2
    assert Version.objects.filter(state="waiting").count() == 1
    assert Feedback.objects.filter(is_helpful=True).count() > Feedback.objects.exclude(missing="").count() > 3


def _check_that_people_read_it() -> None:
    now = timezone.now()
    whole = self_service(since=now - timedelta(days=30), until=now)
    reach = reach_of_articles(since=now - timedelta(days=30), until=now).values()
    told = trail_of_case(Case.objects.get(subject__startswith="Где посмотреть расписание").pk)

    assert 0 < whole.solved < whole.visits / 4
    assert 0 < whole.wrote < whole.visits / 4
    assert {one.percent for one in reach if one.said > 5} - {None, 100}
    assert sum(one.quotes for one in reach) > 30
    assert len(told.searched) == 3
    assert [one.slug for one in told.read] == ["raspisanie-i-adres", "pervaya-pomoshch-chto-vzyat"]
    for lack in Lack:
        assert len(asked_in_vain(lack, since=now - timedelta(days=30))) >= 5, lack
    assert set(Correction.objects.values_list("state", flat=True)) == set(Correction.State.values)
    assert Version.objects.filter(state="live", changed_at__gt=now - timedelta(days=3)).count() < 3
    _check_that_the_search_says_so()


def _check_that_the_search_says_so() -> None:
    """What the demo pretends to have found is what the search finds, all but a few."""
    pretended = [
        (words, language, kind == "unopened", "")
        for kind in ("nothing", "unopened")
        for words, language, _times, _first in searches(kind)
    ]
    for play in all_plays():
        language = "en" if "english" in play.tags else "ru"
        pretended += [(words, language, bool(slug), slug) for words, slug in play.looked]
    names = dict(Article.objects.values_list("pk", "slug"))
    wrong = []
    for words, language, is_answered, slug in pretended:
        found = find(words, reader=STRANGER, language=language, limit=3)
        if found.is_answered != is_answered or slug not in {"", *(names[hit.id] for hit in found.items)}:
            wrong.append(words)
    assert len(wrong) <= len(pretended) / 8, wrong


def test_every_customer_has_an_address_of_their_own_that_leads_nowhere() -> None:
    people = everybody()

    addresses = [person.email for person in people]

    assert len(people) == 120
    assert len(set(addresses)) == 120
    assert all(address.endswith(".example") for address in addresses)


def test_every_play_can_be_read_and_names_people_who_exist() -> None:
    names = {name for person in everybody() for name in (person.name, person.full_name)}

    plays = all_plays()

    assert {play.customer for play in plays} - {""} <= names
    assert all(play.steps[0].speaker in {"customer", "form", "phone", "api"} for play in plays)


def test_a_strange_line_of_a_play_is_quoted() -> None:
    with pytest.raises(ValueError, match="ghost"):
        read("== Тема\n-- ghost\nУ-у-у\n")
    with pytest.raises(ValueError, match="whispered"):
        read("== Тема\nwhispered: у-у-у\n-- customer\nУ-у-у\n")
