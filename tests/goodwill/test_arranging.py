"""What leads arrange: the catalogue, rules, limits and budgets."""

from typing import Any

import pytest

from otklik.cases.actions import tag_case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.goodwill.actions import set_gift, set_limit, set_rule
from otklik.goodwill.models import Gift, Limit
from otklik.goodwill.money import kopecks_of, money
from otklik.goodwill.queries import gifts_for
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused
from tests.goodwill.building import make_gift, make_rule
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"name": " "}, "name_missing"),
        ({"code": ""}, "code_missing"),
        ({"name": "Подарок courier"}, "name_taken"),
        ({"code": "courier"}, "code_taken"),
        ({"code": "Курьер"}, "code_invalid"),
        ({"kind": "bribe"}, "kind_unknown"),
        ({"kinds": ["bribe"]}, "kind_unknown"),
        ({"is_open": True, "cost": 0}, "cost_missing"),
        ({"words": "Ждём ваш отзыв"}, "tied_to_a_rating"),
    ],
)
def test_a_gift_is_refused(values: dict[str, Any], code: str) -> None:
    make_gift()

    with refused(code):
        set_gift(gift=None, actor=SYSTEM, values={"code": "x", "name": "Открытка", "cost": 1} | values)

    assert Gift.objects.count() == 1


def test_a_changed_gift_says_what_changed_and_its_tags_are_tidy() -> None:
    gift = make_gift()

    set_gift(gift=gift, actor=SYSTEM, values={"tags": [" Посылка  Опоздала ", "посылка опоздала", ""], "cost": 42000})

    assert gift.tags == ["посылка опоздала"]
    assert Event.objects.filter(name="goodwill.gift_changed").last().payload["fields"] == ["tags"]  # type: ignore[union-attr]


def test_what_fits_the_case_comes_first_and_the_cheaper_before_the_dearer() -> None:
    case = make_case()
    tag_case(case=case, actor=acting(case.owner), add=["посылка опоздала"])
    dear = make_gift("dear", 900, tags=["посылка опоздала"])
    cheap = make_gift("cheap", 0, kinds=["question"])
    other = make_gift("other", 1)
    make_gift("gone", 1, is_active=False)

    assert gifts_for(fresh(case)) == ([cheap, dear], [other])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": " "}, "text_missing"),
        ({"name": ""}, "name_missing"),
        ({"code": "third-lesson"}, "code_taken"),
    ],
)
def test_a_rule_is_refused(values: dict[str, Any], code: str) -> None:
    make_rule()

    with refused(code):
        set_rule(rule=None, actor=SYSTEM, values={"code": "x", "name": "Другое", "text": "Так"} | values)


def test_nobody_sets_their_own_limit_and_none_is_below_nothing() -> None:
    olga, anna = make_lead(), make_agent()

    with refused("own_limit"):
        set_limit(agent=olga, day=1, month=1, actor=acting(olga))
    with refused("limit_invalid"):
        set_limit(agent=anna, day=-1, month=None, actor=acting(olga))
    set_limit(agent=anna, day=1, month=None, actor=acting(olga))
    set_limit(agent=anna, day=1, month=None, actor=acting(olga))

    assert Event.objects.filter(name="goodwill.limit_changed").count() == 1


@pytest.mark.django_db(transaction=True)
@locks("goodwill.actions.arranging.set_limit")
def test_a_limit_is_set_by_one_at_a_time() -> None:
    anna = make_agent()
    set_limit(agent=anna, day=1, month=1, actor=SYSTEM)

    said = while_open(
        lambda: set_limit(agent=anna, day=2, month=1, actor=SYSTEM),
        lambda: set_limit(agent=anna, day=3, month=1, actor=SYSTEM),
    )

    assert said == ["done", "done"]
    assert Limit.objects.get().day == 3


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [
        ("1 200", 120_000), ("420,50", 42_050), ("420.5 ₽", 42_050), ("0", 0), ("1,005", None), ("-1", None),
        ("", None), ("много", None), ("1e999", None), ("nan", None),
    ],
)  # fmt: skip
def test_rubles_become_kopecks(text: str, kopecks: int | None) -> None:
    assert kopecks_of(text) == kopecks


@pytest.mark.parametrize(
    ("kopecks", "said"), [(120_000, "1 200 ₽"), (42_050, "420,50 ₽"), (-31_000, "−310 ₽"), (0, "0 ₽")]
)
def test_kopecks_are_said_in_rubles(kopecks: int, said: str) -> None:
    assert money(kopecks).replace("\N{NO-BREAK SPACE}", " ") == said
