"""Two at once: one invitation is one answer, one page is kept once, and nobody is asked by two surveys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import bring_back, mark_solved
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.reach.models import Message
from otklik.surveys import actions
from otklik.surveys.actions import (
    Taken,
    Wanted,
    ask_by_hand,
    invite,
    plan_asking,
    remind,
    save_page,
    sit_down,
    take_turn,
)
from otklik.surveys.models import Answer, Because, Invitation, Rule, Sitting, Turn, Version
from tests.building import acting, customer_actor, fresh, make_case, make_customer, make_inbox
from tests.surveys.making import DELIVERY, answered, make_survey, page, question, survey_of, written
from tests.together import at_once, locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)
ONE = survey_of(page("a", question("q")))


@locks("surveys.actions.answering.sit_down")
def test_two_windows_of_one_invitation_are_one_answer() -> None:
    survey = make_survey(ONE, names="anonymous")
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)

    said = while_open(
        lambda: sit_down(survey=survey, taken=Taken(token="a", invitation=invitation)),
        lambda: sit_down(survey=survey, taken=Taken(token="b", invitation=invitation)),
    )

    assert said == ["done", "already_answered"]
    assert Sitting.objects.count() == 1


@locks("surveys.actions.answering.save_page")
def test_a_page_that_is_sent_by_two_at_once_is_kept_once() -> None:
    sitting = answered(make_survey(DELIVERY), "t")

    said = while_open(
        lambda: save_page(sitting=sitting, page="main", values={"sat": 5}),
        lambda: save_page(sitting=sitting, page="main", values={"sat": 5}),
    )

    assert said == ["done", "done"]
    assert Answer.objects.count() == 1


def test_two_who_press_publish_publish_once() -> None:
    survey = actions.write_survey(definition=written(ONE), actor=SYSTEM)

    said = at_once(*[lambda: actions.publish(survey=survey, actor=SYSTEM)] * 2)

    assert sorted(said) == ["done", "not_a_draft"]
    assert Version.objects.get().state == Version.State.LIVE


@locks("surveys.actions.asking.take_turn", "surveys.actions.asking.ask_by_hand")
def test_of_two_surveys_that_want_the_same_person_at_once_one_asks_and_the_other_finds_the_clock() -> None:
    make_inbox()
    ivan, survey, other = make_customer(), make_survey(ONE), make_survey(ONE, name="Другое", family="other")
    turn = Turn.objects.create(survey=other, customer=ivan, because=Because.SCHEDULE, due_at=timezone.now())

    said = while_open(
        lambda: ask_by_hand(survey=survey, customer=ivan, actor=SYSTEM),
        lambda: take_turn(turn=turn),
    )

    turn.refresh_from_db()
    assert said == ["done", "done"]
    assert Invitation.objects.get().survey == survey
    assert turn.rule == Rule.LATELY


@locks("surveys.actions.asking.remind")
def test_two_clocks_remind_once() -> None:
    make_inbox()
    survey, now = make_survey(ONE), timezone.now() + timedelta(days=5)
    plan_asking(survey=survey, wanted=Wanted(reminders=2), actor=SYSTEM)
    invitation = ask_by_hand(survey=survey, customer=make_customer(), actor=SYSTEM).invitation
    assert invitation is not None

    said = while_open(lambda: remind(invitation=invitation, now=now), lambda: remind(invitation=invitation, now=now))

    assert said == ["done", "done"]
    assert Invitation.objects.get().letters == 2
    assert Message.objects.filter(purpose="surveys.reminder").count() == 1


@locks("cases.actions.closing.bring_back")
def test_two_low_scores_at_once_bring_a_case_back_once() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")

    said = while_open(
        lambda: bring_back(case=fresh(case), actor=customer_actor(case), reason="low_survey"),
        lambda: bring_back(case=fresh(case), actor=customer_actor(case), reason="low_survey"),
    )

    assert said == ["done", "done"]
    assert (Case.objects.get().state, Case.objects.get().came_back) == ("open", 1)
