"""Nothing is solved or answered over a word that nobody has read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from otklik.cases.actions import (
    close_unconfirmed,
    confirm_satisfaction,
    hear,
    mark_solved,
    merge_cases,
    note,
    reopen,
    reply,
    stand_in,
    take_back,
    transfer,
)
from otklik.cases.models import Case
from otklik.cases.queries import case_by_number, case_file
from otklik.foundation.actors import Sight
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.foundation.policies import set_policy
from otklik.reach.actions import hear_on_page
from otklik.reach.models import Conversation, Delivery, Message
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.api.calling import Program
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_customer, run_jobs
from tests.desk.visiting import desk
from tests.together import both, let_the_other_wait, locks

pytestmark = pytest.mark.django_db
MOVES = ("reply", "note", "solve", "transfer", "reopen", "merge")


def seen_in(case: Case) -> Any:
    return case_file(case, agent_id=None).seen


def cry(case: Case, text: str = "Ничего не работает!!!") -> Message:
    """The customer writes; what follows from it is still to be done."""
    return hear_on_page(conversation=Conversation.objects.get(thread__case=case), text=text)


def act(move: str, case: Case, **seen: Any) -> None:
    """One move of the owner, as a page read a moment ago asks for it."""
    actor = acting(case.owner)
    other = Case.objects.exclude(pk=case.pk).filter(customer_id=case.customer_id).first()
    deeds: dict[str, Callable[[], object]] = {
        "reply": lambda: reply(case=case, actor=actor, text="Всё чинят", **seen),
        "note": lambda: note(case=case, actor=actor, text="Позвонить", **seen),
        "solve": lambda: mark_solved(case=case, actor=actor, summary="Починили", **seen),
        "reopen": lambda: reopen(case=case, actor=actor, reason="Ошибка", **seen),
        "transfer": lambda: transfer(case=case, actor=actor, to=colleague(), summary="Всё сказано", **seen),
        "merge": lambda: merge_cases(into=case, other=other or case, actor=actor, **seen),
    }
    deeds[move]()


def colleague() -> Agent:
    return Agent.objects.get(email="boris@gorizont.example")


@pytest.fixture
def case() -> Case:
    make_agent("Борис Львов", "boris@gorizont.example")
    case = make_case()
    make_case(owner=case.owner, customer=case.customer, subject="Другое")
    return case


def ready_for(move: str, case: Case) -> Case:
    if move == "reopen":
        mark_solved(case=case, actor=acting(case.owner), summary="Готово")
        run_jobs()
    return fresh(case)


@pytest.mark.parametrize("move", MOVES)
def test_no_move_is_made_over_a_word_that_nobody_has_read(case: Case, move: str) -> None:
    ready = ready_for(move, case)
    seen = seen_in(ready)
    cry(case)
    before = (fresh(case).state, fresh(case).owner_id, Message.objects.count())

    with pytest.raises(Refusal) as refused:
        act(move, ready, **seen)

    assert refused.value.code == "changed_meanwhile"
    assert (fresh(case).state, fresh(case).owner_id, Message.objects.count()) == before


@pytest.mark.parametrize("move", MOVES)
def test_every_move_is_made_when_all_was_read(case: Case, move: str) -> None:
    ready = ready_for(move, case)

    act(move, ready, **seen_in(ready))

    assert Event.objects.filter(case_id=case.pk).count() > 1


@pytest.mark.parametrize("move", MOVES)
def test_who_does_not_say_what_they_saw_is_not_asked(case: Case, move: str) -> None:
    ready = ready_for(move, case)
    cry(case)

    act(move, ready)


@pytest.mark.parametrize("move", ["reply", "solve", "transfer", "merge"])
def test_a_no_by_the_button_is_a_word_too(case: Case, move: str) -> None:
    act("solve", case)
    run_jobs()
    record_answer(invitation=Invitation.objects.get(case=case), is_solved=False)
    seen = seen_in(fresh(case))
    record_answer(invitation=Invitation.objects.get(case=case), is_solved=False, words="Ничего не работает!!!")

    with pytest.raises(Refusal) as refused:
        act(move, fresh(case), **seen)

    assert refused.value.code == "changed_meanwhile"


def test_a_letter_that_was_taken_back_is_no_news(case: Case) -> None:
    seen = seen_in(case)
    message = reply(case=case, actor=acting(case.owner), text="Черновик", send_at=timezone.now() + timedelta(hours=1))
    take_back(case=case, message=message, actor=acting(case.owner))

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово", **seen)

    assert fresh(case).state == Case.State.SOLVED


def test_what_machines_say_is_no_news(case: Case) -> None:
    seen = seen_in(case)
    Message.objects.filter(pk=cry(case, "Меня нет в офисе").pk).update(automatic_because="auto-submitted")

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово", **seen)

    assert fresh(case).state == Case.State.SOLVED


# ── The pages and the API ─────────────────────────────────────────────────────────────────
def typed(move: str, case: Case) -> dict[str, Any]:
    other = Case.objects.exclude(pk=case.pk).get()
    return {
        "reply": {"text": "Всё чинят", "then": "send"},
        "solve": {"summary": "Починили"},
        "reopen": {"reason": "Ошибка"},
        "transfer": {"to": colleague().pk, "summary": "Всё сказано"},
        "merge": {"other": other.pk},
    }[move]


@pytest.mark.parametrize("move", ["reply", "solve", "transfer", "reopen", "merge"])
@pytest.mark.parametrize("live", [True, False])
def test_a_page_that_is_old_says_so_and_shows_the_new_word(
    case: Case,
    move: str,
    live: bool,  # noqa: FBT001
) -> None:
    ready_for(move, case)
    browser, address = desk(case.owner), f"/desk/cases/{case.pk}/"
    headers = {"HX-Request": "true"} if live else {}
    page = browser.get(f"{address}?do={move}").text
    seen = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "word")}
    cry(case)

    answer = browser.post(f"{address}{move}", {**typed(move, case), **seen}, headers=headers)
    again = {name: answer.text.split(f'name="{name}" value="')[1].split('"')[0] for name in ("seen", "word")}
    second = browser.post(f"{address}{move}", {**typed(move, case), **again}, headers=headers)

    assert answer.status_code == (409 if move == "reply" else 422)
    assert "Ничего не работает!!!" in answer.text
    assert second.status_code < 400


def test_the_dialogs_of_an_old_page_know_what_that_page_showed(case: Case) -> None:
    seen = seen_in(case)["seen_message_id"]
    cry(case)

    part = desk(case.owner).get(f"/desk/cases/{case.pk}/dialogs?seen={seen}&word=0").text

    assert part.count(f'name="seen" value="{seen}"') == 4


def test_many_cases_are_handed_over_but_not_over_a_new_word(case: Case) -> None:
    other = Case.objects.exclude(pk=case.pk).get()
    browser = desk(case.owner)
    address = f"/desk/hand-over?case={case.pk}&case={other.pk}"
    read = browser.get(address).text.split('name="seen" value="')[1].split('"')[0]
    cry(case)
    wish = {f"{name}_{one.pk}": "В отпуск" for name in ("take", "summary") for one in (case, other)}

    page = browser.post(address, wish | {"to": colleague().pk, "seen": read}, follow=True).text

    assert (fresh(case).owner, fresh(other).owner) == (case.owner, colleague())
    assert f"{case.pk}: " in page


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("messages", {"kind": "reply", "text": "Всё чинят"}),
        ("messages", {"kind": "note", "text": "Позвонить"}),
        ("solve", {"summary": "Починили"}),
        ("reopen", {"reason": "Ошибка"}),
        ("transfer", {"owner": "boris@gorizont.example", "summary": "Всё сказано"}),
    ],
)
def test_a_program_is_told_what_changed_meanwhile(case: Case, path: str, values: dict[str, Any]) -> None:
    ready = ready_for(path, case)
    seen = seen_in(ready)["seen_message_id"]
    cry(case)
    program = Program(case.owner)

    stale = program.post(f"/cases/{case.pk}/{path}", {**values, "seen_message_id": seen})
    silent = program.post(f"/cases/{case.pk}/{path}", values)

    assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
    assert silent.status_code in {200, 201}


# ── Two at the same moment ────────────────────────────────────────────────────────────────
def slowly(deed: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with transaction.atomic():
            deed()
            let_the_other_wait()

    return run


@pytest.fixture
def refusals() -> list[str]:
    return []


def noting(deed: Callable[[], object], refusals: list[str]) -> Callable[[], None]:
    def run() -> None:
        try:
            deed()
        except Refusal as refusal:
            refusals.append(refusal.code)

    return run


@locks("cases.actions.holding.hold", "cases.actions.answering.reply")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", MOVES)
def test_a_word_heard_while_a_move_waits_is_not_run_over(case: Case, move: str, refusals: list[str]) -> None:
    ready = ready_for(move, case)
    seen = seen_in(ready)

    def customer() -> None:
        hear(case=fresh(case), message=cry(case))

    both(slowly(customer), noting(lambda: act(move, ready, **seen), refusals))

    assert refusals == ["changed_meanwhile"]
    assert (fresh(case).state, fresh(case).waits_for) == (Case.State.OPEN, Case.WaitsFor.US)


@locks(
    "cases.actions.closing.hold_as_it_was",
    "cases.actions.solving.mark_solved",
    "cases.actions.closing.reopen",
    "cases.actions.owning.transfer",
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", ["solve", "reopen", "transfer"])
def test_of_two_who_make_the_same_move_at_once_one_wins(case: Case, move: str, refusals: list[str]) -> None:
    first, second = ready_for(move, case), fresh(case)

    both(slowly(lambda: act(move, first)), noting(lambda: act(move, second), refusals))

    assert refusals == ["changed_meanwhile"]


@locks("cases.actions.owning.stand_in")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_stand_in_at_once_one_wins(case: Case, refusals: list[str]) -> None:
    Agent.objects.filter(pk=case.owner_id).update(is_away=True, away_until=timezone.now() + timedelta(days=3))
    vera = make_agent("Вера Орлова", "vera@gorizont.example")
    Agent.objects.filter(pk__in=[vera.pk, colleague().pk]).update(sight=Sight.ALL)
    one, other = fresh(case), fresh(case)

    both(
        slowly(lambda: stand_in(case=one, actor=acting(colleague()))),
        noting(lambda: stand_in(case=other, actor=acting(fresh_agent(vera))), refusals),
    )

    assert refusals == ["changed_meanwhile"]
    assert fresh(case).deputy == colleague()


def fresh_agent(agent: Agent) -> Agent:
    return Agent.objects.get(pk=agent.pk)


@locks("cases.actions.solving.take_back", "reach.actions.outbox.cancel")
@pytest.mark.django_db(transaction=True)
def test_a_letter_is_taken_back_once(case: Case, refusals: list[str]) -> None:
    set_policy("reach.undo_seconds", value=30)
    message = reply(case=case, actor=acting(case.owner), text="Едет", is_undoable=True)

    def back() -> None:
        take_back(case=fresh(case), message=message, actor=acting(case.owner))

    both(slowly(back), noting(back, refusals))

    assert refusals == ["nothing_waits"]
    assert message.deliveries.get().state == Delivery.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_silence_does_not_close_over_a_word(case: Case, refusals: list[str]) -> None:
    act("solve", case)
    run_jobs()
    word = cry(case)

    both(
        slowly(lambda: hear(case=fresh(case), message=word)),
        noting(lambda: close_unconfirmed(case=Case.objects.get(pk=case.pk)), refusals),
    )

    assert refusals == ["changed_meanwhile"]
    assert fresh(case).state == Case.State.OPEN


@pytest.mark.django_db(transaction=True)
def test_who_loses_sight_while_waiting_makes_no_move(case: Case, refusals: list[str]) -> None:
    Agent.objects.filter(pk=case.owner_id).update(sight=Sight.OWN)
    anna = Agent.objects.get(pk=case.owner_id)
    mine = case_by_number(case.pk, actor=acting(anna))

    def away() -> None:
        transfer(case=fresh(case), actor=acting(anna), to=colleague(), summary="Всё сказано")

    both(slowly(away), noting(lambda: reply(case=mine, actor=acting(anna), text="Едет"), refusals))

    assert refusals == ["not_found"]


def test_nobody_merges_what_they_do_not_see(case: Case) -> None:
    stranger = make_case(owner=colleague(), customer=make_customer("Пётр", "petr@mail.example"))
    Agent.objects.filter(pk=case.owner_id).update(sight=Sight.OWN)

    with pytest.raises(Refusal) as refused:
        merge_cases(into=case, other=stranger, actor=acting(fresh_agent(case.owner)))

    assert refused.value.code == "not_found"


def test_what_another_customer_pressed_is_no_news_here() -> None:
    case, other = make_case(), make_case()
    mark_solved(case=other, actor=acting(other.owner), summary="Готово")
    confirm_satisfaction(case=other, actor=customer_actor(other), satisfaction=5)

    mark_solved(case=case, actor=acting(case.owner), summary="Готово", seen_word_id=0)

    assert fresh(case).state == Case.State.SOLVED
