"""What was kept for a while is kept that long, and no longer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db.models import Model
from django.utils import timezone

from otklik.customers.actions import end_sign_in, forget_old_codes, make_code, remove_contact_point
from otklik.customers.models import AddressProof, EndedSignIn, FormerAddress
from tests.building import IVAN, acting, make_case

pytestmark = pytest.mark.django_db


def ask_for_a_code() -> None:
    make_code(email=IVAN)


def end_a_session() -> None:
    end_sign_in(mark="a" * 32)


def remove_an_address() -> None:
    case = make_case()
    remove_contact_point(point=case.customer.contact_points.get(), actor=acting(case.owner))


@pytest.mark.parametrize(
    ("happens", "kept", "lasts"),
    [
        (ask_for_a_code, AddressProof, timedelta(days=1, minutes=10)),
        (end_a_session, EndedSignIn, timedelta(days=30)),
        (remove_an_address, FormerAddress, timedelta(days=30)),
    ],
)
def test_it_is_kept_that_long_and_no_longer(happens: Callable[[], None], kept: type[Model], lasts: timedelta) -> None:
    happens()
    then = timezone.now()

    with time_machine.travel(then + lasts - timedelta(minutes=1), tick=False):
        forget_old_codes()
    assert kept._default_manager.count() == 1

    with time_machine.travel(then + lasts + timedelta(minutes=1), tick=False):
        forget_old_codes()
    assert kept._default_manager.count() == 0
