"""Why a letter is written is said by some app; what nobody brings is never written down."""

import pytest
from django.db import IntegrityError

from otklik.cases.actions import alert
from otklik.cases.models import Alert
from otklik.foundation import modules as read
from otklik.foundation.manifest import Purpose
from otklik.reach import gate
from otklik.reach.actions import send
from otklik.reach.models import Conversation, Message
from tests.building import arrive, letter, make_agent, make_case

pytestmark = pytest.mark.django_db


def conversation() -> Conversation:
    make_case()
    return Conversation.objects.get()


def test_a_letter_of_a_purpose_that_no_app_brings_is_not_written() -> None:
    with pytest.raises(KeyError, match="horoscope"):
        send(conversation=conversation(), text="Здравствуйте!", purpose="horoscope")

    assert not Message.objects.filter(purpose="horoscope").exists()


def test_an_answer_without_an_author_is_not_written() -> None:
    with pytest.raises(ValueError, match="written by somebody"):
        send(conversation=conversation(), text="Здравствуйте!", purpose=Message.Purpose.ANSWER)


def test_the_database_too_wants_an_author_for_an_answer() -> None:
    with pytest.raises(IntegrityError, match="an_answer_is_written_by_somebody"):
        Message.objects.create(
            conversation=conversation(), direction="out", purpose="answer", external_id="a@gorizont.example"
        )


def test_a_new_purpose_passes_the_gate_by_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    brought = {
        "odd.news": Purpose(name="odd.news", is_automatic=True),
        "odd.receipt": Purpose(name="odd.receipt", is_automatic=True, is_asked_for=True),
    }
    whole = dict(read.purposes()) | brought
    for where in ("otklik.reach.gate", "otklik.reach.actions.sending"):
        monkeypatch.setattr(f"{where}.purposes", lambda: whole)
    here = conversation()
    letters = [send(conversation=here, text="Чек", purpose=name) for name in brought]
    here.messages.filter(direction="in").update(automatic_because="complaint")

    verdicts = {name: gate.ask(conversation=here, address=here.address, purpose=name).step for name in brought}

    assert [one.purpose for one in letters if one] == list(brought)
    assert verdicts == {"odd.news": "complaint", "odd.receipt": ""}


def test_an_alert_of_a_kind_that_no_app_brings_is_not_told() -> None:
    anna = make_agent()
    arrive(letter())

    with pytest.raises(KeyError, match="horoscope"):
        alert(agent=anna, case=None, reason="horoscope", source="1")

    assert not Alert.objects.filter(reason="horoscope").exists()
