"""History is read in sentences with names: every event has one, in both languages, and no code shows through."""

import re
from typing import Any

import pytest
from django.utils import translation

from otklik.cases.actions import fields as custom_fields
from otklik.cases.actions import mark_solved, save_macro
from otklik.desk.audit import lines
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import known_events
from otklik.foundation.models import Event
from otklik.foundation.modules import fields, policies, sentences
from otklik.foundation.sentences import kinds, names_for, sentence
from otklik.foundation.switching import switch_module
from otklik.knowledge.actions import shelves, writing
from otklik.standards.actions import writing as standards
from otklik.team import actions as team
from tests.building import acting, make_agent, make_case, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
LANGUAGES = ["ru", "en"]
CODE = re.compile(r"\b[a-z]+(?:[_.][a-z]+)+\b|%\(|\bNone\b|\bTrue\b")
PAYLOADS: dict[str, dict[str, Any]] = {
    "cases.reopened": {"reason": "customer_said_no"},
    "cases.closed": {"outcome": "satisfied"},
    "cases.alerted": {"reason": "handed_over"},
    "cases.edited": {"fields": ["subject", "custom", "is_undelivered"]},
    "reach.message_held": {"reason": "no_sender"},
    "reach.held_decided": {"verdict": "released"},
    "reach.word_refused": {"step": "hard_bounce"},
    "team.login_changed": {"what": "totp_activated"},
    "team.agent_changed": {"fields": ["is_active", "role"]},
    "webhooks.changed": {"change": "edited"},
    "voice.answer_recorded": {"is_solved": True},
    "foundation.policies_changed": {"names": ["reach.undo_seconds"]},
}


def ours() -> list[str]:
    return [name for name in known_events() if not name.startswith("test")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_has_a_sentence_without_codes(language: str) -> None:
    with translation.override(language):
        said = {name: sentence(row, names_for([row])) for name in ours() for row in [_row(name)]}

    assert set(said) == set(sentences())
    assert {name: text for name, text in said.items() if CODE.search(text) or not text.strip()} == {}
    is_russian = {name for name, text in said.items() if re.search("[а-яё]", text)}
    assert is_russian == (set(said) if language == "ru" else set())


def _row(name: str) -> Event:
    return Event(name=name, payload=PAYLOADS.get(name, {}), actor_kind="system")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_code_is_still_no_code_on_the_page(language: str) -> None:
    row = Event(name="cases.edited", payload={"fields": ["a_field_of_tomorrow"]}, actor_kind="system")

    with translation.override(language):
        assert "a_field_of_tomorrow" not in sentence(row, names_for([row]))


def test_everything_that_can_change_has_a_name() -> None:
    changing = {*team._EDITABLE, *standards._EDITABLE, *shelves._EDITABLE, *writing._EDITABLE, *custom_fields._SETTABLE}

    assert (changing | set(policies())) - set(fields()) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filter_offers_sentences_and_each_once(language: str) -> None:
    with translation.override(language):
        offered = kinds()

    assert {name for name, _text in offered} == set(sentences())
    assert [text for _name, text in offered if CODE.search(text)] == []
    assert len({text for _name, text in offered}) == len(offered)


def test_things_and_people_are_called_by_their_names() -> None:
    olga, anna = make_lead(), make_agent()
    save_macro(title="Приветствие", text="Здравствуйте!", actor=acting(olga))
    case = make_case(owner=anna)
    mark_solved(case=case, actor=acting(anna), summary="Учебник отправлен")

    with translation.override("ru"):
        said = {line.event.name: (line.who, line.what) for line in lines(list(Event.objects.order_by("id")))}

    assert said["cases.macro_changed"] == (olga.name, "Изменён шаблон «Приветствие»: название, текст, команда, "
                                                      "включено или выключено, что он делает")  # fmt: skip
    assert anna.name in said["cases.opened"][1]
    assert said["cases.solved"][0] == anna.name


def test_the_page_asks_for_names_once(django_assert_max_num_queries: Any) -> None:
    olga = make_lead()
    for number in range(5):
        save_macro(title=f"Шаблон {number}", text="Здравствуйте!", actor=acting(olga))
    client = desk(olga)
    client.get("/desk/audit/")

    with django_assert_max_num_queries(10):
        page = client.get("/desk/audit/")

    assert "Шаблон 4" in page.text
    assert "cases.macro_changed" not in re.sub(r'value="[^"]*"', "", page.text)


def test_the_days_of_a_period_say_from_and_until() -> None:
    page = desk(make_lead()).get("/desk/audit/").text

    assert re.findall(r'<label for="id_(since|until)">(\w+)', page) == [("since", "С"), ("until", "По")]


def test_the_filter_offers_nothing_of_what_the_house_does_without() -> None:
    switch_module(name="goodwill", is_on=False, actor=SYSTEM)

    assert [name for name, _text in kinds() if name.startswith("goodwill.")] == []
    assert [name for name, _text in kinds() if name.startswith("cases.")] != []
