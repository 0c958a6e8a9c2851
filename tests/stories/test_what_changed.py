"""An edit says just what is different by it, and nothing when nothing is."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from otklik.cases.actions import edit_case, save_custom_field, save_macro
from otklik.customers.actions import edit_organization, found_organization
from otklik.foundation.actors import Actor
from otklik.foundation.models import Event
from otklik.foundation.policies import change_policies, policy
from otklik.knowledge.actions import Words, set_article, set_brand, set_section, write_article
from otklik.standards.actions import set_standard
from otklik.team.actions import edit_agent, edit_team
from otklik.team.queries import first_team
from tests.building import acting, make_agent, make_case, make_lead, make_standard

pytestmark = pytest.mark.django_db

type Edit = Callable[[Mapping[str, Any]], object]


@pytest.fixture
def admin() -> Actor:
    return acting(make_agent("Вера Ильина", "vera@gorizont.example", "admin"))


def custom_field(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    as_it_is = {"name": "Заказ", "kind": "text", "choices": []}
    field = save_custom_field(about="case", key="order", values=as_it_is, actor=admin)
    return (
        lambda values: save_custom_field(about="case", key="order", values=values, actor=admin, field=field),
        as_it_is,
        {"name": "Номер заказа"},
    )


def macro(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    as_it_is = {"title": "Возврат", "text": "Вернём за три дня."}
    one = save_macro(**as_it_is, actor=admin)
    return lambda values: save_macro(**values, actor=admin, macro=one), as_it_is, {"text": "Вернём за день."}


def case(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    one = make_case()
    as_it_is = {"subject": one.subject, "priority": one.priority}
    return lambda values: edit_case(case=one, actor=admin, changes=values), as_it_is, {"subject": "Другое"}


def organization(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    as_it_is = {"name": "Маяк", "domain": "mayak.example"}
    one = found_organization(**as_it_is, actor=admin)
    return (
        lambda values: edit_organization(organization=one, **values, actor=admin),
        as_it_is,
        {"domain": "mayak-2.example"},
    )


def team(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    one = first_team()
    as_it_is = {"name": one.name, "working_time": one.working_time, "is_first": True}
    return lambda values: edit_team(team=one, **values, actor=admin), as_it_is, {"name": "Опора"}


def agent(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    one = make_lead()
    as_it_is = {"name": one.name, "signature": one.signature}
    return lambda values: edit_agent(agent=one, actor=admin, changes=values), as_it_is, {"signature": "До связи"}


def section(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    as_it_is = {"titles": {"ru": "Оплата"}, "slug": "pay"}
    one = set_section(actor=admin, values=as_it_is)
    return lambda values: set_section(actor=admin, values=values, section=one), as_it_is, {"slug": "payment"}


def brand(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    as_it_is = {"name": "Маяк", "host": "help.mayak.example"}
    one = set_brand(actor=admin, values=as_it_is)
    return lambda values: set_brand(actor=admin, values=values, brand=one), as_it_is, {"name": "Маяк-2"}


def article(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    one = write_article(words=Words(title="Возврат", body="Вернём."), actor=admin)
    as_it_is = {"slug": one.slug, "review_every_days": one.review_every_days}
    return (
        lambda values: set_article(article=one, actor=admin, values=values),
        as_it_is,
        {"review_every_days": 77},
    )


def standard(admin: Actor) -> tuple[Edit, dict[str, Any], dict[str, Any]]:
    one = make_standard("Жалоба")
    as_it_is = {"name": "Жалоба", "case_kind": one.case_kind}
    return lambda values: set_standard(standard=one, actor=admin, values=values), as_it_is, {"name": "Претензия"}


EDITS = (custom_field, macro, case, organization, team, agent, section, brand, article, standard)


@pytest.mark.parametrize("thing", EDITS, ids=lambda thing: thing.__name__)
def test_an_edit_tells_what_is_different_and_nothing_else(
    thing: Callable[[Actor], tuple[Edit, dict[str, Any], dict[str, Any]]], admin: Actor
) -> None:
    edit, as_it_is, different = thing(admin)
    last = Event.objects.latest("id").pk

    edit(as_it_is)
    assert list(Event.objects.filter(pk__gt=last).values_list("name", "payload")) == []
    edit({**as_it_is, **different})

    told = [event.payload["fields"] for event in Event.objects.filter(pk__gt=last) if "fields" in event.payload]
    assert told == [list(different)]


def test_rules_of_the_house_tell_which_are_different(admin: Actor) -> None:
    name, other = "company.name", "reach.delivery_attempts"
    as_it_is = {one: policy(one) for one in (name, other)}
    last = Event.objects.latest("id").pk

    assert change_policies(values=as_it_is, actor=admin) == []
    assert change_policies(values={**as_it_is, other: as_it_is[other] + 1}, actor=admin) == [other]

    assert [event.payload["names"] for event in Event.objects.filter(pk__gt=last)] == [[other]]
