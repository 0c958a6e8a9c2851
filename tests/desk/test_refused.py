"""What pages do not take: said in words, and nothing has changed."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from otklik.cases.models import Case
from otklik.foundation.actors import Role
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import Words, write_article
from otklik.knowledge.models import Version
from otklik.portal.actions import look_at_uploads
from otklik.reach.actions import release_held
from otklik.reach.models import Inbox, Message, RawMessage
from otklik.team.models import Agent
from tests.building import (
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_case,
    make_inbox,
    make_lead,
    refusals,
    refused,
)
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def test_somebody_is_invited_once() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    typed = {"email": "vera@gorizont.example", "name": "Другая", "role": "agent", "sight": "team"}

    with refusals() as heard:
        page = desk(vera).post("/desk/settings/agents/new", typed, headers={"accept-language": "en"})

    assert heard == ["email_taken"]
    assert page.status_code == 422
    assert Agent.objects.get().name == "Вера Орлова"


def test_nobody_is_away_until_yesterday() -> None:
    anna = make_agent()
    until = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    with refusals() as heard:
        page = desk(anna).post("/desk/me/away", {"until": until}, headers={"accept-language": "en"})

    assert heard == ["until_invalid"]
    assert page.status_code == 422
    assert not Agent.objects.get().is_away


def test_a_draft_without_a_title_is_not_saved() -> None:
    olga = make_lead()
    article = write_article(words=Words(title="Возврат", body="Три дня."), actor=acting(olga))

    with refusals() as heard:
        answer = desk(olga).post(f"/desk/knowledge/{article.pk}/save", {"title": "", "body": "Два."})

    assert (answer.status_code, heard) == (422, ["words_invalid"])
    assert Version.objects.get().body == "Три дня."


@pytest.mark.parametrize("at", ["", "soon", "2099-02-30T10:00", "2020-01-01T10:00"])
def test_nothing_is_published_at_what_is_no_moment_to_come(at: str) -> None:
    olga = make_lead()
    article = write_article(words=Words(title="Возврат", body="Три дня."), actor=acting(olga))

    with refusals() as heard:
        page = desk(olga).post(f"/desk/knowledge/{article.pk}/do", {"do": "schedule", "at": at}, follow=True)

    assert heard == ["moment_invalid"]
    assert page.status_code == 200
    version = Version.objects.get()
    assert (version.state, version.publish_at) == ("draft", None)


def test_more_files_than_fit_are_named() -> None:
    set_policy("portal.upload_most_files", value=1)
    files = [SimpleUploadedFile(name, b"words") for name in ("a.txt", "b.txt")]

    with refusals() as heard:
        fit, told = look_at_uploads(files, [])

    assert heard == ["files_too_many"]
    assert [upload.name for upload in fit] == ["a.txt"]
    assert "b.txt" in told[0]


def test_a_held_letter_needs_an_inbox_to_be_taken_into() -> None:
    make_agent()
    make_inbox()
    raw = arrive(letter(), run=False)
    Inbox.objects.update(is_active=False)
    RawMessage.objects.filter(pk=raw.pk).update(state=RawMessage.State.HELD, held_reason="no_inbox", inbox=None)

    with refused("no_inbox"):
        release_held(raw=RawMessage.objects.get(pk=raw.pk), actor=acting(make_lead()))

    assert RawMessage.objects.get(pk=raw.pk).state == RawMessage.State.HELD


def test_a_letter_that_may_not_go_to_somebody_solves_nothing() -> None:
    """Neither in truth nor on the page that says so."""
    case = make_case()
    wrong = {"text": "Готово", "add": "boss@other.example", "then": "solve"}

    with refusals() as heard:
        page = desk(case.owner).post(reverse("desk:reply", args=[case.pk]), wrong, headers={"accept-language": "en"})

    assert (page.status_code, heard) == (422, ["recipient_not_confirmed"])
    assert fresh(case).state == page.context["case"].state == Case.State.OPEN
    assert Message.objects.filter(purpose="answer").count() == 0
