"""A low score calls: the same case, the same owner, the lead at once; and never for answers without a name."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.actions.spam import mark_spam
from otklik.cases.models import Alert, Case
from otklik.customers.actions import merge_customers
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.surveys.actions import (
    LOW_SCORE,
    Taken,
    Wanted,
    answer_low_score,
    ask_by_hand,
    invite,
    note_end_of_case,
    plan_asking,
    save_page,
    sit_down,
    take_answers,
    take_turn,
)
from otklik.surveys.models import Invitation, Sitting, Survey, Turn
from otklik.surveys.queries import definition_of, low_scores
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation as Question
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_inbox, make_lead, refused, run_jobs
from tests.desk.visiting import desk
from tests.surveys.making import answered, make_survey, page, question, survey_of

pytestmark = pytest.mark.django_db
CALLS = survey_of(page("a", question("q", low_score=2)), page("b", question("w", "text")))


def satisfied(case: Case) -> Case:
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили учебник курьером")
    run_jobs()
    record_answer(invitation=Question.objects.get(case=case), is_solved=True, satisfaction=5)
    run_jobs()
    return fresh(case)


def asked_about(survey: Survey, case: Case) -> Invitation:
    plan_asking(survey=survey, wanted=Wanted(trigger="closed", delay_hours=0), actor=SYSTEM)
    note_end_of_case(case_id=case.pk, outcome="satisfied", now=timezone.now())
    take_turn(turn=Turn.objects.get(case=case))
    return Invitation.objects.get()


def test_the_case_that_caused_it_comes_back_to_its_owner_and_the_lead_knows() -> None:
    lead = make_lead()
    case = satisfied(make_case())
    survey = make_survey(CALLS)
    invitation = asked_about(survey, case)

    sitting = answered(survey, "t", {"q": 2}, invitation=invitation)
    run_jobs()

    back = fresh(case)
    assert (back.state, back.owner, back.came_back, Case.objects.count()) == ("open", case.owner, 1, 1)
    assert sitting.case_id == case.pk
    assert {one.agent for one in Alert.objects.filter(reason=LOW_SCORE, case=case)} == {lead, case.owner}
    assert Event.objects.filter(name="cases.reopened", payload__reason="low_survey").count() == 1
    assert Event.objects.get(name="surveys.low_score").payload["score"] == "2/5"
    assert back.word is not None
    assert back.word.satisfaction == 5, "what they said of the case stays their word of it"


def test_what_they_say_afterwards_stands_in_the_case_once() -> None:
    case = make_case()
    survey = make_survey(CALLS)
    sitting = answered(survey, "t", {"q": 1}, {"w": "Ждал три недели"}, invitation=asked(survey, case))
    save_page(sitting=sitting, page="b", values={"w": "Ещё раз"})
    run_jobs()

    said = list(Message.objects.filter(direction="in", conversation__thread__case=case).order_by("id"))

    assert [one.text for one in said[1:]] == ["Вопрос q 1 из 5", "Вопрос w\nЖдал три недели"]
    assert Alert.objects.filter(reason=LOW_SCORE, agent=case.owner).count() == 1


def asked(survey: Survey, case: Case) -> Invitation:
    return invite(survey=survey, customer=case.customer, actor=SYSTEM)


def test_without_a_case_of_late_a_new_one_is_opened_with_the_score_as_its_first_word() -> None:
    owner = make_agent()
    old = satisfied(make_case(owner=owner))
    Case.objects.filter(pk=old.pk).update(last_word_at=timezone.now() - timedelta(days=31))
    survey = make_survey(CALLS)

    sitting = answered(survey, "t", {"q": 2}, invitation=asked(survey, old))
    run_jobs()

    new = Case.objects.exclude(pk=old.pk).get()
    assert (sitting.case_id, new.channel, new.owner, fresh(old).state) == (new.pk, "survey", owner, "satisfied")
    assert new.preview == "Вопрос q 2 из 5"
    assert new.subject == "Низкая оценка: Как прошла доставка?"


def test_a_good_score_a_trial_and_a_stranger_call_nobody() -> None:
    case = make_case()
    survey = make_survey(CALLS)
    answered(survey, "good", {"q": 3}, invitation=asked(survey, case))
    answered(survey, "stranger", {"q": 1})
    trial = sit_down(survey=survey, taken=Taken(token="trial", draft=survey.versions.get()))
    save_page(sitting=trial, page="a", values={"q": 1})

    assert not Alert.objects.filter(reason=LOW_SCORE).exists()
    assert not Sitting.objects.filter(case__isnull=False).exists()


@pytest.mark.parametrize("names", ["confidential", "anonymous"])
def test_answers_without_a_name_never_lead_to_a_case(names: str) -> None:
    case = satisfied(make_case())
    survey = make_survey(CALLS, names=names)

    answered(survey, "t", {"q": 1}, {"w": "Плохо"}, invitation=asked(survey, case))

    assert fresh(case).state == "satisfied"
    assert not Alert.objects.filter(reason=LOW_SCORE).exists()


def test_spam_stays_spam_and_somebody_who_was_joined_is_found() -> None:
    case = make_case()
    other = make_customer("Ваня", "vanya@mail.example")
    survey = make_survey(CALLS)
    invitation = invite(survey=survey, customer=other, actor=SYSTEM)
    merge_customers(other=other, into=case.customer, actor=acting(make_lead()))

    sitting = answered(survey, "t", {"q": 2}, invitation=invitation)
    mark_spam(case=fresh(case), actor=SYSTEM)
    again = answered(survey, "u", {"q": 2}, invitation=asked(survey, case))

    assert sitting.case_id == case.pk
    assert again.case_id != case.pk, "of spam nobody is told: this is a new matter"


def test_answers_from_elsewhere_call_as_well() -> None:
    case = make_case()
    survey = make_survey(CALLS)

    sitting = take_answers(
        survey=survey, values={"q": 1, "w": "Плохо"}, actor=SYSTEM, taken=Taken(token="t"), email="ivan@mail.example"
    )
    run_jobs()

    assert sitting.case_id == case.pk
    last = Message.objects.filter(direction="in").order_by("-id")[0]
    assert last.text == "Вопрос q 1 из 5\n\nВопрос w\nПлохо"
    assert answer_low_score(sitting=sitting, survey=definition_of(sitting.version)) is not None
    assert Message.objects.filter(direction="in").order_by("-id")[0].text == "Вопрос w\nПлохо"


def test_score_words_and_what_was_done_stand_together_for_whoever_may_see_the_case() -> None:
    lead, anna = make_lead(), make_agent()
    stranger = make_agent("Вера Орлова", "vera@gorizont.example")
    case = make_case(owner=anna)
    survey = make_survey(CALLS)
    answered(survey, "t", {"q": 1}, {"w": "Ждал три недели"}, invitation=asked(survey, case))
    run_jobs()
    satisfied(fresh(case))

    shown = desk(lead).get(f"/desk/surveys/{survey.pk}/low").text

    for words in ("1 из 5", "Ждал три недели", "Отправили учебник курьером", f"№ {case.pk}", "Анна Смирнова"):
        assert words in shown
    assert low_scores(survey, acting(anna)).count() == 1
    assert low_scores(survey, acting(stranger)).count() == 1, "of the same team"
    Agent.objects.filter(pk=stranger.pk).update(sight="own")
    assert low_scores(survey, acting(Agent.objects.get(pk=stranger.pk))).count() == 0


def test_a_score_that_cannot_be_low_is_refused_when_it_is_published() -> None:
    for wrong in (question("q", low_score=5), question("q", low_score=0), question("q", "text", low_score=2)):
        with refused("low_score_invalid"):
            make_survey(survey_of(page("a", wrong)))


def test_asking_by_hand_and_a_letter_lead_to_the_same_call() -> None:
    make_inbox()
    make_agent()
    survey = make_survey(CALLS)
    turn = ask_by_hand(survey=survey, customer=make_customer(), actor=SYSTEM)

    answered(survey, "t", {"q": 1}, invitation=turn.invitation)

    assert Case.objects.get().channel == "survey"
    assert Invitation.objects.get().remind_at is None
