"""An invitation that left and came back: the report names our letter, and the admins see whose it was."""

import pytest
from django.core import mail

from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.reach.models import Message, RawMessage
from otklik.team.actions import create_agent, invite_agent, note_bounced_invitation, note_coming
from otklik.team.models import Agent
from tests.building import arrive, make_agent, run_jobs
from tests.desk.visiting import desk
from tests.reach.mail.letters import letter, multipart, part, text

pytestmark = pytest.mark.django_db
IGOR = "igor@gorizont.example"


@pytest.fixture
def vera() -> Agent:
    return make_agent("Вера Орлова", "vera@gorizont.example", "admin")


@pytest.fixture
def igor(vera: Agent) -> Agent:
    agent, _new = create_agent(email=IGOR, name="Игорь Лыткин")
    return invite(agent)


def invite(agent: Agent) -> Agent:
    invite_agent(agent=agent, actor=SYSTEM)
    run_jobs()
    return fresh(agent)


def fresh(agent: Agent) -> Agent:
    return Agent.objects.get(pk=agent.pk)


def report(letter_id: str, *, action: str = "failed", status: str = "5.1.1") -> None:
    said = (
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; {IGOR}\r\nAction: {action}\r\nStatus: {status}"
    )
    returned = f"Message-ID: <{letter_id}>\r\nFrom: help@gorizont.example\r\nTo: {IGOR}\r\nSubject: x\r\n"
    kind, body = multipart(
        text("It did not arrive."),
        part(said, "Content-Type: message/delivery-status"),
        part(returned, "Content-Type: text/rfc822-headers"),
        kind="report; report-type=delivery-status",
    )
    head = b"From: MAILER-DAEMON@mx.example\r\nTo: help@gorizont.example\r\nSubject: Undelivered\r\n"
    arrive(letter(kind, body=body, head=head))


def test_the_letter_bears_the_name_that_is_kept(igor: Agent) -> None:
    assert mail.outbox[-1].message()["Message-ID"] == f"<{igor.invitation_id}>"
    assert mail.outbox[-1].to == [IGOR]


def test_a_report_is_shown_to_the_admins(igor: Agent, vera: Agent) -> None:
    report(igor.invitation_id)

    assert fresh(igor).invitation_problem == "bounced"
    assert Alert.objects.get().agent == vera
    assert "Приглашение вернулось: проверьте адрес" in desk(vera).get("/desk/settings/agents/").text
    assert "Приглашение не дошло: Игорь Лыткин." in desk(vera).get("/desk/settings/steps").text
    assert "Приглашение не дошло" in desk(vera).get("/desk/alerts/").text


def test_the_report_is_settled_and_opens_no_case(igor: Agent) -> None:
    report(igor.invitation_id)

    assert RawMessage.objects.get().state == "received"
    assert not Case.objects.exists()
    assert not Message.objects.exists()


def test_told_twice_it_is_one_alert(igor: Agent) -> None:
    report(igor.invitation_id)

    assert note_bounced_invitation(message_ids=[igor.invitation_id])
    run_jobs()

    assert Alert.objects.count() == 1


def test_the_next_one_that_comes_back_is_told_again(igor: Agent) -> None:
    report(igor.invitation_id)
    again = invite(igor)
    problem = again.invitation_problem

    report(again.invitation_id)

    assert problem == ""
    assert fresh(igor).invitation_problem == "bounced"
    assert Alert.objects.count() == 2


def test_a_report_about_an_earlier_one_says_nothing_of_the_last(igor: Agent) -> None:
    earlier = igor.invitation_id
    invite(igor)

    report(earlier)

    assert fresh(igor).invitation_problem == ""
    assert RawMessage.objects.get().held_reason == "bounce_of_unknown_letter"


def test_a_delay_is_no_failure(igor: Agent) -> None:
    report(igor.invitation_id, action="delayed", status="4.4.1")

    assert fresh(igor).invitation_problem == ""


def test_no_report_fits_an_agent_who_was_never_invited(vera: Agent) -> None:
    assert not note_bounced_invitation(message_ids=["", "word@mail.example"])
    assert fresh(vera).invitation_problem == ""


def test_who_comes_all_the_same_ends_the_worry(igor: Agent) -> None:
    report(igor.invitation_id)

    note_coming(agent=fresh(igor))

    assert fresh(igor).invitation_problem == ""
