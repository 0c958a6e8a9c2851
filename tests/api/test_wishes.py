"""How a person likes to be served, for programs."""

from typing import Any

import pytest

from otklik.customers.actions import Wished, write_wishes
from otklik.foundation.actors import Role, Sight
from otklik.foundation.models import Event
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import customer_actor, make_agent, make_case

pytestmark = pytest.mark.django_db


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_it_is_read_and_written_with_its_history() -> None:
    case = make_case()
    anna, path = Program(case.owner), f"/customers/{case.customer_id}/wishes"
    empty = anna.get(path).json()
    assert (empty["number"], empty["needs"], empty["at"], empty["history"]) == (0, [], None, [])
    write_wishes(customer=case.customer, actor=customer_actor(case), wished=Wished(pace="short"))

    now = anna.post(path, {"pace": "detailed", "needs": ["no_phone"], "was": 1}).json()

    assert (now["number"], now["pace"], now["needs"], now["written_by"]) == (
        2,
        "detailed",
        ["no_phone"],
        "Анна Смирнова",
    )
    assert [one["written_by"] for one in now["history"]] == ["Анна Смирнова", None]
    assert now["history"][1]["sentences"] == ["Pace: “briefly”."]
    assert anna.get(path).json() == now
    assert anna.post(path, {"pace": "detailed", "needs": ["no_phone"]}).json()["number"] == 2
    assert Event.objects.filter(name="customers.wishes_changed").count() == 2


def test_it_says_no_as_the_page_does() -> None:
    case = make_case()
    anna, path = Program(case.owner), f"/customers/{case.customer_id}/wishes"

    assert refused(anna.post(path, {"channel": "phone", "needs": ["no_phone"]})) == (422, "wishes_contradict")
    assert refused(anna.post(path, {"needs": ["a horse"]})) == (422, "input_invalid")
    assert refused(anna.post(path, {"pace": "short", "was": 7})) == (409, "changed_meanwhile")
    assert refused(anna.get("/customers/999999/wishes")) == (404, "not_found")


def test_nobody_reads_it_of_a_person_out_of_sight() -> None:
    case = make_case()
    vera = make_agent("Вера", "vera@gorizont.example", Role.AGENT)
    Agent.objects.filter(pk=vera.pk).update(sight=Sight.OWN)
    program = Program(Agent.objects.get(pk=vera.pk))

    assert refused(program.get(f"/customers/{case.customer_id}/wishes")) == (404, "not_found")
    assert refused(program.post(f"/customers/{case.customer_id}/wishes", {"pace": "short"})) == (404, "not_found")
