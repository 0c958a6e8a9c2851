"""Search: any form of a word, typing errors, the other layout, numbers, people; newest first and only in sight."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from otklik.cases import search as searching
from otklik.cases.actions import edit_case, erase_person, note, reply
from otklik.cases.actions.indexing import derive_cases_anew
from otklik.cases.models import Case
from otklik.customers.models import Customer, Organization
from otklik.foundation.actors import SYSTEM, Role, Sight
from otklik.foundation.text.language import other_layout, similar_words
from otklik.reach.actions.indexing import derive_messages_anew
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import IVAN, acting, make_agent, make_case, make_customer
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
    assert len(asked) <= 10
    assert Case.objects.count() == 12


def test_the_palette_offers_commands_and_cases(anna: Agent) -> None:
    case = make_case(owner=anna, text="Нужен сертификат")

    page = desk(anna).get("/desk/palette", {"q": "сертификаты"}).text

    assert f"/desk/cases/{case.pk}/" in page
    assert "/desk/new/" in desk(anna).get("/desk/palette").text


def offered(agent: Agent, text: str) -> dict[str, list[tuple[str, str]]]:
    """Group of the palette → address and name of what it offers."""
    page = desk(agent).get("/desk/palette", {"q": text}).text
    groups = re.findall(r'id="found-(\w+)">.*?(?=<div role="group"|$)', page, re.DOTALL)
    parts = page.split('<div role="group"')[1:]
    row = re.compile(r'href="([^"]+)">.*?<span class="cut">([^<]+)', re.DOTALL)
    return {name: row.findall(part) for name, part in zip(groups, parts, strict=True)}


@pytest.mark.parametrize("typed", ["организ", "ORGANI", "jhufybp", "щкпфтш"])
def test_the_palette_finds_a_page_in_both_languages_and_layouts(anna: Agent, typed: str) -> None:
    assert offered(anna, typed)["pages"] == [("/desk/organizations/", "Организации")]


def test_the_palette_finds_a_rule_and_leads_to_its_field() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)

    assert offered(vera, "undo") == {}
    assert offered(vera, "take a sent letter")["settings"][0][0] == "/desk/settings/rules#id_reach__undo_seconds"
    assert 'id="id_reach__undo_seconds"' in desk(vera).get("/desk/settings/rules").text


def test_the_palette_offers_nothing_that_the_agent_may_not_open(anna: Agent) -> None:
    assert "settings" not in offered(anna, "безопасность")
    assert "pages" not in offered(anna, "настройки")
    assert "pages" not in offered(anna, "команда")


def test_the_closest_name_stands_first(anna: Agent) -> None:
    assert [name for _url, name in offered(anna, "обращения")["pages"]][:1] == ["Обращения"]
    assert [name for _url, name in offered(anna, "обращен")["commands"]][:1] != []


# ── People ────────────────────────────────────────────────────────────────────────────────
def people(agent: Agent, text: str) -> tuple[list[str], bool]:
    page = desk(agent).get("/desk/search", {"q": text}).text
    names = re.findall(r'customer=\d+">.*?<span>([^<]+)</span></a>', page, re.DOTALL)
    return names, "Возможно, вы искали" in page


@pytest.mark.parametrize("typed", ["Козлав", "Казлов", "Козлв", "козллов", "Иван Козлв"])
def test_a_name_with_a_typing_error_is_suggested(anna: Agent, typed: str) -> None:
    make_case(owner=anna)
    make_case(owner=anna, customer=make_customer("Мария Берг", "berg@mail.example"))

    assert people(anna, typed)[0] == ["Иван Козлов"]


def test_the_right_name_is_not_mixed_with_others_like_it(anna: Agent) -> None:
    make_case(owner=anna)
    make_case(owner=anna, customer=make_customer("Иван Козлова", "other@mail.example"))
    make_case(owner=anna, customer=make_customer("Пётр Казлов", "third@mail.example"))

    assert people(anna, "Казлов") == (["Пётр Казлов"], False)


@pytest.mark.parametrize(("typed", "is_alike"), [("Горизонт", False), ("Гаризонт", True)])
def test_people_of_an_organization_are_found_by_its_name(anna: Agent, typed: str, *, is_alike: bool) -> None:
    ivan = make_customer()
    make_case(owner=anna, customer=ivan)
    Customer.objects.filter(pk=ivan.pk).update(organization=Organization.objects.create(name="ООО «Горизонт»"))

    assert people(anna, typed) == (["Иван Козлов"], is_alike)


def test_suggestions_stay_in_sight(anna: Agent) -> None:
    boris = make_agent("Борис Ильин", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    make_case(owner=anna)

    assert people(Agent.objects.get(pk=boris.pk), "Козлав") == ([], False)


# ── Finding everything anew ───────────────────────────────────────────────────────────────
def test_older_derivations_are_made_anew_and_newer_ones_left_alone(anna: Agent) -> None:
    case = make_case(owner=anna, files=[IncomingFile(name="накладная.pdf", content_type="", content=b"1")])
    reply(case=case, actor=acting(anna), text="Курьер приедет")
    vectors = dict(Message.objects.values_list("id", "search"))
    own = Case.objects.values_list("search", flat=True).get()
    done = Message.objects.latest("id")
    Message.objects.exclude(pk=done.pk).update(search_version=0, search="x")
    Message.objects.filter(pk=done.pk).update(search="y")
    Case.objects.update(search_version=0, search="x")

    batches = list(batches_of(derive_messages_anew, 1))
    assert derive_cases_anew(before=2**62, most=10) == (1, 0)

    assert batches == [1] * (len(vectors) - 1)
    assert dict(Message.objects.exclude(pk=done.pk).values_list("id", "search")) == {
        pk: value for pk, value in vectors.items() if pk != done.pk
    }
    assert Message.objects.get(pk=done.pk).search == "'y'"
    assert Case.objects.values_list("search", flat=True).get() == own
    assert not list(batches_of(derive_messages_anew, 10))


def batches_of(derive: Callable[..., tuple[int, int]], size: int) -> Iterator[int]:
    before = 2**62
    while before:
        count, before = derive(before=before, most=size)
        if count:
            yield count


def test_what_was_erased_is_not_brought_back(anna: Agent) -> None:
    case = make_case(owner=anna)
    erase_person(customer=case.customer, actor=SYSTEM)
    Message.objects.update(search_version=0)
    Case.objects.update(search_version=0)

    assert derive_messages_anew(before=2**62, most=10) == (0, 0)
    assert derive_cases_anew(before=2**62, most=10) == (0, 0)


def test_a_new_subject_is_found_and_the_old_one_is_not(anna: Agent) -> None:
    case = make_case(owner=anna, subject="Чернильница")

    edit_case(case=case, actor=acting(anna), changes={"subject": "Промокашка"})

    assert found(anna, "промокашки") == [case.pk]
    assert found(anna, IVAN) == [case.pk]
