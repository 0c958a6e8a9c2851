"""Two at once: of two who register a complaint, and of two who take the same step, one is refused."""

import pytest

from otklik.complaints import actions
from otklik.complaints.actions.record import held_complaint
from otklik.complaints.models import Complaint, Stage
from tests.building import acting, make_case
from tests.complaints.making import boris, fresh, make_complaint
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_gets_one_complaint_from_two() -> None:
    case = make_case()
    other = acting(boris())

    said = while_open(
        lambda: actions.receive_complaint(case=case, actor=acting(case.owner), remedy_sought="Деньги"),
        lambda: actions.receive_complaint(case=case, actor=other, remedy_sought="Деньги"),
    )

    assert said == ["done", "complaint_open_already"]
    assert Complaint.objects.count() == 1


@locks("complaints.actions.record.held_complaint")
def test_a_complaint_is_acknowledged_by_one_of_two() -> None:
    complaint, other = make_complaint(), acting(boris())
    anna = acting(complaint.case.owner)

    said = while_open(
        lambda: actions.acknowledge(complaint=fresh(complaint), actor=anna),
        lambda: actions.acknowledge(complaint=fresh(complaint), actor=other),
    )

    assert said == ["done", "cannot_acknowledge_now"]
    assert complaint.steps.filter(what=Stage.ACKNOWLEDGED).count() == 1
    assert held_complaint.__doc__
