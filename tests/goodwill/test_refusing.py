"""Saying no: by a rule, with a reason, kindly; and every word goes with the person."""

import json
import zipfile

import pytest

from otklik.cases.actions import erase_person
from otklik.cases.export import personal_data
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.goodwill.actions import give, say_no, set_gift, set_rule
from otklik.goodwill.models import Entry, Gesture, SaidNo
from otklik.reach.models import Message
from tests.building import acting, fresh, make_case, refused
from tests.goodwill.building import make_gift, make_rule, ready, settle_the_ledger, wish

pytestmark = pytest.mark.django_db
WHY = "Пять занятий уже прошли, вернуть за них не могу."


@pytest.fixture
def case() -> Case:
    return make_case()


def test_a_no_is_kept_with_its_rule_and_the_case_stays_open(case: Case) -> None:
    rule = make_rule()

    row = say_no(case=case, rule=rule, reason=WHY, actor=acting(case.owner), instead=make_gift("nine", 0))

    assert (row.rule, row.reason, row.told_at, row.instead.code) == (rule, WHY, None, "nine")  # type: ignore[union-attr]
    assert fresh(case).state == Case.State.OPEN
    assert not Message.objects.filter(purpose=Message.Purpose.ANSWER).exists()
    assert Event.objects.get(name="goodwill.no_said").payload["rule_id"] == rule.pk


def test_the_letter_leaves_in_ones_own_name(case: Case) -> None:
    row = say_no(case=case, rule=make_rule(), reason=WHY, words=WHY, actor=acting(case.owner))

    assert row.told_at is not None
    assert Message.objects.get(purpose=Message.Purpose.ANSWER).agent == case.owner


def test_a_rule_alone_is_no_reason(case: Case) -> None:
    with refused("reason_missing"):
        say_no(case=case, rule=make_rule(), reason=" ", actor=acting(case.owner))

    assert not SaidNo.objects.exists()


def test_a_rule_that_no_longer_holds_says_nothing(case: Case) -> None:
    rule = set_rule(rule=make_rule(), actor=SYSTEM, values={"is_active": False})

    with refused("rule_gone"):
        say_no(case=case, rule=rule, reason=WHY, actor=acting(case.owner))


@pytest.mark.parametrize("place", ["reason", "words"])
def test_what_is_offered_instead_is_not_tied_to_a_rating(case: Case, place: str) -> None:
    said = {"reason": WHY, "words": WHY, place: "Подарим тетрадь, если оставите отзыв."}

    with refused("tied_to_a_rating"):
        say_no(case=case, rule=make_rule(), actor=acting(case.owner), instead=make_gift("nine", 0), **said)
    assert not Message.objects.filter(purpose=Message.Purpose.ANSWER).exists()
    say_no(
        case=case, rule=make_rule("reviews"), actor=acting(case.owner), **said
    )  # where nothing is given, it is a word


def test_what_left_the_catalogue_is_not_offered(case: Case) -> None:
    gift = set_gift(gift=make_gift(), actor=SYSTEM, values={"is_active": False})

    with refused("gift_gone"):
        say_no(case=case, rule=make_rule(), reason=WHY, actor=acting(case.owner), instead=gift)


def test_words_are_taken_out_with_the_person_and_go_with_them_the_ledger_stays(case: Case) -> None:
    give(case=case, wish=wish(ready(case), reason="Хвалила карточки", words="Курьер завтра"), actor=acting(case.owner))
    say_no(case=case, rule=make_rule(), reason=WHY, actor=acting(case.owner))

    with personal_data(case.customer, actor=acting(case.owner)) as file, zipfile.ZipFile(file) as archive:
        taken = json.loads(archive.read("data.json"))
    erase_person(customer=case.customer, actor=SYSTEM)

    settle_the_ledger()
    assert [one["reason"] for one in taken["goodwill"]] == ["Хвалила карточки"]
    assert [one["reason"] for one in taken["refusals"]] == [WHY]
    assert (Gesture.objects.get().reason, Gesture.objects.get().words, SaidNo.objects.get().reason) == ("", "", "")
    assert Entry.objects.get(kind="given").amount == 42_000
