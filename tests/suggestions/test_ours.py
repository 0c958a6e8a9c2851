"""Colleagues are heard too: with their name or without, and what hinders them goes straight to the leads."""

import pytest
from django.utils import timezone

from otklik.foundation.models import Event
from otklik.suggestions import actions
from otklik.suggestions.models import Step, Suggestion, Voice, Word
from otklik.suggestions.queries import suggestions
from tests.building import acting, make_agent, refused
from tests.suggestions.making import make_suggestion, olga, shown

pytestmark = pytest.mark.django_db


def five() -> None:
    for number in range(5):
        make_agent(f"Коллега {number}", f"c{number}@gorizont.example")


def test_a_nameless_word_has_no_name_no_hour_and_no_line_of_history() -> None:
    five()
    anna = acting(make_agent())

    row = actions.suggest_as_colleague(words="Хватит планёрок", is_nameless=True, actor=anna)

    voice, word, step = Voice.objects.get(), Word.objects.get(), Step.objects.get()
    assert (voice.agent, voice.customer, word.written_by, step.agent) == (None, None, None, None)
    row = Suggestion.objects.get(pk=row.pk)
    for moment in (row.created_at, row.changed_at, voice.at, word.at, step.at):
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)
    assert not Event.objects.filter(name__startswith="suggestions.").exists()


def test_among_few_nobody_is_nameless() -> None:
    with refused("too_few_colleagues"):
        actions.suggest_as_colleague(words="Хватит планёрок", is_nameless=True, actor=acting(make_agent()))
    with refused("words_missing"):
        actions.suggest_as_colleague(words=" ", actor=acting(make_agent("Б", "b@gorizont.example")))


def test_what_hinders_is_the_leads_until_they_answer() -> None:
    anna, boris = acting(make_agent()), acting(make_agent("Борис Ким", "boris@gorizont.example"))
    row = actions.suggest_as_colleague(words="Две программы для одного дела", hinders=True, actor=anna)

    assert [row in suggestions(actor) for actor in (anna, boris, olga())] == [True, False, True]
    actions.answer(suggestion=row, words="К январю останется одна.", actor=olga())

    assert row in suggestions(boris)


def test_colleagues_add_their_voice_and_take_it_back() -> None:
    anna, boris = acting(make_agent()), acting(make_agent("Борис Ким", "boris@gorizont.example"))
    row = actions.suggest_as_colleague(words="Второй монитор", key="k", actor=anna)
    assert actions.suggest_as_colleague(words="Второй монитор", key="k", actor=anna) == row

    for _time in range(2):
        actions.back_idea(suggestion=row, actor=boris, is_wanted=True)
    assert Voice.objects.count() == 2
    for actor in (anna, boris):
        actions.back_idea(suggestion=row, actor=actor, is_wanted=False)

    assert Voice.objects.get().agent_id == anna.pk
    with refused("not_ours"):
        actions.back_idea(suggestion=make_suggestion(), actor=boris, is_wanted=True)


def test_customers_never_see_it() -> None:
    row = actions.suggest_as_colleague(words="Второй монитор", actor=acting(make_agent()))

    with refused("stays_in_the_house"):
        shown(row)


def test_once_it_is_taken_up_its_hours_are_ours() -> None:
    five()
    row = actions.suggest_as_colleague(words="Хватит планёрок", is_nameless=True, actor=acting(make_agent()))

    actions.move(suggestion=row, to="looked_at", actor=olga())

    assert (timezone.now() - Step.objects.get(state="looked_at").at).total_seconds() < 600
