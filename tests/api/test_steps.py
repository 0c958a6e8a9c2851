"""Steps, proposals, the archive and tiers for programs."""

from typing import Any

import pytest

from otklik.cases.models import Case, CaseStep
from otklik.customers.actions import edit_customer, found_organization
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import set_policy
from otklik.standards.actions import Words
from otklik.standards.models import Standard
from tests.api.calling import CASE, Program
from tests.building import make_agent, make_lead, make_standard

pytestmark = pytest.mark.django_db
STEPS = Words(how=["Извинились", "Назвали час"], ticked_by=["", "moment_named"])


@pytest.fixture
def olga() -> Program:
    return Program(make_lead())


@pytest.fixture
def complaint() -> Standard:
    return make_standard(words=STEPS, case_kind="complaint")


def opened(program: Program, **values: Any) -> int:
    answer = program.post("/cases", CASE | {"kind": "complaint"} | values)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["number"])


def refused(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


def test_steps_are_read_ticked_skipped_and_opened(complaint: Standard, olga: Program) -> None:
    number = opened(olga)
    first, second = olga.get(f"/cases/{number}").json()["steps"]
    assert (first["id"], first["text"], first["state"], first["ticked_by"]) == (1, "Извинились", "open", "")
    assert (second["id"], second["ticked_by"], second["by"], second["at"]) == (2, "moment_named", None, None)

    done = olga.post(f"/cases/{number}/steps/1", {}).json()["items"][0]
    skipped = olga.post(f"/cases/{number}/steps/2", {"state": "skipped", "because": "Знал сам", "version": 1}).json()
    again = olga.post(f"/cases/{number}/steps/1", {"state": "open"}).json()

    assert (done["state"], done["by"]["email"]) == ("done", "olga@gorizont.example")
    assert (skipped["items"][1]["state"], skipped["items"][1]["because"]) == ("skipped", "Знал сам")
    assert [one["state"] for one in again["items"]] == ["open", "skipped"]
    assert CaseStep.objects.count() == 1


def test_what_cannot_be_marked_is_refused(complaint: Standard, olga: Program) -> None:
    number = opened(olga)

    assert refused(olga.post(f"/cases/{number}/steps/3", {})) == (404, "not_found")
    assert refused(olga.post(f"/cases/{number}/steps/1", {"state": "skipped"})) == (422, "reason_missing")
    assert refused(olga.post(f"/cases/{number}/steps/1", {"version": 7})) == (409, "changed_meanwhile")
    set_policy("cases.steps_before_solved", value=True)
    assert refused(olga.post(f"/cases/{number}/solve", {"summary": "Сделано"})) == (422, "steps_open")


def test_a_change_is_proposed_and_decided(complaint: Standard, olga: Program) -> None:
    anna = Program(make_agent())
    number, path = opened(olga), f"/standards/{complaint.pk}/proposals"

    first = anna.post(path, {"words": "Прислать главу", "case": number}).json()
    second = anna.post(path, {"words": "Звонить"}).json()
    taken = olga.post(f"/standards/proposals/{first['id']}/take", {}).json()
    declined = olga.post(f"/standards/proposals/{second['id']}/decline", {"because": "Дорого"}).json()

    assert (first["case"], first["author"]["email"], first["state"]) == (number, "anna@gorizont.example", "open")
    assert (taken["state"], declined["state"], declined["because"]) == ("taken", "declined", "Дорого")
    assert refused(olga.post(f"/standards/proposals/{first['id']}/take", {})) == (422, "decided_already")
    assert refused(anna.post(f"/standards/proposals/{first['id']}/decline", {"because": "Нет"})) == (403, "not_allowed")
    listed = olga.get("/standards/proposals?limit=1").json()
    assert [one["id"] for one in listed["items"]] == [second["id"]]
    rest = olga.get(f"/standards/proposals?cursor={listed['next']}").json()
    assert ([one["id"] for one in rest["items"]], rest["next"]) == ([first["id"]], None)
    only = olga.get(f"/standards/proposals?standard={complaint.pk}&state=taken").json()["items"]
    assert [one["id"] for one in only] == [first["id"]]


def test_what_a_standard_is_for_is_written_read_and_chosen_by(olga: Program) -> None:
    school = found_organization(name="Школа", actor=SYSTEM, tier="Золотой")
    body = {"name": "Школа", "how": ["Назвали час"], "ticked_by": ["moment_named"], "organization": school.pk,
            "channel": "api", "tag": "Доставка", "tier": "золотой", "team": None}  # fmt: skip
    row = olga.post("/standards", body).json()
    olga.post(f"/standards/{row['id']}/publish", {})
    assert (row["tag"], row["channel"], row["tier"], row["team"]) == ("доставка", "api", "золотой", None)
    assert (row["organization"], row["archived_at"]) == ({"id": school.pk, "name": "Школа"}, None)
    assert row["draft"]["ticked_by"] == ["moment_named"]
    number = opened(olga, tags=["доставка"])
    assert olga.get(f"/cases/{number}").json()["standard"] is None
    customer = Customer.objects.get()
    edit_customer(customer=customer, actor=SYSTEM, changes={"organization": school})

    held = opened(olga, tags=["доставка"], customer=customer.pk)

    assert olga.get(f"/cases/{held}").json()["standard"]["id"] == row["id"]
    assert refused(olga.post(f"/standards/{row['id']}", {"organization": 999})) == (422, "organization_unknown")
    assert olga.post(f"/standards/{row['id']}", {"organization": None}).json()["organization"] is None


def test_a_standard_goes_into_the_archive_and_back(complaint: Standard, olga: Program) -> None:
    number = opened(olga)

    away = olga.post(f"/standards/{complaint.pk}/archive", {}).json()
    later = opened(olga)
    back = olga.post(f"/standards/{complaint.pk}/bring-back", {}).json()

    assert away["archived_at"]
    assert back["archived_at"] is None
    assert olga.get(f"/cases/{later}").json()["standard"] is None
    assert olga.get(f"/cases/{number}").json()["standard"]["id"] == complaint.pk
    assert refused(olga.post(f"/standards/{complaint.pk}/bring-back", {})) == (422, "not_archived")


def test_a_customer_has_a_tier_in_the_words_of_the_house(olga: Program) -> None:
    case = Case.objects.get(pk=opened(olga))
    path = f"/customers/{case.customer_id}"

    told = olga.post(f"{path}/tier", {"tier": "  Золотой "}).json()

    assert (told["tier"], olga.get(path).json()["tier"]) == ("золотой", "золотой")
    make_standard("Золотые", tier="золотой")
    number = opened(olga, customer=case.customer_id)
    assert olga.get(f"/cases/{number}").json()["standard"]["name"] == "Золотые"
    assert olga.post("/customers/999/tier", {"tier": "x"}).status_code == 404
