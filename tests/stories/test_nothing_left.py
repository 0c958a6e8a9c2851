"""Whoever is forgotten stands in no table and in no waiting letter: all of the database is read for them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from otklik.cases.actions import erase_person, mark_solved, note, reply, save_draft
from otklik.cases.models import Case
from otklik.customers.actions import add_contact_point, edit_customer, make_code, remove_contact_point
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM
from otklik.knowledge.actions import Asked, join_case, note_search
from otklik.knowledge.models import Place
from otklik.reach.models import GateRefusal, Message, RawMessage
from otklik.team.actions.pins import pin_page
from otklik.team.models import Agent
from otklik.team.queries import pins_of
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import HELP, acting, arrive, fresh, letter, make_agent, make_inbox, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)

NAME, ADDRESS, OTHER, PHONE = "Забудков", "zabudkov@mail.example", "zabudkov@old.example", "+79005550199"
TRACES = ("забудков", "zabudkov", "9005550199")


def everywhere() -> dict[str, list[str]]:
    """Rows in which a trace stands, by table."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            condition = " OR ".join(["lower(row::text) LIKE %s"] * len(TRACES))
            cursor.execute(f"SELECT row::text FROM {table} row WHERE {condition}", [f"%{one}%" for one in TRACES])
            rows = [text for (text,) in cursor.fetchall()]
            if rows:
                found[table] = rows
    return found


@pytest.fixture
def petr() -> Case:
    """Somebody else's case, in which the one who will be forgotten was named and wrote."""
    make_agent()
    make_inbox()
    arrive(
        letter("Здравствуйте!", From="petr@mail.example", Cc=f"{NAME} <{ADDRESS}>", Message_ID="<petr@mail.example>")
    )
    arrive(
        letter(
            f"Пишет {NAME}", From=f"{NAME} <{ADDRESS}>", Reply_To=OTHER, To=HELP,
            Subject="Re: дело", Message_ID="<in@mail.example>", References="<petr@mail.example>",
        )
    )  # fmt: skip
    return Case.objects.get()


def _lived(petr: Case) -> Customer:
    """Somebody of whom the house knows all that it can know."""
    arrive(
        letter(f"Я {NAME}, {PHONE}", From=f"{NAME} <{ADDRESS}>", Subject=f"{NAME} пишет", Message_ID="<z@mail.example>")
    )
    case = Case.objects.exclude(pk=petr.pk).get()
    anna, customer = acting(case.owner), case.customer
    add_contact_point(customer=customer, kind="phone", value=PHONE, actor=anna)
    add_contact_point(customer=customer, kind="email", value=OTHER, actor=anna)
    remove_contact_point(point=ContactPoint.objects.get(value=OTHER), actor=anna)
    edit_customer(
        customer=customer, changes={"role_there": f"{NAME}-директор", "remembered": f"{NAME} любит чай"}, actor=anna
    )
    Customer.objects.filter(pk=customer.pk).update(custom={"order": NAME})
    make_code(email=ADDRESS)
    note(case=case, actor=anna, text=f"Позвонить: {NAME}")
    reply(case=case, actor=anna, text=f"Господин {NAME}, едет.")
    run_jobs()
    GateRefusal.objects.create(customer=customer, address=ADDRESS, purpose="question", step="hard_bounce")
    mark_solved(case=fresh(case), actor=anna, summary=f"{NAME} получил.")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(case=case), is_solved=True, words=f"Доволен. {NAME}")
    save_draft(case=fresh(case), actor=anna, kind="note", text=f"{NAME}?")
    note_search(Asked(words=f"{NAME} возврат", place=Place.PORTAL, visitor="a" * 32), found=0, is_answered=False)
    join_case(visitor="a" * 32, case_id=case.pk)
    for address in (f"/desk/customers/{customer.pk}/", f"/desk/cases/{case.pk}/", f"/desk/?view=all&q={ADDRESS}"):
        pin_page(address=address, actor=anna, name="" if "?" not in address else f"Дела: {NAME}")
    pin_page(address="/desk/customers/?q=zabudkov%40old.example", actor=anna, name="Кто-то")
    row = arrive(letter("Спам", From=f"{NAME} <{ADDRESS}>", Message_ID="<s@mail.example>", X_Spam_Flag="YES"))
    assert RawMessage.objects.get(pk=row.pk).state == "held"
    run_jobs()
    return Customer.objects.get(pk=customer.pk)


def test_whoever_is_forgotten_stands_nowhere_any_more(petr: Case) -> None:
    customer = _lived(petr)
    assert len(everywhere()) > 10

    erase_person(customer=customer, actor=SYSTEM)
    run_jobs()

    assert everywhere() == {}
    waiting = Path(settings.DATA_DIR, "outbox").glob("*.eml")
    assert [file.name for file in waiting if ADDRESS in file.read_text("utf-8", "replace").lower()] == []


def test_the_other_case_keeps_what_was_said_in_it_by_others(petr: Case) -> None:
    said = Message.objects.get(external_id="petr@mail.example").full_text
    customer = _lived(petr)

    erase_person(customer=customer, actor=SYSTEM)

    assert Message.objects.get(external_id="petr@mail.example").full_text == said
    assert fresh(petr).customer.contact_points.get().value == "petr@mail.example"


def test_what_a_colleague_keeps_at_hand_of_others_stays(petr: Case) -> None:
    customer = _lived(petr)
    anna = acting(petr.owner)
    pin_page(address=f"/desk/cases/{petr.pk}/", actor=anna, name="Дело Петра")
    pin_page(address="/desk/customers/", actor=anna, name=f"{NAME}ские")
    assert len(pins_of(Agent.objects.get())) == 6

    erase_person(customer=customer, actor=SYSTEM)

    assert [one.name for one in pins_of(Agent.objects.get())] == ["Дело Петра", f"{NAME}ские"]
