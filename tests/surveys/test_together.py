"""Two at once: one invitation is one answer, one page is kept once."""

import pytest

from otklik.foundation.actors import SYSTEM
from otklik.surveys import actions
from otklik.surveys.actions import Taken, invite, save_page, sit_down
from otklik.surveys.models import Answer, Sitting, Version
from tests.building import make_customer
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
