"""A complaint goes by a known way: each stage has its gate, and each gate says no in its own words."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from otklik.cases.models import Alert, Case, CaseKind
from otklik.complaints import actions
from otklik.complaints.models import Complaint, Stage, Step, Way
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.policies import change_policies
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, customer_actor, make_case, make_customer, make_lead, make_standard, refused, run_jobs
from tests.building import fresh as fresh_case
from tests.complaints.making import ANSWER, boris, bring, fresh, make_complaint

pytestmark = pytest.mark.django_db


def letters(complaint: Complaint) -> list[str]:
    rows = Message.objects.filter(conversation__thread__case=complaint.case_id, direction=Message.Direction.OUT)
    return list(rows.order_by("id").values_list("text", flat=True))


def record(complaint: Complaint) -> list[str]:
    return list(complaint.steps.order_by("id").values_list("what", flat=True))


def told(agent: Agent, reason: str) -> int:
    return Alert.objects.filter(agent=agent, reason=reason).count()


# ── Received ──────────────────────────────────────────────────────────────────────────────
def test_a_complaint_has_a_number_of_its_own_and_makes_its_case_a_complaint() -> None:
    first, second = make_complaint(), make_complaint(case=make_case(owner=boris()))

    assert first.number != second.number
    assert first.remedy_sought == "Верните деньги за курс"
    assert fresh_case(first.case).kind == CaseKind.COMPLAINT
    assert record(first) == ["received"]


def test_what_is_sought_must_be_said() -> None:
    case = make_case()

    with refused("remedy_missing"):
        actions.receive_complaint(case=case, actor=acting(case.owner), remedy_sought="  ")


def test_words_have_not_reached_us_tomorrow() -> None:
    case, tomorrow = make_case(), timezone.now() + timedelta(days=1)

    with refused("received_at_invalid"):
        actions.receive_complaint(case=case, actor=acting(case.owner), remedy_sought="Деньги", received_at=tomorrow)


def test_words_that_came_before_keep_their_day() -> None:
    before = timezone.now() - timedelta(days=3)

    complaint = make_complaint(received_at=before)

    assert complaint.received_at == before < complaint.registered_at


def test_a_severity_is_one_to_five() -> None:
    case = make_case()

    for severity in (0, 6):
        with refused("severity_invalid"):
            actions.receive_complaint(case=case, actor=acting(case.owner), remedy_sought="Деньги", severity=severity)


def test_a_case_has_one_complaint_at_a_time_that_is_not_settled() -> None:
    complaint = make_complaint()

    with refused("complaint_open_already"):
        actions.receive_complaint(case=complaint.case, actor=acting(boris()), remedy_sought="Ещё одно")
    actions.withdraw(complaint=complaint, actor=acting(make_lead()), words="Клиент передумал")
    again = actions.receive_complaint(case=fresh_case(complaint.case), actor=acting(boris()), remedy_sought="Ещё одно")

    assert again.number > complaint.number


def test_a_case_that_was_put_away_comes_back_with_a_complaint() -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(state="unconfirmed", closed_at=timezone.now())

    actions.receive_complaint(case=fresh_case(case), actor=acting(case.owner), remedy_sought="Деньги")

    assert fresh_case(case).state == Case.State.OPEN


def test_owner_and_leads_hear_of_what_somebody_else_registers() -> None:
    olga, case = make_lead(), make_case()

    actions.receive_complaint(case=case, actor=acting(boris()), remedy_sought="Деньги")

    assert (told(case.owner, "complaints.received"), told(olga, "complaints.received")) == (1, 1)
    assert told(boris(), "complaints.received") == 0


def test_a_lead_who_is_complained_of_is_not_told_as_a_lead() -> None:
    olga, case = make_lead(), make_case()

    actions.receive_complaint(case=case, actor=acting(boris()), remedy_sought="Деньги", against=olga)

    assert told(olga, "complaints.received") == 0


# ── Acknowledged ──────────────────────────────────────────────────────────────────────────
def test_an_acknowledgement_tells_number_name_and_date() -> None:
    complaint = make_complaint()

    actions.acknowledge(complaint=complaint, actor=acting(boris()), words="Мне жаль, что так вышло.")

    now = fresh(complaint)
    letter = letters(complaint)[-1]
    assert letter.startswith("Мне жаль, что так вышло.")
    assert str(complaint.number) in letter
    assert complaint.case.owner.name in letter
    assert (now.stage, now.acknowledged_by_id) == (Stage.ACKNOWLEDGED, boris().pk)
    assert now.hear_by is not None
    assert now.hear_by > timezone.now()
    assert complaint.steps.get(what="acknowledged").letter_id is not None


def test_nobody_is_told_a_moment_that_has_been() -> None:
    complaint = make_complaint()

    with refused("hear_by_invalid"):
        actions.acknowledge(complaint=complaint, actor=acting(boris()), hear_by=timezone.now() - timedelta(minutes=1))
    assert fresh(complaint).stage == Stage.RECEIVED


def test_what_a_lead_knows_of_is_acknowledged_once() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED)

    with refused("cannot_acknowledge_now"):
        actions.acknowledge(complaint=complaint, actor=acting(boris()))


def test_whoever_lodges_it_themselves_is_told_at_once_by_a_letter_that_nobody_wrote() -> None:
    case = make_case()

    lodged = actions.receive_complaint(
        case=case, actor=customer_actor(case), remedy_sought="Деньги", happened="Отменили"
    )
    run_jobs()

    now = fresh(lodged)
    assert (now.stage, now.acknowledged_by_id, now.registered_by_id) == (Stage.ACKNOWLEDGED, None, None)
    assert now.hear_by is not None
    assert Message.objects.filter(purpose="complaints.acknowledgement").count() == 1
    heard = Message.objects.get(external_id=f"complaint:{lodged.pk}")
    assert heard.text == "Деньги\n\nОтменили"


def test_a_house_may_leave_the_first_letter_to_people() -> None:
    change_policies(values={"complaints.acknowledge_at_once": False}, actor=SYSTEM)
    case = make_case()

    lodged = actions.receive_complaint(case=case, actor=customer_actor(case), remedy_sought="Деньги")
    run_jobs()

    assert fresh(lodged).stage == Stage.RECEIVED


def test_a_grave_one_waits_for_a_person_from_the_beginning() -> None:
    case = make_case()

    lodged = actions.receive_complaint(case=case, actor=customer_actor(case), remedy_sought="Деньги", severity=3)
    run_jobs()

    assert fresh(lodged).stage == Stage.RECEIVED


def test_a_grave_one_that_a_machine_acknowledged_needs_a_person_before_it_is_looked_into() -> None:
    case = make_case()
    lodged = actions.receive_complaint(case=case, actor=customer_actor(case), remedy_sought="Деньги")
    run_jobs()
    bring(lodged, Stage.ASSESSED, severity=3)

    with refused("complaint_needs_a_person"):
        bring(lodged, Stage.INVESTIGATED)
    assert fresh(lodged).needs_a_person
    actions.acknowledge(complaint=fresh(lodged), actor=acting(boris()))
    assert (fresh(lodged).stage, fresh(lodged).needs_a_person) == (Stage.ASSESSED, False)
    bring(lodged, Stage.INVESTIGATED)

    assert fresh(lodged).stage == Stage.INVESTIGATED
    assert record(lodged) == ["received", "acknowledged", "assessed", "acknowledged", "investigated"]


def test_a_slight_one_may_be_acknowledged_by_a_machine_alone() -> None:
    case = make_case()
    lodged = actions.receive_complaint(case=case, actor=customer_actor(case), remedy_sought="Деньги")
    run_jobs()
    bring(lodged, Stage.ASSESSED, severity=2)

    bring(lodged, Stage.INVESTIGATED)

    assert fresh(lodged).stage == Stage.INVESTIGATED


def test_the_database_wants_a_person_too() -> None:
    complaint = make_complaint(Stage.INVESTIGATED, severity=3)

    with pytest.raises(IntegrityError, match="a_grave_complaint_is_acknowledged_by_a_person"):
        Complaint.objects.filter(pk=complaint.pk).update(acknowledged_by=None)


# ── Assessed and looked into ──────────────────────────────────────────────────────────────
def test_leads_hear_at_once_where_safety_is_at_stake() -> None:
    olga, complaint = make_lead(), make_complaint(Stage.ACKNOWLEDGED)

    actions.assess(complaint=complaint, actor=acting(boris()), severity=5, is_urgent=True, words="Ребёнок обжёгся")

    assert told(olga, "complaints.urgent") == 1
    assert fresh(complaint).is_urgent


def test_nobody_is_alarmed_by_what_is_not_urgent() -> None:
    olga, complaint = make_lead(), make_complaint(Stage.ACKNOWLEDGED)

    actions.assess(complaint=complaint, actor=acting(boris()), severity=5)

    assert told(olga, "complaints.urgent") == 0


def test_an_assessment_has_a_severity_that_exists() -> None:
    with refused("severity_invalid"):
        actions.assess(complaint=make_complaint(Stage.ACKNOWLEDGED), actor=acting(boris()), severity=6)


def test_nobody_judges_a_complaint_about_themselves() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED, against=boris())

    with refused("complaint_about_you"):
        bring(complaint, Stage.ASSESSED)
    bring(complaint, Stage.ASSESSED, actor=acting(complaint.case.owner))
    with refused("complaint_about_you"):
        bring(complaint, Stage.INVESTIGATED)
    bring(complaint, Stage.INVESTIGATED, actor=acting(complaint.case.owner))
    with refused("complaint_about_you"):
        bring(complaint, Stage.ANSWERED)

    assert fresh(complaint).stage == Stage.INVESTIGATED


def test_whoever_is_named_in_the_assessment_is_not_the_one_who_assesses() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED)

    with refused("complaint_about_you"):
        actions.assess(complaint=complaint, actor=acting(boris()), severity=2, against=boris())

    assert fresh(complaint).against is None


def test_the_database_lets_nobody_look_into_themselves_either() -> None:
    complaint = make_complaint(Stage.INVESTIGATED)

    with pytest.raises(IntegrityError, match="nobody_looks_into_a_complaint_about_themselves"):
        Complaint.objects.filter(pk=complaint.pk).update(against=boris())


def test_whom_it_is_about_is_not_asked_to_look_into_it() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED, against=boris())
    anna = acting(complaint.case.owner)
    actions.assess(complaint=complaint, actor=anna, severity=2)

    with refused("investigator_unfit"):
        actions.entrust(complaint=complaint, actor=anna, to=boris())
    with refused("complaint_about_you"):
        actions.entrust(complaint=complaint, actor=acting(boris()), to=complaint.case.owner)


def test_whoever_does_not_see_the_case_cannot_look_into_it() -> None:
    complaint = make_complaint(Stage.ASSESSED)
    olga = make_lead()
    Agent.objects.filter(pk=olga.pk).update(sight=Sight.OWN)

    with refused("investigator_unfit"):
        actions.entrust(complaint=complaint, actor=acting(boris()), to=Agent.objects.get(pk=olga.pk))


def test_whoever_is_asked_to_look_into_it_hears_once() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED)
    olga = make_lead()

    actions.assess(complaint=complaint, actor=acting(boris()), severity=2, investigator=olga)
    actions.entrust(complaint=complaint, actor=acting(boris()), to=olga)

    assert told(olga, "complaints.entrusted") == 1
    assert fresh(complaint).investigator == olga
    assert record(complaint).count("entrusted") == 1


def test_findings_are_written_down() -> None:
    complaint = make_complaint(Stage.ASSESSED)

    with refused("findings_missing"):
        actions.investigate(complaint=complaint, actor=acting(boris()), findings=" ")


# ── Answered ──────────────────────────────────────────────────────────────────────────────
def test_an_answer_is_one_letter_with_decision_reason_and_prevention() -> None:
    complaint = make_complaint(Stage.ANSWERED)

    letter, now = letters(complaint)[-1], fresh(complaint)

    for words in (ANSWER["text"], ANSWER["reason"], ANSWER["prevention"]):
        assert words in letter
    assert (now.decision, now.decided_by_id, now.hear_by) == ("granted", boris().pk, None)
    assert now.answered_at is not None
    assert fresh_case(now.case).state == Case.State.OPEN


def test_an_answer_may_ask_at_its_end_whether_all_is_solved() -> None:
    complaint = make_complaint(Stage.INVESTIGATED)

    actions.answer(complaint=complaint, actor=acting(boris()), is_solved=True, **ANSWER)

    assert fresh_case(complaint.case).state == Case.State.SOLVED


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("decision", "decision_unknown"),
        ("text", "answer_missing"),
        ("reason", "reason_missing"),
        ("prevention", "prevention_missing"),
    ],
)
def test_no_part_of_an_answer_is_left_out(part: str, code: str) -> None:
    complaint = make_complaint(Stage.INVESTIGATED)

    with refused(code):
        actions.answer(complaint=complaint, actor=acting(boris()), **ANSWER | {part: " "})
    assert fresh(complaint).stage == Stage.INVESTIGATED


# ── The customer's word ───────────────────────────────────────────────────────────────────
def test_only_the_customer_accepts() -> None:
    complaint = make_complaint(Stage.ANSWERED)

    for actor in (acting(boris()), SYSTEM):
        with refused("only_the_customer"):
            actions.accept(complaint=complaint, actor=actor)
    actions.accept(complaint=complaint, actor=customer_actor(complaint.case), words="Спасибо")

    assert fresh(complaint).stage == Stage.ACCEPTED
    with pytest.raises(IntegrityError, match="only_the_customer_accepts_an_answer"), transaction.atomic():
        Step.objects.create(complaint=complaint, what=Stage.ACCEPTED, at=timezone.now())


def test_another_customer_has_no_word_in_it() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    other = customer_actor(make_case(owner=boris(), customer=make_customer("Олег Ким", "oleg@client.example")))

    with refused("only_the_customer"):
        actions.accept(complaint=complaint, actor=other)
    with refused("only_the_customer"):
        actions.refuse(complaint=complaint, actor=other)


def test_a_no_brings_the_case_back_and_the_leads_know() -> None:
    olga, complaint = make_lead(), make_complaint(Stage.INVESTIGATED)
    actions.answer(complaint=complaint, actor=acting(boris()), is_solved=True, **ANSWER)
    run_jobs()

    actions.refuse(complaint=fresh(complaint), actor=customer_actor(complaint.case), words="Этого мало")
    run_jobs()

    assert fresh(complaint).stage == Stage.REFUSED
    assert fresh_case(complaint.case).state == Case.State.OPEN
    assert told(olga, "complaints.refused") == told(complaint.case.owner, "complaints.refused") == 1
    assert record(complaint).count("refused") == 1


def test_staff_pass_a_no_on_in_the_customers_words() -> None:
    complaint = make_complaint(Stage.ANSWERED)

    with refused("words_missing"):
        actions.refuse(complaint=complaint, actor=acting(boris()))
    actions.refuse(complaint=complaint, actor=acting(boris()), words="По телефону: «не согласен»")

    assert fresh(complaint).stage == Stage.REFUSED


def test_after_a_no_somebody_else_looks_again() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    actions.refuse(complaint=complaint, actor=customer_actor(complaint.case))

    with refused("investigator_unfit"):
        bring(complaint, Stage.INVESTIGATED)
    with refused("investigator_unfit"):
        actions.entrust(complaint=complaint, actor=acting(boris()), to=boris())
    anna = acting(complaint.case.owner)
    bring(complaint, Stage.INVESTIGATED, actor=anna)
    bring(complaint, Stage.ANSWERED, actor=anna)
    actions.accept(complaint=fresh(complaint), actor=customer_actor(complaint.case))

    assert fresh(complaint).stage == Stage.ACCEPTED


# ── Other ways, and the end ───────────────────────────────────────────────────────────────
@pytest.fixture
def turned_down() -> Complaint:
    complaint = make_complaint(Stage.ANSWERED)
    actions.refuse(complaint=complaint, actor=customer_actor(complaint.case), words="Не согласен")
    return fresh(complaint)


def test_whoever_does_not_agree_is_told_how_to_go_on(turned_down: Complaint) -> None:
    way = Way.objects.create(name="Служба защиты", words="Пишите туда.", url="https://zashita.example")

    actions.offer_ways(complaint=turned_down, actor=acting(boris()), words="Мне жаль.", ways=[way])

    letter = letters(turned_down)[-1]
    for words in ("Мне жаль.", "Служба защиты", "Пишите туда.", "https://zashita.example"):
        assert words in letter
    assert fresh(turned_down).ways_offered_at is not None
    assert fresh(turned_down).stage == Stage.REFUSED


def test_ways_are_offered_with_words_and_names(turned_down: Complaint) -> None:
    way = Way.objects.create(name="Служба защиты")

    with refused("words_missing"):
        actions.offer_ways(complaint=turned_down, actor=acting(boris()), words="", ways=[way])
    with refused("ways_missing"):
        actions.offer_ways(complaint=turned_down, actor=acting(boris()), words="Мне жаль.", ways=[])


def test_ways_are_offered_to_whoever_does_not_agree() -> None:
    with refused("cannot_offer_now"):
        actions.offer_ways(complaint=make_complaint(Stage.ANSWERED), actor=acting(boris()), words="Вот", ways=[])


def test_it_ends_without_consent_only_after_other_ways_were_offered(turned_down: Complaint) -> None:
    olga, way = acting(make_lead()), Way.objects.create(name="Служба защиты")

    with refused("ways_not_offered"):
        actions.end(complaint=turned_down, actor=olga, words="Пробовали всё")
    actions.offer_ways(complaint=turned_down, actor=acting(boris()), words="Мне жаль.", ways=[way])
    with refused("words_missing"):
        actions.end(complaint=turned_down, actor=olga, words="")
    actions.end(complaint=turned_down, actor=olga, words="Пробовали всё")

    assert fresh(turned_down).stage == Stage.EXHAUSTED
    actions.accept(complaint=fresh(turned_down), actor=customer_actor(turned_down.case))
    assert fresh(turned_down).stage == Stage.ACCEPTED


def test_the_database_wants_other_ways_too(turned_down: Complaint) -> None:
    with pytest.raises(IntegrityError, match="no_complaint_ends_before_other_ways_were_offered"):
        Complaint.objects.filter(pk=turned_down.pk).update(stage=Stage.EXHAUSTED)


def test_a_new_answer_needs_its_ways_offered_anew(turned_down: Complaint) -> None:
    way, anna = Way.objects.create(name="Служба защиты"), acting(turned_down.case.owner)
    actions.offer_ways(complaint=turned_down, actor=anna, words="Мне жаль.", ways=[way])
    bring(turned_down, Stage.INVESTIGATED, actor=anna)
    bring(turned_down, Stage.ANSWERED, actor=anna)
    actions.refuse(complaint=fresh(turned_down), actor=customer_actor(turned_down.case))

    with refused("ways_not_offered"):
        actions.end(complaint=turned_down, actor=acting(make_lead()), words="Пробовали всё")


def test_whom_it_is_about_neither_ends_nor_withdraws_it() -> None:
    olga = make_lead()
    complaint = make_complaint(Stage.ANSWERED, against=olga)
    actions.refuse(complaint=complaint, actor=customer_actor(complaint.case))

    for act in (actions.end, actions.withdraw):
        with refused("complaint_about_you"):
            act(complaint=complaint, actor=acting(olga), words="Не будем об этом")


def test_a_withdrawn_complaint_says_why_and_keeps_its_record() -> None:
    complaint, olga = make_complaint(Stage.ASSESSED), acting(make_lead())

    with refused("words_missing"):
        actions.withdraw(complaint=complaint, actor=olga, words=" ")
    actions.withdraw(complaint=complaint, actor=olga, words="Клиент забрал её")

    assert fresh(complaint).is_finished
    assert record(complaint) == ["received", "acknowledged", "assessed", "withdrawn"]


# ── Improved ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def agreed() -> Complaint:
    complaint = make_complaint(Stage.ANSWERED)
    actions.accept(complaint=complaint, actor=customer_actor(complaint.case))
    return fresh(complaint)


def test_what_it_has_shown_is_written_down_with_its_standard(agreed: Complaint) -> None:
    standard = make_standard("Отмена курса")

    actions.improve(
        complaint=agreed, actor=acting(make_lead()), root_cause="Некому было предупредить", standard=standard,
        problem_title="Некому предупредить",
    )  # fmt: skip

    now = fresh(agreed)
    assert (now.stage, now.root_cause) == (Stage.IMPROVED, "Некому было предупредить")
    assert now.standard == standard
    assert now.problem is not None
    assert (now.problem.title, now.problem.root_cause) == ("Некому предупредить", "Некому было предупредить")
    assert (now.problem.standard, now.problem.owner.email) == (standard, "olga@gorizont.example")


def test_an_improvement_has_a_cause(agreed: Complaint) -> None:
    with refused("root_cause_missing"):
        actions.improve(complaint=agreed, actor=acting(make_lead()), root_cause="")


# ── Out of order ──────────────────────────────────────────────────────────────────────────
_WORDS = {"words": "Потому что"}


@pytest.mark.parametrize(
    ("stage", "act", "values", "code"),
    [
        (Stage.ASSESSED, actions.acknowledge, {}, "cannot_acknowledge_now"),
        (Stage.RECEIVED, actions.assess, {"severity": 2}, "cannot_assess_now"),
        (Stage.ACKNOWLEDGED, actions.investigate, {"findings": "Так"}, "cannot_investigate_now"),
        (Stage.ASSESSED, actions.answer, ANSWER, "cannot_answer_now"),
        (Stage.INVESTIGATED, actions.refuse, _WORDS, "cannot_refuse_now"),
        (Stage.ANSWERED, actions.improve, {"root_cause": "Так"}, "cannot_improve_now"),
        (Stage.ANSWERED, actions.end, _WORDS, "cannot_end_now"),
    ],
)
def test_no_stage_is_passed_over(stage: Stage, act: Callable[..., None], values: dict[str, object], code: str) -> None:
    complaint = make_complaint(stage)

    with refused(code):
        act(complaint=complaint, actor=acting(make_lead()), **values)
    assert fresh(complaint).stage == stage


def test_the_customer_accepts_nothing_before_it_is_said() -> None:
    complaint = make_complaint(Stage.INVESTIGATED)

    with refused("cannot_accept_now"):
        actions.accept(complaint=complaint, actor=customer_actor(complaint.case))


def test_a_settled_complaint_is_not_withdrawn(agreed: Complaint) -> None:
    with refused("cannot_withdraw_now"):
        actions.withdraw(complaint=agreed, actor=acting(make_lead()), words="Ошибка")


def test_the_record_is_not_rewritten() -> None:
    step = make_complaint().steps.get()

    for change in ({"what": "accepted"}, {"words": "иначе"}, {"facts": {"severity": 1}}):
        with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
            Step.objects.filter(pk=step.pk).update(**change)
    with pytest.raises(DatabaseError, match="not rewritten"), transaction.atomic():
        Step.objects.filter(pk=step.pk).delete()
