"""Sight holds through people: who opens a file, changes it, takes it out; what staff cannot open for themselves."""

import re
from email import message_from_bytes, policy

import pytest
from django.test import Client

from otklik.cases.actions import erase_person
from otklik.cases.models import Case
from otklik.customers.actions import (
    add_contact_point,
    edit_customer,
    erase_customer,
    mark_contact_point,
    meet_customer,
    merge_customers,
    note_export,
    remove_contact_point,
)
from otklik.customers.events import AddressVouched
from otklik.customers.models import ContactPoint, Customer, FormerAddress
from otklik.customers.queries import customer_by_id, found
from otklik.foundation.actors import SYSTEM, Actor, Role, Sight
from otklik.foundation.errors import Refusal
from otklik.portal.queries import sign_in_word
from otklik.reach.actions.codes import glimpsed
from otklik.reach.handlers import tell_of_an_address
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import IVAN, acting, make_agent, make_case, make_customer, make_inbox, outbox, run_jobs

pytestmark = pytest.mark.django_db

EVE = "eve@gorizont.example"


@pytest.fixture
def case() -> Case:
    make_inbox()
    return make_case()


def with_sight(sight: Sight, role: Role = Role.ADMIN) -> Agent:
    agent = make_agent("Ева Котова", EVE, role)
    Agent.objects.filter(pk=agent.pk).update(sight=sight, role=role)
    agent.refresh_from_db()
    return agent


@pytest.fixture
def eve() -> Actor:
    """May do everything, but sees only her own cases."""
    return acting(with_sight(Sight.OWN))


def letters() -> list[tuple[str, str]]:
    read = [message_from_bytes(raw, policy=policy.default) for raw in outbox()]
    return [(str(one["To"]), one.get_body(("plain",)).get_content()) for one in read]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "act",
    [
        lambda one, actor: edit_customer(customer=one, actor=actor, changes={"name": "Х"}),
        lambda one, actor: add_contact_point(customer=one, kind="email", value=EVE, actor=actor),
        lambda one, actor: remove_contact_point(point=one.contact_points.get(), actor=actor),
        lambda one, actor: mark_contact_point(point=one.contact_points.get(), actor=actor, is_verified=True),
        lambda one, actor: merge_customers(into=one, other=make_customer("Ева", EVE), actor=actor),
        lambda one, actor: merge_customers(into=make_customer("Ева", EVE), other=one, actor=actor),
        lambda one, actor: note_export(customer=one, actor=actor),
        lambda one, actor: erase_customer(customer=one, actor=actor),
        lambda one, actor: erase_person(customer=one, actor=actor),
        lambda one, actor: customer_by_id(one.pk, actor=actor),
    ],
)  # fmt: skip
def test_nothing_is_done_to_a_person_out_of_sight(case: Case, eve: Actor, act: object) -> None:
    assert callable(act)

    with pytest.raises(Refusal) as refused:
        act(case.customer, eve)

    assert refused.value.code == "not_found"
    assert ContactPoint.objects.filter(customer=case.customer).count() == 1


@pytest.mark.parametrize(
    "act",
    [
        lambda one, actor: edit_customer(customer=one, actor=actor, changes={"name": "Х"}),
        lambda one, actor: add_contact_point(customer=one, kind="email", value=EVE, actor=actor),
        lambda one, actor: remove_contact_point(point=one.contact_points.get(), actor=actor),
        lambda one, actor: mark_contact_point(point=one.contact_points.get(), actor=actor, lives=True),
        lambda one, actor: merge_customers(into=one, other=make_customer("Ева", EVE), actor=actor),
        lambda one, actor: note_export(customer=one, actor=actor),
        lambda one, actor: erase_customer(customer=one, actor=actor),
    ],
)  # fmt: skip
def test_who_has_not_the_right_does_nothing(case: Case, act: object) -> None:
    assert callable(act)
    customer = Actor(kind=acting(case.owner).kind, pk=case.owner_id, role=None, sight=Sight.ALL)

    with pytest.raises(Refusal) as refused:
        act(case.customer, customer)

    assert refused.value.code == "not_allowed"


def test_a_person_is_seen_through_a_case_in_sight_and_by_all_before_the_first(case: Case, eve: Actor) -> None:
    new = make_customer("Новый", "new@mail.example")
    own = make_case(owner=Agent.objects.get(pk=eve.pk), customer=make_customer("Свой", "own@mail.example"))

    seen = set(found("", actor=eve).values_list("pk", flat=True))

    assert seen == {new.pk, own.customer_id}
    assert set(found("mail.example", actor=eve).values_list("pk", flat=True)) == seen
    assert case.customer_id in found("", actor=acting(case.owner)).values_list("pk", flat=True)


def test_pages_of_a_person_follow_the_sight(case: Case, client: Client, eve: Actor) -> None:
    client.force_login(Agent.objects.get(pk=eve.pk))
    point = case.customer.contact_points.get()
    base = f"/desk/customers/{case.customer_id}"

    verify = {"what": "verify", "kind": "email", "value": EVE}
    listed = client.get("/desk/customers/").text + client.get("/desk/customers/?q=иван").text
    reached = {
        path: (client.get(path).status_code, client.post(path, verify).status_code)
        for path in (f"{base}/", f"{base}/edit", f"{base}/merge", f"{base}/erase", f"{base}/export", f"{base}/points",
                     f"{base}/points/{point.pk}")
    }  # fmt: skip

    assert IVAN not in listed
    assert {status for both in reached.values() for status in both} <= {404, 405}
    assert ContactPoint.objects.get().verified_at is None


def test_programs_see_people_as_their_agent_does(case: Case) -> None:
    program = Program(with_sight(Sight.OWN, Role.AGENT))

    assert program.get("/customers").json()["items"] == []
    assert program.get("/customers", email=IVAN).json()["items"] == []
    assert program.get(f"/customers/{case.customer_id}").status_code == 404
    refused = program.post("/customers", {"email": IVAN, "phone": "+7 900 555-01-42"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    assert IVAN not in refused.text.replace("ivan", "")


def test_meeting_somebody_out_of_sight_is_refused_in_words(case: Case, eve: Actor) -> None:
    with pytest.raises(Refusal) as refused:
        meet_customer(name="", email=IVAN, phone="", language="", actor=eve)

    assert refused.value.code == "not_allowed"
    assert Case.objects.get() == case


def test_a_program_opens_no_case_by_the_number_of_somebody_out_of_sight(case: Case) -> None:
    program = Program(with_sight(Sight.OWN, Role.AGENT))
    mine = make_case(owner=Agent.objects.get(email=EVE), customer=make_customer("Свой", "own@mail.example"))
    body = {"subject": "Тема", "text": "Слово", "customer": {"id": case.customer_id}}

    opened = program.post("/cases", body)
    given = program.post(f"/cases/{mine.pk}/customer", {"customer": {"id": case.customer_id}})

    assert (opened.status_code, opened.json()["code"]) == (422, "customer_unknown")
    assert given.json()["code"] == "customer_unknown"
    assert IVAN not in opened.text + given.text


def test_a_case_is_opened_for_somebody_out_of_sight_and_nothing_is_added_to_them(case: Case, client: Client) -> None:
    client.force_login(with_sight(Sight.OWN, Role.AGENT))
    typed = {"name": "Иван", "email": IVAN, "phone": "+7 900 555-01-42", "subject": "Звонок", "text": "Позвонил."}

    client.post("/desk/new/", typed | {"kind": "question", "channel": "phone"})

    assert ContactPoint.objects.filter(customer=case.customer).count() == 1
    assert Case.objects.filter(customer=case.customer).count() == 2


# ── What staff says of an address opens nothing ───────────────────────────────────────────
def code_for(client: Client, email: str) -> str:
    """The code that came to an address; '' when none came."""
    before = len(outbox())
    client.post("/my/", {"email": email})
    run_jobs()
    codes = [re.findall(r"\b\d{6}\b", text) for to, text in letters()[before:] if email in to]
    return codes[0][0] if codes else ""


def test_an_added_address_opens_nothing_before_the_known_ones_are_told(case: Case, client: Client) -> None:
    anna = acting(case.owner)
    run_jobs()
    add_contact_point(customer=case.customer, kind="email", value=EVE, actor=anna)
    client.post("/my/", {"email": EVE})
    assert client.post("/my/code/", {"code": "000000"}).status_code == 422
    before = len(outbox())

    run_jobs()

    told = letters()[before:]
    assert [to for to, _text in told if IVAN in to] == [IVAN]
    assert "e…e@gorizont.example" in next(text for to, text in told if to == IVAN)
    code = code_for(client, EVE)
    assert client.post("/my/code/", {"code": code}).status_code == 302
    assert case.subject in client.get("/my/").text


@pytest.mark.parametrize("how", ["verify", "swap", "merge"])
def test_verifying_swapping_and_merging_tell_too(case: Case, how: str) -> None:
    anna = acting(case.owner)
    if how == "verify":
        point = ContactPoint.objects.create(customer=case.customer, kind="email", value=EVE)
        mark_contact_point(point=point, actor=anna, is_verified=True)
    elif how == "swap":
        remove_contact_point(point=case.customer.contact_points.get(), actor=anna)
        add_contact_point(customer=case.customer, kind="email", value=EVE, actor=anna)
    else:
        merge_customers(into=case.customer, other=make_customer("Ева", EVE), actor=anna)
    assert ContactPoint.objects.get(value=EVE).waits_for_notice

    run_jobs()

    assert any(to == IVAN and glimpsed(EVE) in text for to, text in letters())
    assert not ContactPoint.objects.filter(waits_for_notice=True).exists()


def test_a_session_of_an_address_that_staff_moved_ends(case: Case, client: Client) -> None:
    anna, own = acting(case.owner), make_customer("Ева", EVE)
    client.cookies["otk_my"] = sign_in_word(own, EVE)
    remove_contact_point(point=own.contact_points.get(), actor=anna)
    add_contact_point(customer=case.customer, kind="email", value=EVE, actor=anna)
    run_jobs()

    assert case.subject not in client.get("/my/").text


def test_the_first_address_of_a_person_waits_for_nobody_and_a_phone_opens_nothing(case: Case) -> None:
    anna, new = acting(case.owner), Customer.objects.create(name="Новый")

    first = add_contact_point(customer=new, kind="email", value=EVE, actor=anna)
    phone = add_contact_point(customer=case.customer, kind="phone", value="+7 900 555-01-42", actor=anna)
    ours = add_contact_point(customer=case.customer, kind="email", value="i@else.example", actor=SYSTEM)

    for point in (first, phone, ours):
        point.refresh_from_db()
        assert not point.waits_for_notice


def test_a_notice_that_runs_twice_is_one_letter(case: Case) -> None:
    point = add_contact_point(customer=case.customer, kind="email", value=EVE, actor=acting(case.owner))
    happened = AddressVouched(customer_id=case.customer_id, contact_point_id=point.pk)
    before = len(outbox())

    tell_of_an_address(happened)
    tell_of_an_address(happened)

    assert [to for to, _text in letters()[before:]] == [IVAN]


def test_an_erased_persons_former_addresses_are_forgotten(case: Case) -> None:
    remove_contact_point(point=case.customer.contact_points.get(), actor=acting(case.owner))
    assert FormerAddress.objects.count() == 1

    erase_person(customer=case.customer, actor=SYSTEM)

    assert not FormerAddress.objects.exists()
