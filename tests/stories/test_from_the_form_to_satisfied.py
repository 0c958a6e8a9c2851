"""One matter of one customer, who uses nothing but a browser without scripts and their mail."""

from email import message_from_bytes, policy

import pytest
from django.test import Client

from otklik.cases.actions import mark_solved, reply
from otklik.cases.models import Alert, Case
from tests.building import acting, fresh, make_agent, make_inbox, make_lead, outbox, run_jobs
from tests.portal.typing_in import link_in, once, picture, send_form

pytestmark = pytest.mark.django_db


def last_letter() -> str:
    body = message_from_bytes(outbox()[-1], policy=policy.default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_from_the_form_over_no_to_yes(client: Client) -> None:
    anna, olga = make_agent(), make_lead()
    make_inbox()

    sent = send_form(client, attachments=[picture()])
    run_jobs()

    case = Case.objects.get()
    assert case.owner.name in client.get(sent["Location"]).text
    assert case.owner.name in last_letter()
    my_case = link_in(last_letter())
    assert "статус.png" in client.get(my_case).text

    client.post(my_case, {"once": once("more"), "text": "Номер заказа 10482."})
    run_jobs()
    assert fresh(case).preview == "Номер заказа 10482."

    reply(case=fresh(case), actor=acting(case.owner), text="Учебник уже едет.")
    run_jobs()
    assert link_in(last_letter())
    assert "Учебник уже едет." in client.get(my_case).text

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Учебник доставлен.")
    run_jobs()
    question = link_in(last_letter(), "answer")
    assert client.get(question).status_code == 200
    assert fresh(case).state == Case.State.SOLVED

    client.post(question, {"solved": "no", "words": "Учебника всё ещё нет"})
    run_jobs()
    assert (fresh(case).state, fresh(case).owner) == (Case.State.OPEN, case.owner)
    assert Alert.objects.filter(agent=olga, case=case, reason="dissatisfied").exists()
    assert anna.is_active

    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Учебник у вас.")
    run_jobs()
    client.post(link_in(last_letter(), "answer"), {"solved": "yes", "satisfaction": "5", "ease": "6"})

    done = fresh(case)
    assert done.state == Case.State.SATISFIED
    assert done.word is not None
    assert (done.word.satisfaction, done.word.ease) == (5, 6)
    assert "5" in client.get(my_case).text
