"""How last words sound, who likes to talk without haste, and what had to be told twice."""

from typing import Any

import pytest

from otklik.cases.actions import reply, take_back
from otklik.cases.known import says_again
from otklik.cases.models import Case
from otklik.cases.mood import Mood, mood_of
from otklik.customers.actions import Wished, erase_customer, write_wishes
from otklik.customers.models import Wishes
from otklik.foundation.actors import Role
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case, make_lead
from tests.desk.test_export import taken
from tests.desk.visiting import desk
from tests.figures.test_api import figure, rows

pytestmark = pytest.mark.django_db


def case_saying(words: str, **values: Any) -> Case:
    return make_case(text=words, **values)


# ── Mood ──────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("words", "mood"),
    [
        ("Сколько можно ждать книгу?", Mood.UPSET),
        ("Я волнуюсь: экзамен завтра.", Mood.WORRIED),
        ("Спасибо вам большое!", Mood.GLAD),
        ("Спасибо, но это безобразие.", Mood.UPSET),
        ("This is unacceptable.", Mood.UPSET),
        ("Где моя книга?", None),
    ],
)
def test_the_mood_is_guessed_by_phrases(words: str, mood: Mood | None) -> None:
    hint = mood_of(case_saying(words))

    assert (hint.mood if hint else None) is mood


def test_whoever_answers_sees_it_and_nothing_follows_from_it() -> None:
    case, other = case_saying("Сколько можно ждать?"), case_saying("Где книга?")

    page = desk(case.owner).get(f"/desk/cases/{case.pk}/")

    assert "звучат расстроенно: «Сколько можно»" in page.text
    assert (case.priority, case.kind) == (other.priority, other.kind)
    data, inner, _names = taken(case.customer, case.owner)
    assert "расстроенно" not in f"{data}{inner}"


def test_answered_words_are_no_present_ones() -> None:
    case = case_saying("Сколько можно ждать?")
    Case.objects.filter(pk=case.pk).update(waits_for="customer")

    assert mood_of(fresh(case)) is None


def test_a_house_has_its_own_phrases_or_no_hint() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    case = case_saying("Где же моя лошадка?")
    desk(vera).post("/desk/settings/mood", {"cases__mood_hint": "on", "cases__mood_worried": "лошадк\n(странн"})
    hint = mood_of(case)
    assert hint is not None
    assert (hint.mood, hint.phrase) == (Mood.WORRIED, "лошадка")

    set_policy("cases.mood_hint", value=False)

    assert mood_of(case) is None


# ── Without haste ─────────────────────────────────────────────────────────────────────────
def test_somebody_to_whom_talking_matters_is_marked_seen_and_forgotten() -> None:
    case = make_case()
    written = write_wishes(customer=case.customer, actor=acting(case.owner), wished=Wished(pace="unhurried"))

    page = desk(case.owner).get(f"/desk/cases/{case.pk}/")

    assert written is not None
    assert (written.agent_name, written.pace) == (case.owner.name, Wishes.Pace.UNHURRIED)
    assert "без спешки: важно поговорить" in page.text
    erase_customer(customer=case.customer, actor=acting(make_agent("Вера", "v@gorizont.example", Role.ADMIN)))
    assert not Wishes.objects.filter(customer=case.customer).exists()


# ── Told twice ────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "words",
    [
        "Я уже писала вам номер заказа.", "Мы же вам уже сообщали адрес!", "Как я писал, книга не пришла.",
        "Уже присылал фото.", "В третий раз: заказ 4711-22.", "Повторяю: книга не пришла.",
        "As I said before, it is broken.", "I've already told you the number.", "Сколько можно повторять?",
    ],
)  # fmt: skip
def test_who_says_that_they_told_it_already_is_heard(words: str) -> None:
    assert says_again(words)


@pytest.mark.parametrize(
    "words",
    [
        "Вы уже писали мне, спасибо.",
        "Менеджер уже сообщил срок.",
        "Я писал вчера.",
        "I already have it.",
        "Напишу ещё.",
    ],
)
def test_what_somebody_else_said_is_no_second_telling(words: str) -> None:
    assert not says_again(words)


def told(lead: Agent) -> dict[str, Any]:
    return figure(Program(lead), "told_again")


def test_what_had_to_be_told_twice_is_a_figure_that_opens_its_cases() -> None:
    lead = make_lead()
    said = case_saying("Я уже писал вам: книга не пришла.", owner=lead)
    asked = case_saying("Заказ № 4711-22 не пришёл.", owner=lead)
    case_saying("Где книга?", owner=lead)
    reply(case=asked, actor=acting(lead), text="Напишите, пожалуйста, номер заказа.")

    figures = told(lead)

    assert (figures["value"], figures["n"]) == (pytest.approx(2 / 3), 3)
    behind = {row["case"] for row in rows(Program(lead), figures["rows_url"]) if row["verdict"] == "yes"}
    assert behind == {said.pk, asked.pk}
    because = Event.objects.filter(name="cases.told_again").order_by("id").values_list("payload__because", flat=True)
    assert list(because) == ["said", "asked"]


def test_a_question_that_was_taken_back_asked_nothing() -> None:
    lead = make_lead()
    case = case_saying("Заказ № 4711-22 не пришёл.", owner=lead)
    text = "Напишите, пожалуйста, номер заказа."
    letter = reply(case=case, actor=acting(lead), text=text, is_undoable=True)
    assert told(lead)["value"] == 1

    take_back(case=fresh(case), message=letter, actor=acting(lead))

    assert told(lead)["value"] == 0
