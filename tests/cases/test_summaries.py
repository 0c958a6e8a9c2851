"""What the next owner must know is prepared from the case, and read by a person before it is sent."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from otklik.cases.actions import make_promise, mark_solved, note, reply, stand_in, tick_step, transfer
from otklik.cases.models import Alert, Case
from otklik.cases.queries import prepared_summaries, prepared_summary
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.standards.actions import Words
from otklik.team.actions import go_away
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import (
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_case,
    make_inbox,
    make_standard,
    run_jobs,
)
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def igor() -> Agent:
    return make_agent("Игорь Лыткин", "igor@gorizont.example")


def summary(case: Case) -> str:
    with translation.override("en"):
        return prepared_summary(fresh(case))


def test_it_tells_words_answers_promises_and_what_was_tried(anna: Agent) -> None:
    make_standard("Вопрос", words=Words(how=("Проверить склад", "Позвонить курьеру")), case_kind="question")
    case = make_case(owner=anna, text="Заказ № 10482 не пришёл. Мой телефон +7 900 555-01-42.")
    actor = acting(anna)
    tick_step(case=case, number=1, actor=actor)
    reply(case=case, actor=actor, text="Проверяем **склад**.")
    note(case=case, actor=actor, text="Курьер не берёт трубку")
    make_promise(
        case=fresh(case), actor=actor, kind="call_back", by=timezone.now() + timedelta(hours=3), about="про курьера"
    )
    run_jobs()

    told = summary(case)

    lines = dict(line.split(": ", 1) for line in told.splitlines())
    assert [name.split(",")[0] for name in lines] == [
        "The customer's last words", "We answered", "Note of a colleague", "Promised", "What was tried", "Already told",
    ]  # fmt: skip
    values = list(lines.values())
    assert values[0] == "«Заказ № 10482 не пришёл. Мой телефон +7 900 555-01-42.»"
    assert values[1:3] == ["«Проверяем склад.»", "«Курьер не берёт трубку»"]
    assert "call " in values[3]
    assert "(про курьера)" in values[3]
    assert "solution" in values[3]
    assert values[4] == "Проверить склад"
    assert values[5] == "order number 10482; phone +79005550142"


def test_a_case_that_came_back_says_what_was_told_as_solved(anna: Agent) -> None:
    case = make_case(owner=anna)
    mark_solved(case=case, actor=acting(anna), summary="Отправили курьером")
    run_jobs()
    ours = Message.objects.filter(direction="out").latest("id")
    arrive(letter("Не пришло!", References=f"<{ours.external_id}>", Message_ID="<2@mail.example>"))

    told = summary(case)

    assert "What was tried: told as solved: «Отправили курьером»; it came back 1 time" in told
    assert "last words" in told
    assert "«Не пришло!»" in told
    assert "first answer" not in told


def test_late_and_resting_promises_say_so(anna: Agent) -> None:
    case = make_case(owner=anna)
    Case.objects.filter(pk=case.pk).update(first_answer_by=timezone.now() - timedelta(hours=1))
    late = summary(case)
    reply(case=fresh(case), actor=acting(anna), text="Пришлите, пожалуйста, фото")
    run_jobs()

    assert "late already" in late
    assert "resting while we wait for the customer" in summary(case)


def test_nothing_of_machines_and_other_cases_is_told(anna: Agent) -> None:
    make_inbox()
    other = make_case(owner=anna, text="Другое: заказ № 777001")
    case = make_case(owner=anna, text="Здравствуйте")
    arrive(letter("Я в отпуске", Auto_Submitted="auto-replied", Message_ID="<auto@mail.example>"))

    told = summary(case)

    assert "777001" in summary(other)
    assert "777001" not in told
    assert "отпуске" not in told
    assert "Здравствуйте" in told


def test_many_are_prepared_in_two_queries(anna: Agent) -> None:
    cases = [make_case(owner=anna) for _number in range(4)]
    prepared_summaries(cases)

    with CaptureQueriesContext(connection) as asked:
        prepared_summaries(cases)

    assert len(asked) <= 2


def test_the_dialog_is_filled_with_it(anna: Agent) -> None:
    case = make_case(owner=anna, text="Заказ № 10482 не пришёл")

    page = desk(anna).get(f"/desk/cases/{case.pk}/dialogs").text

    assert "номер заказа 10482" in page


def test_programs_fetch_it_and_hand_over_what_was_read(anna: Agent, igor: Agent) -> None:
    case, program = make_case(owner=anna, text="Заказ № 10482 не пришёл"), Program(anna)

    told = program.get(f"/cases/{case.pk}/summary").json()
    nothing = program.post(f"/cases/{case.pk}/transfer", {"owner": igor.email, "summary": " "})
    done = program.post(
        f"/cases/{case.pk}/transfer",
        {"owner": igor.email, "summary": told["text"], "seen_message_id": told["seen_message_id"]},
    )

    assert "order number 10482" in told["text"]
    assert (nothing.status_code, nothing.json()["code"]) == (422, "summary_missing")
    assert (done.status_code, fresh(case).owner) == (200, igor)
    assert program.get("/cases/404/summary").status_code == 404


def test_of_many_only_what_was_ticked_goes_with_the_words_as_they_were_changed(anna: Agent, igor: Agent) -> None:
    first, second = make_case(owner=anna), make_case(owner=anna, text="Заказ № 10482")
    browser = desk(anna)
    address = f"/desk/hand-over?case={first.pk}&case={second.pk}&to={igor.pk}"

    page = text(browser.get(address))
    nothing = browser.post(address, {"to": igor.pk, f"summary_{first.pk}": "Раз"})
    typed = {"to": igor.pk, f"take_{first.pk}": "on", f"summary_{first.pk}": "Прочитано", f"summary_{second.pk}": "x"}
    done = browser.post(address, typed)

    assert "номер заказа 10482" in page
    assert nothing.status_code == 422
    assert "Отметьте обращения" in text(nothing)
    assert done.headers["Location"] == f"/desk/hand-over?case={second.pk}&to={igor.pk}"
    assert (fresh(first).owner, fresh(second).owner) == (igor, anna)
    assert Message.objects.get(direction="note").text == "Прочитано"
    empty = browser.post(done.headers["Location"], {"to": igor.pk, f"take_{second.pk}": "on"}, follow=True)
    assert "чтобы клиент ничего не рассказывал дважды" in text(empty)
    assert fresh(second).owner == anna


def test_more_than_a_page_follow_one_another(anna: Agent, igor: Agent) -> None:
    cases = [make_case(owner=anna) for _number in range(12)]
    browser, numbers = desk(anna), "&".join(f"case={case.pk}" for case in cases)

    page = browser.get(f"/desk/hand-over?{numbers}&to={igor.pk}")
    typed = {f"{name}_{case.pk}": "Всё сказано" for case in cases[:10] for name in ("take", "summary")}
    onward = browser.post(f"/desk/hand-over?{numbers}", typed | {"to": igor.pk}).headers["Location"]

    assert page.text.count("<textarea") == 10
    assert "ещё 2 обращения" in text(page)
    assert onward == f"/desk/hand-over?case={cases[10].pk}&case={cases[11].pk}&to={igor.pk}"
    last = {f"{name}_{case.pk}": "Всё сказано" for case in cases[10:] for name in ("take", "summary")}
    assert browser.post(onward, last | {"to": igor.pk}).headers["Location"] == "/desk/"
    assert set(Case.objects.values_list("owner", flat=True)) == {igor.pk}
    assert browser.get("/desk/hand-over?case=x&case=999999").status_code == 200


@pytest.mark.django_db(transaction=True)
@locks("cases.actions.owning.transfer")
def test_of_two_hand_overs_at_once_exactly_one_wins() -> None:
    case = make_case()
    igor, vlad = make_agent("Игорь Лыткин", "igor@g.example"), make_agent("Влад Орлов", "vlad@g.example")
    actor, stale = acting(case.owner), fresh(case)

    said = while_open(
        lambda: transfer(case=fresh(case), actor=actor, to=igor, summary="Первый"),
        lambda: transfer(case=stale, actor=actor, to=vlad, summary="Второй"),
    )

    assert said == ["done", "changed_meanwhile"]
    assert fresh(case).owner == igor
    assert Event.objects.filter(name="cases.owner_changed").count() == 1
    assert Alert.objects.filter(reason="handed_over").count() == 1


@pytest.mark.django_db(transaction=True)
@locks("cases.actions.owning.stand_in")
def test_of_two_who_answer_for_the_owner_exactly_one_claims_it() -> None:
    case = make_case()
    igor, vlad = make_agent("Игорь Лыткин", "igor@g.example"), make_agent("Влад Орлов", "vlad@g.example")
    go_away(agent=case.owner, actor=acting(case.owner))
    stale = fresh(case)

    said = while_open(
        lambda: stand_in(case=fresh(case), actor=acting(igor)), lambda: stand_in(case=stale, actor=acting(vlad))
    )

    assert said == ["done", "changed_meanwhile"]
    assert fresh(case).deputy == igor
    assert Event.objects.filter(name="cases.deputy_named").count() == 1
