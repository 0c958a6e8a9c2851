"""Search: any form of a word, typing errors, the other layout, numbers, people; newest first and only in sight."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.cases import search as searching
from otklik.cases.actions import note, reply
from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.foundation.language import other_layout, similar_words
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, make_customer
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def found(agent: Agent, text: str) -> list[int]:
    return [hit.case_id for hit in searching.search(text, actor=acting(agent)).hits]


def test_every_form_of_a_word_is_found_newest_first(anna: Agent) -> None:
    old = make_case(owner=anna, text="Пришлите, пожалуйста, сертификат")
    new = make_case(owner=anna, text="Спасибо за сертификаты!")
    make_case(owner=anna, text="Другое")

    assert found(anna, "сертификатов") == [new.pk, old.pk]
    assert found(anna, "сертификат спасибо") == [new.pk]


def test_answers_notes_subjects_and_names_are_searched(anna: Agent) -> None:
    case = make_case(
        owner=anna, subject="Про бухгалтерию", customer=make_customer("Зинаида Орлова", "zina@mail.example")
    )
    reply(case=case, actor=acting(anna), text="Курьер приедет завтра")
    note(case=case, actor=acting(anna), text="Склад в Химках")

    for word in ("курьеры", "химки", "бухгалтерия", "орлова", "ivan@mail.example"):
        assert found(anna, word) == [case.pk], word


@pytest.mark.parametrize("is_common", [True, False])
def test_both_ways_of_searching_find_the_same(anna: Agent, monkeypatch: pytest.MonkeyPatch, *, is_common: bool) -> None:
    cases = [make_case(owner=anna, text=f"Расписание {number}") for number in range(5)]
    monkeypatch.setattr(searching, "_expected", lambda *_args: 1e9 if is_common else 0)

    first = searching.search("расписания", actor=acting(anna), size=3)
    rest = searching.search("расписания", actor=acting(anna), size=3, before=first.older_than)

    assert [hit.case_id for hit in first.hits] == [case.pk for case in reversed(cases)][:3] or len(first.hits) == 5
    assert {hit.case_id for hit in [*first.hits, *rest.hits]} == {case.pk for case in cases}


def test_a_typing_error_and_the_other_layout_are_forgiven(anna: Agent) -> None:
    case = make_case(owner=anna, text="Где мой учебник и сертификат")

    wrong = searching.search("сертефикат", actor=acting(anna))
    layout = searching.search("ext,ybr", actor=acting(anna))

    assert (wrong.asked, [hit.case_id for hit in wrong.hits]) == ("сертификат", [case.pk])
    assert (layout.asked, [hit.case_id for hit in layout.hits]) == ("учебник", [case.pk])
    assert found(anna, "кракозябра") == []


def test_layouts_and_near_words() -> None:
    assert other_layout("ghbdtn") == "привет"
    assert other_layout("ьфшд") == "mail"
    assert "учебник" in similar_words("учибник")
    assert similar_words("кот") == ()
    assert similar_words("mail") == ()


def test_a_number_leads_to_its_case(anna: Agent) -> None:
    case = make_case(owner=anna)

    for typed in (str(case.pk), f"№ {case.pk}", f"#{case.pk}"):
        assert desk(anna).get("/desk/search", {"q": typed}).headers["Location"] == f"/desk/cases/{case.pk}/"
    assert desk(anna).get("/desk/search", {"q": "999999"}).status_code == 200


@pytest.mark.parametrize("typed", ["", "'", "a & b | !c", "\\", "%", "ё", "слово:*", "x" * 5000, "\x00"])
def test_nothing_that_is_typed_breaks_the_search(anna: Agent, typed: str) -> None:
    make_case(owner=anna)

    assert desk(anna).get("/desk/search", {"q": typed}).status_code == 200
    assert desk(anna).get("/desk/palette", {"q": typed}).status_code == 200


def test_found_words_are_marked_and_strangers_markup_is_not_run(anna: Agent) -> None:
    make_case(owner=anna, subject="<b>Тема</b>", text="Вот <script>alert(1)</script> мой сертификат за курс")

    page = desk(anna).get("/desk/search", {"q": "сертификаты"}).text

    assert "<mark>сертификат</mark>" in page
    assert "<script>alert" not in page
    assert "<b>Тема" not in page


def test_nobody_finds_what_they_may_not_see(anna: Agent) -> None:
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    boris = Agent.objects.get(pk=boris.pk)
    secret = make_case(
        owner=anna, text="Тайный сертификат", customer=make_customer("Зинаида Орлова", "zina@mail.example")
    )
    mine = make_case(owner=boris, text="Обычный сертификат")

    assert found(boris, "сертификат") == [mine.pk]
    assert found(boris, "тайный") == []
    page = desk(boris).get("/desk/search", {"q": "Орлова"}).text
    assert "Зинаида" not in page
    assert desk(boris).get("/desk/search", {"q": str(secret.pk)}).status_code == 200
    assert desk(boris).get("/desk/search", {"customer": secret.customer_id}).text.count('class="item"') == 0
    assert "Тайный" not in desk(boris).get("/desk/palette", {"q": "тайный"}).text


def test_a_search_costs_the_same_however_much_is_found(anna: Agent) -> None:
    for number in range(12):
        make_case(owner=anna, text=f"Сертификат номер {number}")
    browser = desk(anna)
    browser.get("/desk/search", {"q": "сертификат"})

    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/desk/search", {"q": "сертификат"}).text

    assert len(re.findall('class="item"', page)) == 12
    assert len(asked) <= 12
    assert Case.objects.count() == 12


def test_the_palette_offers_commands_and_cases(anna: Agent) -> None:
    case = make_case(owner=anna, text="Нужен сертификат")

    page = desk(anna).get("/desk/palette", {"q": "сертификаты"}).text

    assert f"/desk/cases/{case.pk}/" in page
    assert "/desk/new/" in desk(anna).get("/desk/palette").text
