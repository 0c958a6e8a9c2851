"""The pages of standards, the panel of a case, and what a reader without the right sees."""

from dataclasses import replace

import pytest
from django.test import Client

from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import set_policy
from otklik.standards.actions import Words, edit_draft, offer, publish, set_standard, start_draft
from otklik.standards.models import Standard, Version
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, make_case, make_lead, make_standard
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
TYPED = {
    "edits": "0",
    "why": "Мы подвели.",
    "emotion": "«Меня слышат»",
    "how": "Извиниться\r\n\r\nРазобраться",
    "good": "Вы правы.",
    "good_because": "Признали.",
    "bad": "Ожидайте.",
    "bad_because": "Часа нет.",
    "first_answer_minutes": "30",
    "next_word_minutes": "60",
    "solution_minutes": "600",
    "change_note": "Первая",
}
FULL = Words(why="Мы подвели.", emotion="«Меня слышат»", how=["Извиниться"], good="Вы правы.", bad="Ожидайте.")


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def in_draft(actor: Agent) -> Version:
    return start_draft(standard=make_standard(words=FULL, case_kind="complaint"), actor=acting(actor))


def do(client: Client, standard: Standard, step: str, **more: str) -> str:
    """What the page says after a step."""
    return text(client.post(f"/desk/standards/{standard.pk}/do", {"do": step, **more}, follow=True))


def test_a_lead_writes_a_standard_and_cases_hold_it(olga: Agent) -> None:
    client = desk(olga)
    began = client.post("/desk/standards/new", {"name": "Жалоба", "case_kind": "complaint", "review_every_days": "90"})
    standard = Standard.objects.get()
    assert began["Location"] == f"/desk/standards/{standard.pk}/edit"

    client.post(began["Location"], TYPED)
    page = do(client, standard, "publish")

    version = standard.versions.get()
    assert (version.how, version.first_answer_minutes, version.state) == (["Извиниться", "Разобраться"], 30, "live")
    assert "в рабочее время команды" in page
    for said in ("Действует, версия 1", "Мы подвели.", "Разобраться", "Вы правы.", "Часа нет.", "30 мин", "10 ч"):
        assert said in page
    case = make_case(kind="complaint", owner=olga)
    assert "Стандарт «Жалоба»" in text(client.get(f"/desk/cases/{case.pk}/"))


def test_its_times_may_count_by_day_and_night(olga: Agent) -> None:
    client, draft = desk(olga), in_draft(olga)
    client.post(f"/desk/standards/{draft.standard_id}/edit", TYPED | {"is_round_the_clock": "on"})

    page = do(client, draft.standard, "publish")

    assert "днём и ночью" in page
    assert "в рабочее время команды" not in page


def test_what_is_wrong_with_a_new_one_stands_at_its_field(olga: Agent) -> None:
    make_standard("Жалоба", case_kind="complaint")

    page = desk(olga).post("/desk/standards/new", {"name": "Жалоба", "review_every_days": "90"})

    assert page.status_code == 422
    assert "Стандарт с таким названием уже есть." in text(page)
    assert Standard.objects.count() == 1


def test_the_draft_saves_itself_and_says_when_somebody_else_has(olga: Agent) -> None:
    version = in_draft(olga)
    address = f"/desk/standards/{version.standard_id}/"
    client = desk(olga)

    first = client.post(f"{address}save", TYPED)
    second = client.post(f"{address}save", TYPED | {"why": "Иначе"}, headers={"Accept": "application/json"})
    third = client.post(f"{address}edit", TYPED | {"why": "Иначе"})
    wrong = client.post(f"{address}save", TYPED | {"solution_minutes": "0"}, headers={"Accept": "application/json"})

    assert first.json() == {"edits": 1}
    assert (second.status_code, second.json()["code"]) == (409, "changed_meanwhile")
    assert third.status_code == 409
    assert "Иначе" in text(third)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "words_invalid")
    version.refresh_from_db()
    assert (version.why, version.edits) == ("Мы подвели.", 1)


def test_a_preview_is_what_an_agent_sees(olga: Agent) -> None:
    address = f"/desk/standards/{in_draft(olga).standard_id}/preview"

    part = desk(olga).post(address, TYPED | {"why": "Иначе <b>"}, headers={"X-Part": "words"}).content.decode()
    page = text(desk(olga).post(address, TYPED | {"why": "Иначе"}))

    assert "Иначе &lt;b&gt;" in part
    assert "<html" not in part
    assert "Иначе" in page
    assert Version.objects.get(number=2).why == "Мы подвели."


def test_two_versions_are_compared_and_an_earlier_one_comes_back(olga: Agent) -> None:
    version = in_draft(olga)
    edit_draft(version=version, words=replace(FULL, why="Яснее.", change_note="Яснее"), actor=acting(olga))
    publish(version=version, actor=acting(olga))
    client, address = desk(olga), f"/desk/standards/{version.standard_id}/versions/"

    page = text(client.get(f"{address}?from=1&to=2"))
    client.post(f"{address}1/restore")
    again = text(client.post(f"{address}1/restore", follow=True))

    assert "добавлено: Яснее" in page
    assert "удалено: Мы подвели" in page
    assert Version.objects.get(number=3).as_in == 1
    assert "Сначала закончите или удалите черновик" in again


def test_a_second_person_approves_and_publishes(olga: Agent) -> None:
    set_policy("standards.second_pair_of_eyes", value=True)
    boris = make_agent("Борис Ким", "boris@gorizont.example", "lead")
    version = in_draft(olga)
    edit_draft(version=version, words=replace(FULL, change_note="Яснее"), actor=acting(olga))
    standard = version.standard

    alone = do(desk(olga), standard, "publish")
    do(desk(olga), standard, "offer")
    own = do(desk(olga), standard, "approve")
    back = do(desk(boris), standard, "send_back", because="Назовите час")
    do(desk(olga), standard, "offer")
    done = do(desk(boris), standard, "approve_and_publish")

    assert "Сначала это должен одобрить коллега." in alone
    assert "не писал" in own
    assert "Назовите час" in back
    assert "Действует, версия 2" in done
    assert Version.objects.get(number=2).approved_by == boris


def test_a_publication_without_a_reason_leads_back_to_the_field(olga: Agent) -> None:
    version = in_draft(olga)

    answer = desk(olga).post(f"/desk/standards/{version.standard_id}/do", {"do": "publish"})

    assert answer["Location"] == f"/desk/standards/{version.standard_id}/edit"


def test_an_agent_reads_and_does_not_write_unless_it_is_theirs(olga: Agent) -> None:
    anna = make_agent()
    version = in_draft(olga)
    address = f"/desk/standards/{version.standard_id}/"

    page = desk(anna).get(address)
    answers = [
        desk(anna).get(f"{address}edit").status_code,
        desk(anna).post(f"{address}save", TYPED).status_code,
        desk(anna).post(f"{address}preview", TYPED).status_code,
        desk(anna).post(f"{address}versions/1/restore").status_code,
        desk(anna).post(f"{address}do", {"do": "publish"}).status_code,
        desk(anna).get(f"{address}properties").status_code,
    ]
    set_standard(standard=version.standard, actor=SYSTEM, values={"owner": anna})

    assert page.status_code == 200
    assert "Опубликовать" not in text(page)
    assert answers == [403] * 6
    assert desk(anna).post(f"{address}save", TYPED).json() == {"edits": 1}


def test_a_case_offers_a_later_version_and_takes_it(olga: Agent) -> None:
    version = in_draft(olga)
    case = make_case(kind="complaint", owner=olga)
    client, address = desk(olga), f"/desk/cases/{case.pk}/"
    assert "более новая версия" not in text(client.get(address))
    edit_draft(version=version, words=replace(FULL, change_note="Назвали час"), actor=acting(olga))
    publish(version=version, actor=acting(olga))

    offered = text(client.get(address))
    client.post(f"{address}standard/take")
    taken = text(client.get(address))

    assert "более новая версия: 2" in offered
    assert "Назвали час" in offered
    assert "более новая версия" not in taken
    assert fresh(case).standard_version == version
    again = client.post(f"{address}standard/take", follow=True)
    assert "Обращение ведётся по тому" in text(again)


def test_the_list_says_what_waits_for_whom(olga: Agent) -> None:
    boris = make_agent("Борис Ким", "boris@gorizont.example", "lead")
    offer(version=in_draft(olga), actor=acting(olga))

    assert "Ждёт вас" in text(desk(boris).get("/desk/standards/"))
    assert "Ждёт вас" not in text(desk(olga).get("/desk/standards/"))
    assert "Создать стандарт" not in text(desk(make_agent()).get("/desk/standards/"))


def test_what_is_not_here_is_not_here(olga: Agent) -> None:
    standard = make_standard()
    client = desk(olga)

    answers = [
        client.get("/desk/standards/999/").status_code,
        client.post(f"/desk/standards/{standard.pk}/do", {"do": "dance"}).status_code,
        client.post(f"/desk/standards/{standard.pk}/versions/9/restore").status_code,
    ]

    assert answers == [404, 404, 404]
    assert client.get(f"/desk/standards/{standard.pk}/edit").status_code == 302
