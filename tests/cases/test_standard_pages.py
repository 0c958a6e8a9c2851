"""The standard beside a case: its steps are ticked there, its page says why this one and which were passed over."""

import pytest
from django.test import Client

from otklik.cases.actions import tick_step
from otklik.cases.models import Case, CaseStep
from otklik.foundation.policies import set_policy
from otklik.standards.actions import Words
from otklik.standards.models import Proposal, Standard
from tests.building import acting, fresh, make_case, make_lead, make_standard, refusals
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
STEPS = Words(why="Мы подвели.", how=["Извинились", "Назвали час"], ticked_by=["", "moment_named"])
HTMX = {"HX-Request": "true"}


@pytest.fixture
def complaint() -> Standard:
    return make_standard(words=STEPS, case_kind="complaint")


@pytest.fixture
def case(complaint: Standard) -> Case:
    return make_case(kind="complaint")


@pytest.fixture
def anna(case: Case) -> Client:
    return desk(case.owner)


def mark(client: Client, case: Case, headers: dict[str, str] | None = None, **more: object) -> str:
    body = {"version": str(case.standard_version_id), **more}
    return text(client.post(f"/desk/cases/{case.pk}/steps", body, headers=headers or {}, follow=True))


def states() -> dict[int, str]:
    return dict(CaseStep.objects.values_list("number", "state"))


def test_the_panel_shows_the_steps_and_answers_with_itself(case: Case, anna: Client) -> None:
    page = text(anna.get(f"/desk/cases/{case.pk}/"))
    assert "Стандарт «Жалоба»" in page
    assert "2 шага не сделаны" in page

    part = mark(anna, case, HTMX, tick="1")

    assert states() == {1: "done"}
    assert "1 шаг не сделан" in part
    assert "Обещания" not in part
    again = mark(anna, case, HTMX, open="1")
    assert (states(), "2 шага не сделаны" in again) == ({}, True)


def test_without_scripts_one_goes_back_to_the_case(case: Case, anna: Client) -> None:
    page = mark(anna, case, tick="2")

    assert states() == {2: "done"}
    assert "Кто ведёт" in page or "Обещания" in page


def test_a_step_is_left_out_on_the_page_of_the_standard(case: Case, anna: Client) -> None:
    asked = text(anna.get(f"/desk/cases/{case.pk}/standard?skip=1"))
    assert "Почему шаг пропущен?" in asked

    silent = mark(anna, case, skip="1", because=" ", back="1")
    assert "Скажите, почему шаг пропущен" in silent
    assert states() == {}
    page = mark(anna, case, skip="1", because="Не за что", back="1")

    assert states() == {1: "skipped"}
    assert "Пропущен: Не за что" in page


def test_what_is_unreadable_marks_nothing(case: Case, anna: Client) -> None:
    for sent in ({"tick": "x"}, {"tick": "77"}, {"tick": "1", "version": "1" * 5}, {}):
        with refusals() as heard:
            mark(anna, case, None, **sent, back="1")
        assert heard
    assert states() == {}
    assert anna.post(f"/desk/cases/{case.pk}/steps", {"tick": "77"}, headers=HTMX).status_code == 404


def test_its_page_says_why_this_one_and_which_were_passed_over(case: Case, anna: Client) -> None:
    make_standard("Для всех", is_default=True)
    make_standard("Звонки с жалобами", case_kind="complaint", channel="phone")

    page = text(anna.get(f"/desk/cases/{case.pk}/standard"))

    assert "Выбран" in page
    assert "при открытии обращения" in page
    assert "вид: Жалоба" in page
    assert "действует, когда нет другого" in page
    assert "для другого канала" in page


def test_a_case_from_before_says_that_no_reason_was_written_down(case: Case, anna: Client) -> None:
    Case.objects.filter(pk=case.pk).update(standard_version=None)

    assert "Ни один стандарт" in text(anna.get(f"/desk/cases/{case.pk}/standard"))


def test_what_fits_better_is_offered_and_taken(case: Case, anna: Client) -> None:
    better = make_standard("Письма с жалобами", case_kind="complaint", channel="api", words=STEPS)
    tick_step(case=case, number=1, actor=acting(case.owner))

    offered = text(anna.get(f"/desk/cases/{case.pk}/"))
    anna.post(f"/desk/cases/{case.pk}/standard/take")

    assert "Теперь лучше подходит «Письма с жалобами»" in offered
    assert fresh(case).standard_version == better.live
    assert CaseStep.objects.filter(version=better.live_id).count() == 1
    page = text(anna.get(f"/desk/cases/{case.pk}/standard"))
    assert "когда взяли тот, что подходит лучше" in page
    assert "канал: API" in page


def test_a_change_is_proposed_from_the_case(complaint: Standard, case: Case, anna: Client) -> None:
    address = f"/desk/cases/{case.pk}/standard/propose"
    assert anna.post(address, {"words": " "}).status_code == 422

    page = text(anna.post(address, {"words": "Прислать главу"}, follow=True))

    row = Proposal.objects.get()
    assert (row.standard, row.words, row.case_number, row.author_id) == (
        complaint, "Прислать главу", case.pk, case.owner_id,
    )  # fmt: skip
    assert "Прислать главу" in page


def test_nothing_is_proposed_where_there_is_no_standard() -> None:
    case = make_case()

    with refusals() as heard:
        desk(case.owner).post(f"/desk/cases/{case.pk}/standard/propose", {"words": "Завести стандарт"})

    assert "no_standard" in heard
    assert not Proposal.objects.exists()


def test_where_the_house_minds_the_dialog_names_the_open_steps(case: Case, anna: Client) -> None:
    set_policy("cases.steps_before_solved", value=True)

    page = text(anna.post(f"/desk/cases/{case.pk}/solve", {"summary": "Сделано"}))

    assert "Отметьте, что сделано" in page
    assert "Назвали час" in page
    assert fresh(case).state == "open"


def test_a_lead_reads_proposals_and_decides(complaint: Standard, case: Case, anna: Client) -> None:
    olga = make_lead()
    for words in ("Прислать главу", "Звонить самим"):
        anna.post(f"/desk/cases/{case.pk}/standard/propose", {"words": words})
    first, second = Proposal.objects.order_by("id")
    lead = desk(olga)
    assert "Прислать главу" in text(lead.get("/desk/standards/proposals/"))
    assert "Взять в черновик" not in text(anna.get("/desk/standards/proposals/"))

    editor = text(lead.post(f"/desk/standards/proposals/{first.pk}", {"do": "take"}, follow=True))
    empty = lead.post(f"/desk/standards/proposals/{second.pk}", {"do": "decline", "because": ""})
    told = text(
        lead.post(f"/desk/standards/proposals/{second.pk}", {"do": "decline", "because": "Дорого"}, follow=True)
    )

    assert "Предложения, взятые в этот черновик" in editor
    assert empty.status_code == 422
    assert "Автор прочитает вашу причину." in told
    mine = text(anna.get("/desk/standards/proposals/?which=mine"))
    assert "Взято в черновик" in mine
    assert "Дорого" in mine
    again = text(lead.post(f"/desk/standards/proposals/{first.pk}", {"do": "take"}, follow=True))
    assert "тем временем уже решили" in again
