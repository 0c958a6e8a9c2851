"""Above the limits: a lead is asked at the desk and by letter, answers, and whoever asked is not forgotten."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce
from otklik.foundation.models import Event
from otklik.goodwill import clock
from otklik.goodwill.actions import answer_asked, ask_lead, give, set_budget, tell_customer, withdraw
from otklik.goodwill.clock import mind_unanswered
from otklik.goodwill.events import LeadAsked
from otklik.goodwill.handlers import write_to_the_lead
from otklik.goodwill.models import AskedLead, Entry, Gesture
from otklik.goodwill.queries import purse_of, waiting_for
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, make_lead, refused, run_jobs
from tests.goodwill.building import RUBLE, make_budget, make_gift, settle_the_ledger, wish
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
WHY = "Вторая задержка за год"


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def case(olga: Agent) -> Case:
    case = make_case()
    make_budget(case.team, 10_000)
    return case


def asked(case: Case, cost: int = 3000, **values: object) -> Gesture:
    """Anna asks about cards for 3,000 rubles."""
    cards = make_gift("cards", cost)
    return ask_lead(case=case, wish=wish(cards, reason=WHY), actor=acting(case.owner), **values)  # type: ignore[arg-type]


def left(case: Case) -> int:
    return purse_of(case.team_id, now=timezone.now()).left // RUBLE


def told(agent: Agent) -> list[str]:
    return list(Alert.objects.filter(agent=agent).order_by("pk").values_list("reason", flat=True))


def test_a_lead_hears_at_the_desk_and_by_letter_and_nothing_is_given_yet(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    run_jobs()

    [letter] = mail.outbox
    assert (gesture.state, left(case), told(olga)) == ("waiting", 10_000, ["goodwill.asked"])
    assert letter.to == [olga.email]
    assert "/goodwill/" in letter.body
    assert WHY in letter.body
    assert not Entry.objects.filter(kind="given").exists()


def test_the_letter_goes_once(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    run_jobs()

    write_to_the_lead(LeadAsked(case_id=case.pk, gesture_id=gesture.pk, gift_id=gesture.gift_id, lead_id=olga.pk))

    assert len(mail.outbox) == 1


def test_a_letter_that_did_not_leave_is_taken_up_again(
    case: Case, olga: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    gesture = asked(case)
    happened = LeadAsked(case_id=case.pk, gesture_id=gesture.pk, gift_id=gesture.gift_id, lead_id=olga.pk)

    def refuse(_mail: EmailMultiAlternatives) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("otklik.goodwill.letters.EmailMultiAlternatives.send", refuse)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            write_to_the_lead(happened)
    assert AskedLead.objects.get().mailed_at is None

    write_to_the_lead(happened)
    assert len(mail.outbox) == 1


def test_nobody_is_written_to_about_what_was_withdrawn(case: Case) -> None:
    withdraw(gesture=asked(case), actor=acting(case.owner))

    run_jobs()

    assert mail.outbox == []


def test_the_customer_is_told_when_they_will_hear_by_the_one_who_asks(case: Case) -> None:
    gesture = asked(case, told="О подарке напишу вам до 16:00.")

    letter = Message.objects.get(purpose=Message.Purpose.ANSWER)
    assert (letter.text, letter.agent) == ("О подарке напишу вам до 16:00.", case.owner)
    assert gesture.told_at is None  # what became of it is still to be told


def test_when_they_hear_is_counted_in_working_time_unless_one_says_it(case: Case) -> None:
    soon = timezone.now() + timedelta(hours=3)

    first = asked(case)
    second = ask_lead(case=case, wish=wish(make_gift("box"), reason=WHY), actor=acting(case.owner), answer_by=soon)

    assert first.answer_by is not None
    assert first.answer_by >= first.asked_at + timedelta(minutes=60)  # type: ignore[operator]
    assert second.answer_by == soon


@pytest.mark.parametrize("hours", [-1, 24 * 31])
def test_the_moment_lies_ahead_and_not_far(case: Case, hours: int) -> None:
    with refused("answer_by_invalid"):
        asked(case, answer_by=timezone.now() + timedelta(hours=hours))


def test_a_lead_decides_by_a_reason(case: Case) -> None:
    with refused("reason_missing"):
        ask_lead(case=case, wish=wish(make_gift("cards")), actor=acting(case.owner))


def test_what_the_customer_is_told_is_not_tied_to_a_review(case: Case) -> None:
    with refused("tied_to_a_rating"):
        asked(case, told="Напишу о подарке, а вы пока оставьте отзыв.")


def test_it_is_asked_once(case: Case) -> None:
    gesture = asked(case)

    with refused("asked_already"):
        ask_lead(case=case, wish=wish(gesture.gift, reason=WHY), actor=acting(case.owner))


def test_the_same_key_asks_once(case: Case) -> None:
    cards = make_gift("cards", 3000)
    questions = [
        ask_lead(case=case, wish=wish(cards, reason=WHY, key="k"), actor=acting(case.owner)) for _time in range(2)
    ]

    assert questions[0] == questions[1]
    assert AskedLead.objects.count() == 1


def test_a_house_without_another_lead_has_nobody_to_ask() -> None:
    case = make_case()
    make_budget(case.team)

    with refused("nobody_to_ask"):
        asked(case)


# ── Answered ──────────────────────────────────────────────────────────────────────────────
def test_a_yes_gives_at_once_and_tells_who_asked(case: Case, olga: Agent) -> None:
    gesture = asked(case)

    answer_asked(gesture=gesture, is_yes=True, words="Конечно. И открытку от нас", actor=acting(olga))

    settle_the_ledger()
    assert (gesture.state, gesture.decided_by, left(case)) == ("given", olga, 7000)
    assert gesture.entry is not None
    assert (gesture.entry.approved_by, gesture.entry.agent) == (olga, case.owner)
    assert told(case.owner) == ["goodwill.agreed"]
    assert Event.objects.filter(name="goodwill.given", actor_id=olga.pk).exists()


def test_what_a_lead_said_yes_to_takes_nothing_of_ones_own_limit(case: Case, olga: Agent) -> None:
    answer_asked(gesture=asked(case), is_yes=True, words="", actor=acting(olga))

    assert give(case=case, wish=wish(make_gift("book", 2000)), actor=acting(case.owner)).state == "given"


def test_a_no_has_a_reason_and_gives_nothing(case: Case, olga: Agent) -> None:
    gesture = asked(case)

    with refused("reason_missing"):
        answer_asked(gesture=gesture, is_yes=False, words=" ", actor=acting(olga))
    answer_asked(gesture=gesture, is_yes=False, words="Карточек нет на складе", actor=acting(olga))

    assert (gesture.state, gesture.decision, left(case)) == ("declined", "Карточек нет на складе", 10_000)
    assert told(case.owner) == ["goodwill.declined"]
    tell_customer(gesture=gesture, words="Карточек, увы, нет. Вместо них…", actor=acting(case.owner))


def test_the_second_answer_comes_too_late(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    answer_asked(gesture=gesture, is_yes=False, words="Нет на складе", actor=acting(olga))

    for is_yes in (True, False):
        with refused("answered_already"):
            answer_asked(gesture=gesture, is_yes=is_yes, words="Да", actor=acting(olga))


def test_nobody_answers_what_they_asked(case: Case, olga: Agent) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "lead")
    gesture = ask_lead(case=case, wish=wish(make_gift("cards"), reason=WHY), actor=acting(vera))

    with refused("own_wish"):
        answer_asked(gesture=gesture, is_yes=True, words="", actor=acting(vera))


def test_an_agent_answers_nothing(case: Case) -> None:
    gesture = asked(case)

    with refused("not_allowed"):
        answer_asked(gesture=gesture, is_yes=True, words="", actor=acting(case.owner))


def test_an_answer_is_not_tied_to_a_review(case: Case, olga: Agent) -> None:
    gesture = asked(case)

    with refused("tied_to_a_rating"):
        answer_asked(gesture=gesture, is_yes=True, words="Если поставит 5 из 5", actor=acting(olga))


def test_a_yes_beyond_the_budget_leaves_the_question_open(case: Case, olga: Agent) -> None:
    gesture = asked(case, cost=10_001)

    with refused("budget_spent"):
        answer_asked(gesture=gesture, is_yes=True, words="", actor=acting(olga))

    assert Gesture.objects.get().state == "waiting"
    set_budget(team=case.team, monthly=20_000 * RUBLE, actor=SYSTEM)
    answer_asked(gesture=gesture, is_yes=True, words="", actor=acting(olga))
    assert left(case) == 9999


def test_only_who_asked_or_a_lead_withdraws(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    boris = make_agent("Борис Орлов", "boris@gorizont.example")

    with refused("not_allowed"):
        withdraw(gesture=gesture, actor=acting(boris))
    withdraw(gesture=gesture, actor=acting(case.owner))
    with refused("answered_already"):
        withdraw(gesture=gesture, actor=acting(olga))


def test_a_lead_sees_what_others_wait_for_and_an_agent_their_own(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    boris = make_agent("Борис Орлов", "boris@gorizont.example")

    assert list(waiting_for(acting(olga))) == [gesture]
    assert list(waiting_for(acting(case.owner))) == [gesture]
    assert list(waiting_for(acting(boris))) == []


# ── Not answered ──────────────────────────────────────────────────────────────────────────
def test_what_nobody_answered_in_time_is_told_once_to_leads_and_to_who_asked(case: Case, olga: Agent) -> None:
    asked(case)
    Gesture.objects.update(asked_at=timezone.now() - timedelta(days=2), answer_by=timezone.now() - timedelta(minutes=1))

    mind_unanswered()
    mind_unanswered()

    assert told(olga) == ["goodwill.asked", "goodwill.overdue"]
    assert told(case.owner) == ["goodwill.overdue"]
    assert Event.objects.filter(name="goodwill.answer_overdue").count() == 1


def test_what_still_has_time_is_left_alone(case: Case) -> None:
    asked(case, answer_by=timezone.now() + timedelta(hours=1))

    mind_unanswered()

    assert Gesture.objects.get().overdue_at is None


def test_one_that_fails_does_not_hold_up_the_others(case: Case, olga: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    first = asked(case)
    second = ask_lead(case=case, wish=wish(make_gift("box"), reason=WHY), actor=acting(case.owner))
    Gesture.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    tell = clock.tell_overdue
    monkeypatch.setattr(clock, "tell_overdue", lambda *, gesture: tell(gesture=gesture) if gesture == second else 1 / 0)

    mind_unanswered()

    assert list(Gesture.objects.exclude(overdue_at=None)) == [second]
    assert first.overdue_at is None


@pytest.mark.django_db(transaction=True)
@locks("goodwill.actions.asking.answer_asked")
def test_of_two_leads_who_say_yes_one_does() -> None:
    olga, vera = make_lead(), make_agent("Вера Орлова", "vera@gorizont.example", "lead")
    case = make_case()
    make_budget(case.team, 10_000)
    gesture = asked(case)

    def yes(lead: Agent) -> object:
        return answer_asked(gesture=Gesture.objects.get(pk=gesture.pk), is_yes=True, words="", actor=acting(lead))

    assert while_open(lambda: yes(olga), lambda: yes(vera)) == ["done", "answered_already"]
    assert left(case) == 7000


def test_a_house_that_was_restored_writes_to_no_lead(case: Case, olga: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    gesture = asked(case)
    monkeypatch.setattr("otklik.goodwill.handlers.is_held_back", lambda: True)
    announce(LeadAsked(gesture_id=gesture.pk, gift_id=gesture.gift_id, lead_id=olga.pk), actor=SYSTEM)

    run_jobs()

    assert len(mail.outbox) == 1  # that of before
