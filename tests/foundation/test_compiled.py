"""Queries whose SQL is made once: they answer as Django's own do, for whoever asks."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases.models import Case
from otklik.cases.queries import alike, anybody, case_by_number, eyes_of, visible_to
from otklik.foundation.actors import SYSTEM, Actor, Sight
from otklik.foundation.database.compiled import Compiled, Given, GivenIds, statement
from otklik.foundation.errors import Refusal
from otklik.team.models import Agent
from otklik.team.queries import actor_for
from tests.building import make_agent, make_case

pytestmark = pytest.mark.django_db


def seeing(agent: Agent, sight: Sight) -> Actor:
    agent.sight = sight
    return actor_for(agent)


def test_models_come_whole_with_what_they_point_to() -> None:
    case = make_case(owner=make_agent(), tags=["срочно"])
    query = Compiled(lambda: Case.objects.select_related("customer", "word").filter(pk=Given("number")))

    with CaptureQueriesContext(connection) as asked:
        (found,) = query(number=case.pk)
        told = found.customer.name, found.word, found.tags, found.custom, found.created_at

    assert told == (case.customer.name, None, case.tags, case.custom, Case.objects.get().created_at)
    assert found == case
    assert not found._state.adding
    assert len(asked) == 1
    assert query(number=case.pk + 1) == []


def test_columns_that_were_left_out_are_asked_for_later() -> None:
    case = make_case(owner=make_agent())

    (found,) = Compiled(lambda: Case.objects.only("subject").filter(pk=Given("number")))(number=case.pk)

    assert "preview" not in found.__dict__
    assert found.preview == case.preview


def test_values_are_values_and_never_sql() -> None:
    make_case(owner=make_agent(), subject="100 % верно")
    query = Compiled(lambda: Case.objects.filter(subject__icontains=Given("part")).values_list("subject"))

    assert query(part="0 % В") == [("100 % верно",)]
    assert query(part="' OR true --") == []
    assert query(part="_") == []


def test_lists_of_ids_may_be_of_any_length_and_order_stays() -> None:
    anna = make_agent()
    first, second = make_case(owner=anna), make_case(owner=anna)
    query = Compiled(lambda: Case.objects.filter(pk__in=GivenIds("numbers")).order_by("-id").values_list("pk"))

    assert query(numbers=[]) == []
    assert query(numbers=[first.pk]) == [(first.pk,)]
    assert query(numbers=[first.pk, second.pk, 0]) == [(second.pk,), (first.pk,)]


def test_a_moment_given_may_be_reckoned_with() -> None:
    case = make_case(owner=make_agent())
    until: object = Given("now") + timedelta(minutes=5)
    query = Compiled(lambda: Case.objects.filter(created_at__lt=until).values_list("pk"))

    assert query(now=timezone.now()) == [(case.pk,)]
    assert query(now=timezone.now() - timedelta(minutes=6)) == []


def test_a_query_that_nothing_can_match_asks_nobody() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert Compiled(Case.objects.none)() == []

    assert len(asked) == 0
    assert statement(Case.objects.none()).sql == ""


@pytest.mark.parametrize("sight", list(Sight))
def test_who_sees_alike_shares_a_query_and_still_sees_only_their_own(sight: Sight) -> None:
    anna, boris = make_agent(), make_agent("Борис Львов", "boris@gorizont.example")
    boris.memberships.all().delete()
    hers, his = make_case(owner=anna), make_case(owner=boris)
    query = Compiled(lambda: visible_to(anybody(*alike(seeing(anna, sight)))).order_by("id").values_list("pk"))

    for agent in (anna, boris):
        actor = seeing(agent, sight)
        assert query(**eyes_of(actor)) == list(visible_to(actor).order_by("id").values_list("pk"))
    assert query(**eyes_of(seeing(boris, sight))) == ([(hers.pk,), (his.pk,)] if sight is Sight.ALL else [(his.pk,)])


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**30])
def test_a_number_of_no_case_is_refused_whatever_its_length(number: int) -> None:
    with pytest.raises(Refusal) as refused:
        case_by_number(number, actor=SYSTEM)

    assert refused.value.code == "not_found"
