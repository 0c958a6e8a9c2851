"""Before a promise breaks its owner is told, then the deputy, then the lead; what broke stays on the record."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from otklik.cases.actions import (
    answer_for_it,
    confirm_satisfaction,
    edit_case,
    erase_person,
    keep_vow,
    make_promise,
    mark_solved,
    mark_spam,
    merge_cases,
    record_undelivered,
    reply,
)
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.foundation.policies import change_policies
from otklik.promises.actions import apologize, mail_notice, mind_promises, say_how
from otklik.promises.clock import look_at_promises
from otklik.promises.models import Broken, Notice, Watch
from otklik.promises.queries import without_a_word
from otklik.reach.models import Delivery
from otklik.standards.actions import Words
from otklik.team.actions import edit_team, go_away, set_working_time
from otklik.team.models import Agent, Membership, Team
from otklik.team.queries import agent_by_id
from otklik.team.working_time import OFFICE
from tests.building import (
    acting,
    customer_actor,
    fresh,
    make_agent,
    make_case,
    make_lead,
    make_standard,
    refused,
    run_jobs,
)
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 6, 0, tzinfo=UTC)  # a Wednesday, 9:00 in Moscow
ANSWER_BY = NOW + timedelta(hours=4)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def olga(clock: time_machine.Traveller) -> Agent:
    return make_lead()


@pytest.fixture
def boris(clock: time_machine.Traveller) -> Agent:
    return make_agent("Борис Ким", "boris@gorizont.example")


@pytest.fixture
def case(clock: time_machine.Traveller, olga: Agent, boris: Agent) -> Case:
    """Anna's, who has Boris for a deputy; four hours for a first answer, forty for a solution, from nine to six."""
    anna = make_agent()
    Agent.objects.filter(pk=anna.pk).update(deputy=boris)
    agent_by_id.forget()
    words = Words(first_answer_minutes=240, next_word_minutes=480, solution_minutes=2400)
    make_standard("Обычный", words=words, is_default=True)
    week = set_working_time(name="Офис", time_zone="Europe/Moscow", week=OFFICE, actor=SYSTEM)
    team = Team.objects.get()
    edit_team(team=team, name=team.name, working_time=week, is_first=True, actor=SYSTEM)
    Membership.objects.filter(agent=olga).update(is_lead=True)
    run_jobs()
    return make_case(owner=Agent.objects.get(pk=anna.pk), at=NOW)


def look(clock: time_machine.Traveller, moment: datetime) -> None:
    clock.move_to(moment)
    mind_promises(moment)
    run_jobs()


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.select_related("agent").order_by("id")
    return [(row.agent.email.partition("@")[0], row.step) for row in rows]


def alerts(reason: str) -> list[str]:
    rows = Alert.objects.filter(reason=reason).select_related("agent").order_by("id")
    return [row.agent.email.partition("@")[0] for row in rows]


def letters() -> list[str]:
    return [one.to[0].partition("@")[0] for one in mail.outbox]


# ── Before it breaks ──────────────────────────────────────────────────────────────────────
def test_of_what_is_promised_by_day_and_night_the_share_is_counted_so(
    case: Case, clock: time_machine.Traveller
) -> None:
    words = Words(first_answer_minutes=1200, next_word_minutes=480, solution_minutes=2400, is_round_the_clock=True)
    make_standard("Авария", words=words, case_kind="request")
    urgent = make_case(owner=case.owner, at=NOW, kind="request")
    assert urgent.first_answer_by == NOW + timedelta(hours=20)

    look(clock, NOW + timedelta(hours=15) - timedelta(minutes=1))
    assert not Notice.objects.filter(case=urgent).exists()
    look(clock, NOW + timedelta(hours=15))
    assert [one.step for one in Notice.objects.filter(case=urgent)] == ["owner"]


def test_owner_deputy_and_lead_are_told_each_at_their_share_and_once(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, NOW + timedelta(hours=3) - timedelta(minutes=1))
    assert told() == []

    look(clock, NOW + timedelta(hours=3))
    assert told() == [("anna", "owner")]
    look(clock, NOW + timedelta(hours=3, minutes=1))
    assert told() == [("anna", "owner")]

    look(clock, NOW + timedelta(minutes=240 * 85 // 100))
    look(clock, NOW + timedelta(minutes=240 * 95 // 100))
    look(clock, NOW + timedelta(minutes=240 * 95 // 100 + 1))

    assert told() == [("anna", "owner"), ("boris", "deputy"), ("olga", "lead")]
    assert alerts("promises.at_risk") == ["anna", "boris", "olga"]
    assert letters() == ["anna", "boris", "olga"]
    assert [one.payload["kind"] for one in Event.objects.filter(name="promises.warned")] == ["first_answer"] * 3


def test_the_letter_says_what_is_promised_and_leads_to_the_case(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, NOW + timedelta(hours=3))

    [letter] = mail.outbox
    assert letter.to == ["anna@gorizont.example"]
    assert letter.subject == f"Первый ответ: обещано сегодня, 13:00, обращение {case.pk}"
    assert f"/desk/cases/{case.pk}/" in letter.body
    assert "Учебник так и не пришёл" not in letter.body


def test_a_house_without_letters_tells_at_the_desk(case: Case, clock: time_machine.Traveller) -> None:
    change_policies(actor=SYSTEM, values={"promises.by_mail": False})

    look(clock, NOW + timedelta(hours=3))

    assert alerts("promises.at_risk") == ["anna"]
    assert letters() == []


def test_the_shares_are_rules_of_the_house(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, NOW)
    change_policies(
        actor=SYSTEM,
        values={"promises.owner_percent": 50, "promises.deputy_percent": 0, "promises.lead_percent": 75},
    )
    run_jobs()

    look(clock, NOW + timedelta(hours=2))
    assert told() == [("anna", "owner")]
    look(clock, NOW + timedelta(hours=3, minutes=59))
    assert told() == [("anna", "owner"), ("olga", "lead")]


def test_while_the_owner_is_away_the_deputy_is_told_with_them(case: Case, clock: time_machine.Traveller) -> None:
    go_away(agent=case.owner, actor=acting(case.owner), until=None)

    look(clock, NOW + timedelta(hours=3))

    assert told() == [("anna", "owner"), ("boris", "deputy")]


def test_whoever_is_both_hears_it_once(case: Case, olga: Agent, clock: time_machine.Traveller) -> None:
    Agent.objects.filter(pk=case.owner_id).update(deputy=olga)
    agent_by_id.forget()

    look(clock, NOW + timedelta(hours=3, minutes=59))

    assert told() == [("anna", "owner"), ("olga", "deputy")]


def test_who_has_answered_is_told_nothing(case: Case, clock: time_machine.Traveller) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет")
    run_jobs()

    look(clock, NOW + timedelta(hours=3, minutes=59))

    assert told() == []


def test_nobody_hears_of_spam_nor_of_a_case_merged_away(case: Case, clock: time_machine.Traveller) -> None:
    other = make_case(owner=case.owner, customer=case.customer)
    merge_cases(into=fresh(other), other=fresh(case), actor=acting(case.owner))
    mark_spam(case=fresh(other), actor=SYSTEM)

    look(clock, NOW + timedelta(days=20))

    assert (told(), Broken.objects.count()) == ([], 0)


def test_a_solution_is_told_in_working_time_and_its_rest_is_left_out(case: Case, clock: time_machine.Traveller) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет")
    run_jobs()
    since = NOW + timedelta(hours=1)
    Case.objects.filter(pk=case.pk).update(rests=[[since.isoformat(), None]])

    look(clock, NOW + timedelta(days=5))
    assert told() == []

    back = NOW + timedelta(days=5)  # Monday; a day and an hour had passed
    Case.objects.filter(pk=case.pk).update(
        rests=[[since.isoformat(), back.isoformat()]], solution_by=NOW + timedelta(days=9), waits_for="us",
        next_word_by=NOW + timedelta(days=30), next_word_since=back, word_given_at=since,
    )  # fmt: skip
    look(clock, NOW + timedelta(days=5, minutes=1))
    assert told() == []


def test_a_call_at_a_time_is_told_within_its_last_hour(case: Case, clock: time_machine.Traveller) -> None:
    reply(case=case, actor=acting(case.owner), text="Позвоню завтра")
    run_jobs()
    at = NOW + timedelta(days=1, hours=7)
    make_promise(case=fresh(case), actor=acting(case.owner), kind="call_back", by=at)

    look(clock, at - timedelta(minutes=16))
    assert told() == []
    look(clock, at - timedelta(minutes=15))
    assert told() == [("anna", "owner")]
    look(clock, at - timedelta(minutes=9))
    look(clock, at - timedelta(minutes=3))
    assert told() == [("anna", "owner"), ("boris", "deputy"), ("olga", "lead")]


def test_a_notice_whose_promise_was_kept_meanwhile_is_no_letter(case: Case, clock: time_machine.Traveller) -> None:
    clock.move_to(NOW + timedelta(hours=3))
    mind_promises(timezone.now())
    Case.objects.filter(pk=case.pk).update(first_answered_at=timezone.now())

    run_jobs()

    assert letters() == []


def test_a_promise_that_is_counted_anew_tells_nobody_twice(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, NOW + timedelta(hours=3))
    change_policies(actor=SYSTEM, values={"standards.low_percent": 150})

    edit_case(case=fresh(case), actor=acting(case.owner), changes={"priority": "low"})
    look(clock, NOW + timedelta(hours=5))

    assert told() == [("anna", "owner")]


def test_a_house_restored_beside_the_living_one_tells_nobody(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.promises.clock.is_held_back", lambda: True)

    look_at_promises()

    assert Watch.objects.get(case=case).look_at is not None
    assert told() == []


# ── Once it broke ─────────────────────────────────────────────────────────────────────────
def test_what_broke_is_on_the_record_and_its_owner_asked_for_a_word(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY)
    assert not Broken.objects.exists()

    look(clock, ANSWER_BY + timedelta(minutes=1))
    look(clock, ANSWER_BY + timedelta(minutes=2))

    [row] = Broken.objects.all()
    assert (row.case_id, row.kind, row.due_at, row.owner) == (case.pk, "first_answer", ANSWER_BY, case.owner)
    assert (row.since, row.made_good_at, row.word_at) == (NOW, None, None)
    assert alerts("promises.broken") == ["anna"]
    event = Event.objects.get(name="promises.broken")
    assert event.payload["due_at"] == ANSWER_BY.isoformat()
    assert list(without_a_word(acting(case.owner))) == [row]


def test_the_owner_of_then_stays_on_the_record(case: Case, boris: Agent, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))

    Case.objects.filter(pk=case.pk).update(owner=boris)
    look(clock, ANSWER_BY + timedelta(hours=1))

    assert Broken.objects.get().owner == case.owner


def test_an_answer_is_the_word_and_says_how_late_it_was(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))

    clock.move_to(ANSWER_BY + timedelta(minutes=20))
    letter = reply(case=fresh(case), actor=acting(case.owner), text="Простите, едет")
    run_jobs()
    look(clock, ANSWER_BY + timedelta(minutes=21))

    row = Broken.objects.get()
    assert (row.word_at is not None, row.letter_id) == (True, letter.pk)
    assert row.made_good_at is not None
    assert Event.objects.filter(name="promises.word_given").count() == 1
    assert not without_a_word(acting(case.owner)).exists()


def test_a_word_that_was_lost_is_owed_again(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))
    letter = reply(case=fresh(case), actor=acting(case.owner), text="Простите, едет")
    run_jobs()

    row = Delivery.objects.get(message=letter)
    Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)
    record_undelivered(case=fresh(case), delivery_id=row.pk)
    run_jobs()

    assert Broken.objects.get().word_at is None
    assert Event.objects.filter(name="promises.word_lost").count() == 1


def test_an_answer_that_was_late_before_anybody_looked_is_recorded_with_its_word(
    case: Case, clock: time_machine.Traveller
) -> None:
    clock.move_to(ANSWER_BY + timedelta(minutes=1))
    Case.objects.filter(pk=case.pk).update(
        first_answered_at=timezone.now(), word_given_at=timezone.now(), waits_for="customer", due_at=None
    )

    look(clock, ANSWER_BY + timedelta(minutes=2))

    row = Broken.objects.get()
    assert row.made_good_at == row.word_at == ANSWER_BY + timedelta(minutes=1)
    assert alerts("promises.broken") == []


def test_a_solution_that_broke_is_made_good_when_it_is_solved(case: Case, clock: time_machine.Traveller) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет")
    run_jobs()
    Case.objects.filter(pk=case.pk).update(rests=[])
    by = fresh(case).solution_by
    look(clock, by + timedelta(minutes=1))
    assert Broken.objects.get().kind == "solution"

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Готово")
    run_jobs()
    look(clock, by + timedelta(minutes=3))

    row = Broken.objects.get()
    assert (row.made_good_at is not None, row.word_at is not None) == (True, True)


def test_a_call_that_came_late_was_a_word_and_one_in_time_never_broke(
    case: Case, clock: time_machine.Traveller
) -> None:
    anna = acting(case.owner)
    reply(case=case, actor=anna, text="Позвоню")
    run_jobs()
    at = NOW + timedelta(hours=1)
    make_promise(case=fresh(case), actor=anna, kind="call_back", by=at)
    make_promise(case=fresh(case), actor=anna, kind="visit", by=at)
    look(clock, at + timedelta(minutes=5))
    assert Broken.objects.count() == 2

    keep_vow(case=fresh(case), actor=anna, kind="call_back", at=at - timedelta(minutes=1))
    keep_vow(case=fresh(case), actor=anna, kind="visit")
    look(clock, at + timedelta(minutes=6))

    row = Broken.objects.get()
    assert (row.kind, row.made_good_at, row.word_at) == ("visit", at + timedelta(minutes=5), at + timedelta(minutes=5))


def test_who_is_satisfied_waits_for_no_word(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))
    assert without_a_word(acting(case.owner)).exists()

    Case.objects.filter(pk=case.pk).update(state="solved", solved_at=timezone.now(), due_at=None)
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case), satisfaction=5)

    assert not without_a_word(acting(case.owner)).exists()
    assert Broken.objects.get().word_at is None


def test_what_broke_before_this_house_looked_is_no_news(case: Case, clock: time_machine.Traveller) -> None:
    Watch.objects.update(since=ANSWER_BY + timedelta(seconds=1))

    look(clock, ANSWER_BY + timedelta(minutes=1))

    assert not Broken.objects.exists()


def test_others_than_leads_see_what_broke_in_their_sight(
    case: Case, boris: Agent, clock: time_machine.Traveller
) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))
    Membership.objects.filter(agent=boris).delete()

    assert without_a_word(acting(case.owner)).exists()
    assert not without_a_word(acting(Agent.objects.get(pk=boris.pk))).exists()


# ── The word ──────────────────────────────────────────────────────────────────────────────
def test_an_apology_is_sent_by_a_person_and_promises_anew(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))
    anna, by = acting(case.owner), ANSWER_BY + timedelta(hours=1)

    letter = apologize(case=fresh(case), actor=anna, text="Простите: курьер заболел.", by=by)
    assert Broken.objects.get().word_at is None
    run_jobs()

    sheet = letter.sheet
    assert "мы не сдержали слово. Простите" in sheet["heading"]
    assert sheet["promise"]["label"] == "Теперь слово за мной"
    assert sheet["promise"]["moment"] == "сегодня, 4 марта, до 14:00"
    assert fresh(case).due_at == by
    assert Broken.objects.get().letter_id == letter.pk
    [vow] = fresh(case).promised
    assert (vow["kind"], vow["letter_id"]) == ("next_word", letter.pk)


def test_an_apology_needs_something_broken_words_and_a_moment_ahead(case: Case, clock: time_machine.Traveller) -> None:
    anna, by = acting(case.owner), ANSWER_BY + timedelta(hours=1)
    with refused("nothing_broken"):
        apologize(case=case, actor=anna, text="Простите", by=by)
    look(clock, ANSWER_BY + timedelta(minutes=1))

    with refused("text_missing"):
        apologize(case=fresh(case), actor=anna, text=" ", by=by)
    with refused("promise_in_the_past"):
        apologize(case=fresh(case), actor=anna, text="Простите", by=timezone.now())
    with refused("changed_meanwhile"):
        apologize(case=fresh(case), actor=anna, text="Простите", by=by, seen_message_id=0)
    assert Broken.objects.get().word_at is None


def test_a_word_by_phone_is_noted_with_how(case: Case, clock: time_machine.Traveller) -> None:
    anna = acting(case.owner)
    with refused("nothing_broken"):
        say_how(case=case, actor=anna, how="Позвонила")
    look(clock, ANSWER_BY + timedelta(minutes=1))
    with refused("how_missing"):
        say_how(case=fresh(case), actor=anna, how=" ")

    say_how(case=fresh(case), actor=anna, how="Позвонила, извинилась")

    row = Broken.objects.get()
    assert (row.told_how, row.told_by_id, row.word_at) == ("Позвонила, извинилась", case.owner_id, timezone.now())


def test_merged_cases_keep_what_broke(case: Case, clock: time_machine.Traveller) -> None:
    other = make_case(owner=case.owner, customer=case.customer)
    look(clock, ANSWER_BY + timedelta(minutes=1))

    merge_cases(into=fresh(other), other=fresh(case), actor=acting(case.owner))
    run_jobs()

    assert Broken.objects.get(due_at=ANSWER_BY).case_id == other.pk


def test_what_was_said_is_forgotten_with_the_person(case: Case, clock: time_machine.Traveller) -> None:
    look(clock, ANSWER_BY + timedelta(minutes=1))
    say_how(case=fresh(case), actor=acting(case.owner), how="Позвонила дочери Ивана")

    erase_person(customer=case.customer, actor=SYSTEM)

    assert Broken.objects.get().told_how == "—"


# ── Two at once ───────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
@locks("promises.actions.looking.mind_promises", "promises.actions.looking.mail_notice")
def test_two_clocks_tell_everybody_once() -> None:
    case = make_case()
    now = timezone.now()
    early = {"first_answer_by": now + timedelta(minutes=1), "created_at": now - timedelta(hours=9)}
    Case.objects.filter(pk=case.pk).update(**early)

    assert while_open(lambda: mind_promises(now), lambda: mind_promises(now), waits=False) == ["done", "done"]
    mind_promises(now)
    notice = Notice.objects.filter(step="owner").get()

    def write() -> None:
        mail_notice(notice_id=notice.pk)

    mail.outbox.clear()
    assert while_open(write, write) == ["done", "done"]
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
@locks("cases.actions.apologizing.answer_for_it")
def test_of_two_apologies_at_once_the_second_sees_the_first() -> None:
    case = make_case()
    by, anna = timezone.now() + timedelta(hours=2), acting(case.owner)
    seen = max(case.threads.values_list("conversation__messages__id", flat=True))

    def write() -> None:
        answer_for_it(case=fresh(case), actor=anna, text="Простите", by=by, seen_message_id=seen)

    assert while_open(write, write) == ["done", "changed_meanwhile"]
