"""Of somebody who is forgotten the cases keep their times and numbers, and nothing that was said or noted."""

import pytest

from otklik.cases.actions import erase_person, tag_case
from otklik.cases.models import Alert, Case, CustomersWord, Draft
from otklik.customers.actions import found_organization
from otklik.foundation.actors import SYSTEM
from tests.building import acting, fresh, make_case, make_customer

pytestmark = pytest.mark.django_db


def full(case: Case) -> None:
    """Everything that a case can hold about a person."""
    tag_case(case=case, add=["развод"], actor=acting(case.owner))
    organization = found_organization(name="Горизонт", actor=SYSTEM)
    Case.objects.filter(pk=case.pk).update(
        summary="Отправили новый учебник Ивану.", organization=organization, custom={"phone": "+7 900 555-01-42"}
    )
    Draft.objects.create(case=case, agent=case.owner, kind="reply", text="Иван, добрый день!")
    Alert.objects.create(case=case, agent=case.owner, reason="mention", source="1")
    CustomersWord.objects.create(
        case=case, customer=case.customer, said_by="customer", is_solved=True, words="Спасибо, Иван."
    )


def test_nothing_that_was_said_or_noted_stays() -> None:
    case = make_case()
    full(case)
    created_at = case.created_at

    erase_person(customer=case.customer, actor=SYSTEM)

    left = fresh(case)
    assert (left.subject, left.preview, left.summary) == ("", "", "")
    assert (left.organization, left.custom, left.tags) == (None, {}, [])
    assert Case.objects.filter(pk=case.pk, search=None).exists()
    assert not Draft.objects.exists()
    assert not Alert.objects.filter(seen_at=None).exists()
    assert not CustomersWord.objects.exclude(words="").exists()
    assert left.created_at == created_at


def test_cases_of_others_stay_whole() -> None:
    case, other = make_case(), make_customer("Пётр", "petr@mail.example")
    full(case)
    before = fresh(case)

    erase_person(customer=other, actor=SYSTEM)

    left = fresh(case)
    assert (left.subject, left.preview, left.summary) == (before.subject, before.preview, before.summary)
    assert (left.organization, left.custom, left.tags) == (before.organization, before.custom, before.tags)
    assert (Draft.objects.count(), Alert.objects.filter(seen_at=None).count()) == (1, 1)
    assert CustomersWord.objects.exclude(words="").exists()
