"""A warm close: the line fits what happened, a person sees and changes it, nobody reads it twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.cases.actions import answer_and_solve, mark_solved, reply, take_back
from otklik.cases.closing import LANGUAGES, WORDS, Happened, closed, closing_for, line_for, own_words, what_happened
from otklik.cases.models import Case
from otklik.complaints.actions import acknowledge, assess, investigate, receive_complaint
from otklik.complaints.actions import answer as answer_complaint
from otklik.foundation.actors import Role
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.goodwill.actions import give
from otklik.promises.letters import thanks_for
from otklik.reach.models import Message
from tests.building import acting, fresh, make_agent, make_case, run_jobs
from tests.desk.visiting import desk
from tests.goodwill.building import make_budget, make_gift, wish

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


def case_like(**values: Any) -> Case:
    """One whose customer has another case besides, unless told otherwise."""
    case = make_case()
    make_case(owner=case.owner, customer=case.customer)
    Case.objects.filter(pk=case.pk).update(**values)
    return fresh(case)


def last_text(case: Case) -> str:
    return Message.objects.filter(conversation__thread__case=case, direction="out").latest("pk").text


# ── What happened ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("values", "happened"),
    [
        ({}, Happened.USUAL),
        ({"kind": "thanks"}, Happened.PRAISE),
        ({"kind": "complaint"}, Happened.COMPLAINT),
        ({"came_back": 1, "kind": "complaint"}, Happened.CAME_BACK),
        ({"came_back": 1, "solution_by": timezone.now() - timedelta(days=1)}, Happened.LATE),
    ],
)
def test_the_line_follows_what_happened(values: dict[str, Any], happened: Happened) -> None:
    case = case_like(**values)

    assert what_happened(case) is happened
    assert closing_for(case) == own_words(happened, "ru")


def test_a_first_case_is_thanked_for() -> None:
    assert what_happened(make_case()) is Happened.FIRST


def test_what_was_given_is_spoken_of() -> None:
    case = case_like()
    make_budget(case.team)
    give(case=case, wish=wish(make_gift()), actor=acting(case.owner))

    assert what_happened(case) is Happened.GESTURE
    assert what_happened(case_like(), now=Happened.GESTURE) is Happened.GESTURE


def test_each_line_is_said_in_each_language() -> None:
    said = {own_words(one, language) for one in Happened for language in LANGUAGES}

    assert len(said) == len(LANGUAGES) * len(WORDS)
    assert line_for(Happened.USUAL, "de") == own_words(Happened.USUAL, "ru")


# ── The house's own ───────────────────────────────────────────────────────────────────────
def test_a_house_writes_its_own_lines_and_they_are_used() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    client = desk(vera)
    page = client.get("/desk/settings/closings")
    assert 'placeholder="Спасибо, что подождали' in page.text

    client.post("/desk/settings/closings", {"cases__closes_warmly": "on", "cases__closing_usual_ru": "Мы рядом."})

    assert closing_for(case_like()) == "Мы рядом."
    assert Event.objects.filter(name="foundation.policies_changed").exists()


def test_a_house_that_wants_none_has_none() -> None:
    set_policy("cases.closes_warmly", value=False)

    assert closing_for(case_like()) == ""


# ── Not twice ─────────────────────────────────────────────────────────────────────────────
def test_a_line_that_was_sent_is_not_prepared_again() -> None:
    case = case_like()
    line = closing_for(case)
    reply(case=case, actor=acting(case.owner), text=f"Отправили.\n\n{line}")

    assert closing_for(fresh(case)) == ""
    assert closed(case, "Готово", line) == "Готово"


def test_nearly_the_same_is_the_same() -> None:
    case = case_like(solution_by=timezone.now() - timedelta(days=1))
    reply(case=case, actor=acting(case.owner), text=f"Отправили.\n\n{thanks_for(case)}")

    assert closing_for(fresh(case)) == ""


def test_what_was_taken_back_was_not_said() -> None:
    case = case_like()
    line = closing_for(case)
    letter = reply(case=case, actor=acting(case.owner), text=f"Отправили.\n\n{line}", is_undoable=True)
    take_back(case=case, message=letter, actor=acting(case.owner))

    assert closing_for(fresh(case)) == line


def test_what_the_author_has_typed_already_is_not_added() -> None:
    case = case_like()

    assert closed(case, "Готово.\n\nСпасибо, что вы с нами сегодня!", "Спасибо, что вы с нами сегодня.") == (
        "Готово.\n\nСпасибо, что вы с нами сегодня!"
    )
    assert closed(case, "Готово.", "  ") == "Готово."


# ── In the letters ────────────────────────────────────────────────────────────────────────
def test_solved_tells_what_was_done_and_closes_warmly() -> None:
    case = case_like()

    mark_solved(case=case, actor=acting(case.owner), summary="Книга у вас.", closing="До встречи и спасибо вам!")

    assert last_text(case) == "Книга у вас.\n\nДо встречи и спасибо вам!"
    assert fresh(case).summary == "Книга у вас."


def test_answer_and_solve_closes_warmly_once() -> None:
    case = case_like()

    answer_and_solve(case=case, actor=acting(case.owner), text="Книга у вас.", closing=closing_for(case))

    assert last_text(case).startswith("Книга у вас.\n\n")
    assert fresh(case).summary == "Книга у вас."
    assert closing_for(fresh(case)) == ""


def test_the_answer_to_a_complaint_closes_warmly() -> None:
    case = case_like(kind="complaint")
    complaint = receive_complaint(case=case, actor=acting(case.owner), remedy_sought="Заменить")
    acknowledge(complaint=complaint, actor=acting(case.owner), words="", hear_by=timezone.now() + timedelta(days=2))
    assess(complaint=complaint, actor=acting(case.owner), severity=2)
    investigate(complaint=complaint, actor=acting(case.owner), findings="Коробка тонка")
    client = desk(case.owner)
    assert own_words(Happened.COMPLAINT, "ru")[:40] in client.get(f"/desk/complaints/{complaint.number}/do/answer").text

    answer_complaint(
        complaint=complaint, actor=acting(case.owner), decision="granted", text="Заменим", reason="Бой",
        prevention="Коробка", closing=closing_for(case),
    )  # fmt: skip

    assert last_text(case).endswith(own_words(Happened.COMPLAINT, "ru"))


# ── On the pages ──────────────────────────────────────────────────────────────────────────
def test_the_case_asks_for_the_line_when_it_is_wanted_and_sends_what_stands_there() -> None:
    case = case_like()
    client = desk(case.owner)
    place = f"/desk/cases/{case.pk}"
    assert own_words(Happened.USUAL, "ru") not in client.get(f"{place}/").text

    asked = client.get(f"{place}/closing", headers=PART)
    assert own_words(Happened.USUAL, "ru") in asked.text
    assert client.get(f"{place}/closing").headers["Location"].endswith("?do=solve")
    assert own_words(Happened.USUAL, "ru") in client.get(f"{place}/?do=solve").text
    client.post(f"{place}/reply", {"text": "Книга у вас.", "then": "solve", "closing": "Хорошего чтения!"})

    run_jobs()
    assert last_text(case) == "Книга у вас.\n\nХорошего чтения!"
    assert "textarea" not in client.get(f"/desk/cases/{case_like(came_back=0).pk}/closing").text


def test_the_page_of_a_case_prepares_nothing_that_only_a_dialog_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    case = case_like()
    anna, prepared = desk(case.owner), []
    for name in ("closing_for", "prepared_summary"):
        monkeypatch.setattr(f"otklik.desk.views.case.{name}", lambda _case, name=name: prepared.append(name) or "")

    anna.get(f"/desk/cases/{case.pk}/")
    assert prepared == []

    anna.get(f"/desk/cases/{case.pk}/dialogs")
    assert sorted(prepared) == ["closing_for", "prepared_summary"]


def test_an_answer_that_solves_nothing_has_no_close() -> None:
    case = case_like()

    desk(case.owner).post(f"/desk/cases/{case.pk}/reply", {"text": "Ищем.", "then": "send", "closing": "До встречи!"})

    assert last_text(case) == "Ищем."


def test_a_gift_comes_with_words_that_close_warmly() -> None:
    case = case_like()
    make_budget(case.team)
    make_gift(words="Курьер сегодня за наш счёт.")

    page = desk(case.owner).get(f"/desk/goodwill/cases/{case.pk}/give")

    assert own_words(Happened.GESTURE, "ru")[:30] in page.text
