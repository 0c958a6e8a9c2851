"""Any word becomes a suggestion; a person has one voice, and all their words are kept."""

import json
import zipfile

import pytest
from django.db import IntegrityError, transaction

from otklik.cases.actions import erase_person, merge_cases
from otklik.cases.export import personal_data
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM, Actor, ActorKind, Sight
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.suggestions import actions
from otklik.suggestions.actions import Said
from otklik.suggestions.models import State, Suggestion, Voice, Word
from otklik.suggestions.queries import suggestion_by_id, texts_changed_since, voices_of
from otklik.team.models import Agent
from tests.building import acting, customer_actor, make_agent, make_case, make_customer, refused, run_jobs
from tests.suggestions.making import TITLE, WORDS, fresh, make_suggestion, olga, open_board, pyotr, shown, voice

pytestmark = pytest.mark.django_db


def words_of(row: Suggestion) -> list[str]:
    return list(Word.objects.filter(voice__suggestion=row).order_by("id").values_list("text", flat=True))


def test_a_word_of_a_case_becomes_a_suggestion_and_the_case_tells_it() -> None:
    case = make_case()
    message = Message.objects.get(direction="in")
    said = Said(customer=case.customer, words=WORDS, source="message", case=case, message_id=message.pk)

    row = actions.suggest(said=said, actor=acting(case.owner))

    assert (row.state, row.title, row.is_theirs) == (State.NEW, WORDS, True)
    [word] = Word.objects.all()
    assert (word.case, word.message_id, word.written_by) == (case, message.pk, case.owner)
    assert Event.objects.filter(name="suggestions.written", case_id=case.pk).count() == 1


def test_long_words_are_cut_for_a_title_at_a_word() -> None:
    row = make_suggestion(title="", words="слово " * 40)

    assert row.title.endswith("слово…")
    assert len(row.title) <= 91


def test_a_person_has_one_voice_however_often_they_say_it() -> None:
    row = make_suggestion()
    ivan = make_customer()

    first = voice(row, ivan)
    again = voice(row, ivan, "Ну пожалуйста")

    assert first == again == Voice.objects.get()
    assert words_of(row) == [WORDS, "Ну пожалуйста"]


def test_the_database_keeps_one_voice_too() -> None:
    row = make_suggestion()
    ivan = make_customer()

    with pytest.raises(IntegrityError, match="a_customer_has_one_voice"), transaction.atomic():
        Voice.objects.create(suggestion=row, customer=ivan, at=row.created_at)


def test_the_same_message_is_one_word_of_a_voice() -> None:
    case = make_case()
    row = make_suggestion(case.customer)
    for _time in range(2):
        voice(row, case.customer, "Откройте записи", source="message", case=case, message_id=7)

    assert words_of(row) == [WORDS, "Откройте записи"]


def test_a_form_that_is_sent_twice_is_one_suggestion_and_one_voice() -> None:
    ivan = make_customer()
    first = make_suggestion(ivan, key="k1")
    again = make_suggestion(ivan, key="k1")
    voice(first, pyotr(), "И мне", key="k2")
    voice(first, pyotr(), "И мне", key="k2")

    assert first == again
    assert words_of(first) == [WORDS, "И мне"]


def test_words_that_are_none_or_too_many_are_refused() -> None:
    with refused("words_missing"):
        make_suggestion(words="  ")
    with refused("words_too_long"):
        make_suggestion(words="я" * 20_001)
    with refused("customer_missing"):
        voice(make_suggestion(), None)


def test_somebody_without_a_name_is_a_voice_of_their_own() -> None:
    row = make_suggestion(words="Из опроса", source="survey")

    voice(row, None, "Хотя бы на месяц", source="survey")

    assert Voice.objects.filter(suggestion=row).count() == 2


def test_customers_speak_for_themselves_and_only_on_the_open_board() -> None:
    row, ivan, pyotr_ = make_suggestion(), make_customer(), pyotr()
    theirs = Actor(kind=ActorKind.CUSTOMER, pk=pyotr_.pk)
    said = Said(customer=pyotr_)

    with refused("not_found"):
        actions.add_voice(suggestion=row, said=said, actor=theirs)
    shown(row)
    with refused("not_found"):
        actions.add_voice(suggestion=row, said=said, actor=theirs)
    open_board()
    actions.add_voice(suggestion=row, said=said, actor=theirs)
    with refused("not_allowed"):
        actions.add_voice(suggestion=row, said=Said(customer=ivan), actor=theirs)

    assert Voice.objects.filter(suggestion=row).count() == 2


def test_a_mere_voice_is_taken_back_what_was_said_stays() -> None:
    row, pyotr_ = make_suggestion(), pyotr()
    voice(row, pyotr_)

    actions.withdraw_voice(suggestion=row, customer=pyotr_, actor=Actor(kind=ActorKind.CUSTOMER, pk=pyotr_.pk))
    actions.withdraw_voice(suggestion=row, customer=pyotr_, actor=SYSTEM)

    assert Voice.objects.count() == 1
    with refused("voice_stays"):
        actions.withdraw_voice(suggestion=row, customer=make_customer(), actor=SYSTEM)


def test_words_of_a_case_out_of_sight_are_not_read_nor_written_down() -> None:
    case = make_case()
    row = make_suggestion(case.customer, case=case, source="message")
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    actor = acting(Agent.objects.get(pk=boris.pk))

    assert suggestion_by_id(row.pk, actor=actor) == row
    assert list(voices_of(row, actor)) == []
    with refused("not_found"):
        actions.suggest(said=Said(customer=case.customer, words=WORDS, case=case), actor=actor)
    assert [one.text for one in voices_of(row, acting(case.owner))[0].said] == [WORDS]  # type: ignore[attr-defined]


def test_hostile_words_stay_words() -> None:
    hostile = "=HYPERLINK(1)\x00<script>alert(1)</script> {{ x }} %s '; DROP TABLE"

    row = make_suggestion(title=hostile.replace("\x00", ""), words=hostile.replace("\x00", ""))

    assert "<script>" in fresh(row).title


# ── One person, one case ──────────────────────────────────────────────────────────────────
def test_two_records_of_one_person_have_one_voice_with_all_words() -> None:
    case = make_case()
    other = make_customer("Ваня", "vanya@mail.example")
    row = make_suggestion(case.customer)
    voice(row, other, "Я же просил")
    lonely = make_suggestion(other, title="Другое")

    merge_customers(into=case.customer, other=other, actor=SYSTEM)
    run_jobs()

    assert Voice.objects.get(suggestion=row).customer == case.customer
    assert words_of(row) == [WORDS, "Я же просил"]
    assert Voice.objects.get(suggestion=lonely).customer == case.customer


def test_what_was_said_in_a_case_goes_where_the_case_went() -> None:
    case = make_case()
    other = make_case(owner=case.owner, customer=case.customer)
    row = make_suggestion(case.customer, case=other, source="message")
    for one in (case, other):
        actions.link(suggestion=row, case=one, actor=olga())

    merge_cases(into=case, other=other, actor=SYSTEM)
    run_jobs()

    assert Word.objects.get().case == case
    assert [one.case for one in row.links.all()] == [case]


def test_a_person_is_taken_out_and_forgotten_but_their_voice_still_counts() -> None:
    case = make_case()
    row = make_suggestion(case.customer, title="")
    worded = make_suggestion(case.customer, words="Сделайте расписание картинкой")
    with personal_data(case.customer, actor=olga()) as file, zipfile.ZipFile(file) as archive:
        taken = json.loads(archive.read("data.json"))

    assert [one["text"] for one in taken["suggestion_words"]] == [WORDS, "Сделайте расписание картинкой"]
    for _time in range(2):
        erase_person(customer=case.customer, actor=SYSTEM)
        run_jobs()

    assert fresh(row).title == ""
    assert fresh(worded).title == TITLE
    assert words_of(row) == [""]
    assert [one.customer_id for one in Voice.objects.all()] == [None, None]


# ── For apps above ────────────────────────────────────────────────────────────────────────
def test_texts_are_given_as_they_change_and_no_colleagues_ones() -> None:
    row = make_suggestion()
    before = fresh(row).changed_at
    assert texts_changed_since(before) == []
    other = make_suggestion(pyotr(), title="Вечерние группы", words="Работаю до шести")
    actions.suggest_as_colleague(words="Нужен второй монитор", actor=olga())
    actions.edit_suggestion(suggestion=row, values={"about": "Просят чаще с сентября"}, actor=olga())

    told = texts_changed_since(before)

    assert [(one.id, one.customer) for one in told] == [(other.pk, pyotr().pk), (row.pk, make_customer().pk)]
    assert told[1].text == f"{TITLE}\nПросят чаще с сентября\n{WORDS}"
    assert texts_changed_since(told[0].at) == told[1:]


def test_a_customer_of_the_case_may_speak() -> None:
    case = make_case()

    row = actions.suggest(said=Said(customer=case.customer, words=WORDS, case=case), actor=customer_actor(case))

    assert Word.objects.get(voice__suggestion=row).written_by is None
