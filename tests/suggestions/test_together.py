"""Two at once: one voice, one telling, one letter, one state."""

import pytest

from otklik.foundation.actors import SYSTEM
from otklik.reach.models import Message
from otklik.suggestions import actions
from otklik.suggestions.actions import Said
from otklik.suggestions.models import State, Suggestion, Telling, Voice, Word
from tests.building import make_agent, make_customer, make_inbox
from tests.suggestions.making import done, fresh, make_suggestion, olga, pyotr, told, voice
from tests.together import at_once, locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)


@locks("suggestions.actions.record.held")
def test_two_presses_tell_everyone_once() -> None:
    row = done(make_suggestion())

    said = while_open(lambda: told(row, people=1), lambda: told(row, people=1))

    assert said == ["done", "nobody_to_tell"]
    assert Telling.objects.count() == 1


@locks("suggestions.actions.telling.tell_one")
def test_two_workers_write_one_letter() -> None:
    make_agent()
    make_inbox()
    row = done(make_suggestion())
    told(row, people=1)
    one = Voice.objects.get().pk

    said = while_open(lambda: actions.tell_one(voice_id=one), lambda: actions.tell_one(voice_id=one))

    assert said == ["done", "done"]
    assert Message.objects.filter(purpose="suggestions.told").count() == 1


@locks("suggestions.actions.telling.say_helped")
def test_two_words_of_one_person_leave_the_last() -> None:
    make_suggestion()
    one = Voice.objects.get()

    said = while_open(
        lambda: actions.say_helped(voice=one, is_helped=True),
        lambda: actions.say_helped(voice=one, is_helped=False),
    )

    assert said == ["done", "done"]
    assert Voice.objects.get().helped is False


@locks("suggestions.actions.merging.merge")
def test_two_who_join_the_same_pair_crosswise_do_not_wait_for_each_other_for_ever() -> None:
    one, other = make_suggestion(), make_suggestion(pyotr(), title="Другое")

    said = while_open(
        lambda: actions.merge(suggestion=one, into=other, actor=olga()),
        lambda: actions.merge(suggestion=other, into=one, actor=olga()),
    )

    assert said == ["done", "is_duplicate"]
    assert (fresh(one).state, fresh(other).state) == (State.DUPLICATE, State.NEW)
    assert Voice.objects.filter(suggestion=other).count() == 2


def test_a_vote_pressed_twice_at_once_is_one_voice() -> None:
    row, ivan = make_suggestion(pyotr()), make_customer()

    said = at_once(*[lambda: voice(row, ivan)] * 2)

    assert said == ["done", "done"]
    assert Voice.objects.filter(suggestion=row, customer=ivan).count() == 1


def test_a_form_sent_twice_at_once_is_one_suggestion() -> None:
    ivan = make_customer()
    said = Said(customer=ivan, words="Вечерние группы", key="one")

    told_ = at_once(*[lambda: actions.suggest(said=said, actor=SYSTEM)] * 2)

    assert told_ == ["done", "done"]
    assert (Suggestion.objects.count(), Word.objects.count()) == (1, 1)
