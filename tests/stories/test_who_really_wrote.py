"""A person, a machine, a server or the robot of a site: each letter is taken for what it is."""

import pytest

from otklik.cases.actions import mark_solved, reply
from otklik.cases.handlers import tell_the_admins_of_refusals, tell_the_owner_of_the_complaint
from otklik.cases.models import Alert, Case
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.reach.actions import edit_inbox
from otklik.reach.actions.refusals import mind_refusals
from otklik.reach.events import CustomerComplained, MessageUndelivered, OurMailRefused
from otklik.reach.handlers import look_whether_we_are_refused
from otklik.reach.models import Delivery, GateRefusal, Inbox, Message, RawMessage
from otklik.team.models import Role
from tests.building import (
    HELP,
    IVAN,
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_inbox,
    make_lead,
    run_jobs,
)

pytestmark = pytest.mark.django_db

SUPPRESS = "DR, RN, NRN, OOF, AutoReply"


def solved() -> tuple[Case, Message]:
    """A case that the team believes to be solved, and the answer that the customer has."""
    make_agent()
    make_lead()
    arrive(letter(Message_ID="<first@mail.example>"))
    case = Case.objects.get()
    answer = reply(case=case, actor=acting(case.owner), text="Учебник едет.")
    run_jobs()
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Отправили снова.")
    run_jobs()
    assert answer is not None
    return fresh(case), answer


def sent() -> list[str]:
    """To whom letters were handed over, in their order."""
    return list(Delivery.objects.filter(state="sent").order_by("id").values_list("address", flat=True))


# ── Silence is asked by machines for machines ─────────────────────────────────────────────
@pytest.mark.parametrize(
    "headers",
    [
        {"X_Auto_Response_Suppress": SUPPRESS},
        {"List_Id": "<support.firm.example>", "Precedence": "list"},
        {"Precedence": "bulk", "X_Mailer": "CRM"},
    ],
)
def test_a_persons_word_brings_a_case_back_whatever_its_programs_ask(headers: dict[str, str]) -> None:
    case, answer = solved()
    before = len(sent())

    arrive(
        letter("Нет, не заменили!", Message_ID="<no@mail.example>", In_Reply_To=f"<{answer.external_id}>", **headers)
    )

    assert fresh(case).state == "open"
    assert fresh(case).waits_for == "us"
    said = Message.objects.get(external_id="no@mail.example")
    assert said.automatic_because == ""
    assert said.silent_because
    assert len(sent()) == before


def test_only_our_automatic_letters_are_withheld_from_who_asks_for_silence() -> None:
    agent = make_agent()
    arrive(letter(Message_ID="<first@mail.example>", X_Auto_Response_Suppress="All"))
    assert sent() == []
    assert GateRefusal.objects.get().step == "silence_asked"

    reply(case=Case.objects.get(), actor=acting(agent), text="Учебник едет.")
    run_jobs()

    assert len(sent()) == 1


def test_an_absence_known_by_its_words_leaves_the_case_solved() -> None:
    case, answer = solved()
    before = len(sent())

    arrive(
        letter(
            "Меня нет в офисе до 05.12.2026. Отвечу после возвращения.",
            Message_ID="<away@mail.example>",
            Subject="Re: Не пришёл учебник",
            In_Reply_To=f"<{answer.external_id}>",
        )
    )

    assert fresh(case).state == "solved"
    assert Message.objects.get(external_id="away@mail.example").automatic_because == "out_of_office"
    assert len(sent()) == before


# ── Reports ───────────────────────────────────────────────────────────────────────────────
def report(about: str, *, said: str, status: str = "5.0.0", number: int = 1, address: str = IVAN) -> bytes:
    return f"""\
From: Mail Delivery Subsystem <MAILER-DAEMON>
To: {HELP}
Subject: Problem
Message-ID: <report.{number}@relay.example>
Return-Path: <>
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain

It did not arrive.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

Message-ID: <{about}>

--b--
""".encode()


def answered(words: str, number: int) -> Message:
    """An answer to a letter of its own customer, handed over."""
    arrive(letter(words, From=f"c{number}@mail{number}.example", Message_ID=f"<{number}@mail.example>"))
    case = Case.objects.latest("pk")
    answer = reply(case=case, actor=acting(case.owner), text="Едет.")
    run_jobs()
    assert answer is not None
    return answer


def test_a_report_about_us_tells_the_owner_and_leaves_the_address_alive() -> None:
    case, answer = solved()

    arrive(
        report(answer.external_id, said="550 5.1.0 192.0.2.1 is not allowed to send per its SPF Record", status="5.1.0")
    )

    assert Delivery.objects.get(message=answer).state == "bounced"
    assert case.customer.contact_points.get().bounce == ""
    assert Alert.objects.filter(case=case, reason="undelivered", agent=case.owner).count() == 1
    assert Event.objects.filter(name="reach.message_undelivered").get().payload["fault"] == "authentication"


def test_a_full_mailbox_is_told_and_stays_alive() -> None:
    case, answer = solved()

    arrive(report(answer.external_id, said="552 5.2.2 mailbox full", status="5.2.2"))

    assert Delivery.objects.get(message=answer).state == "bounced"
    assert case.customer.contact_points.get().bounce == "soft"


def refuse(times: int, *, said: str = "550 5.7.26 SPF check failed", since: int = 0) -> None:
    for number in range(since, since + times):
        answer = answered("Где заказ?", number)
        address = f"c{number}@mail{number}.example"
        arrive(report(answer.external_id, said=said, number=number, address=address))


def test_several_reports_about_us_are_one_alert_to_the_admins() -> None:
    admin = make_agent("Ольга", "olga@gorizont.example", Role.ADMIN)
    make_agent()

    refuse(2)
    assert not Alert.objects.filter(reason="mail_refused").exists()
    refuse(3, since=2)

    alert = Alert.objects.get(reason="mail_refused")
    assert (alert.agent, alert.case) == (admin, None)
    assert alert.source.startswith("authentication:")


def test_several_dead_addresses_are_no_matter_for_the_admins() -> None:
    make_agent("Ольга", "olga@gorizont.example", Role.ADMIN)
    make_agent()

    refuse(4, said="550 5.1.1 user unknown")

    assert not Alert.objects.filter(reason="mail_refused").exists()


def test_a_dead_address_is_not_counted_among_reports_about_us() -> None:
    make_agent("Ольга", "olga@gorizont.example", Role.ADMIN)
    make_agent()

    refuse(2, said="550 5.1.1 user unknown")
    refuse(2, since=2)

    assert not Alert.objects.filter(reason="mail_refused").exists()


def test_the_reactions_to_refusals_and_complaints_may_run_twice() -> None:
    make_agent("Ольга", "olga@gorizont.example", Role.ADMIN)
    case, answer = solved()
    refuse(3)
    undelivered = MessageUndelivered(
        message_id=answer.pk, conversation_id=answer.conversation_id, delivery_id=1, fault="authentication"
    )
    refused = OurMailRefused(fault="authentication", letters=3, since=Alert.objects.get(case=None).source[15:])
    complained = CustomerComplained(message_id=answer.pk, conversation_id=answer.conversation_id)

    for _time in range(2):
        look_whether_we_are_refused(undelivered)
        mind_refusals()
        tell_the_admins_of_refusals(refused)
        tell_the_owner_of_the_complaint(complained)

    assert Event.objects.filter(name="reach.our_mail_refused").count() == 1
    assert Alert.objects.filter(reason="mail_refused").count() == 1
    assert Alert.objects.filter(case=case, reason="complaint").count() == 1


COMPLAINT = """\
From: fbl@post.example
To: help@gorizont.example
Subject: complaint
Message-ID: <complaint@post.example>
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: message/rfc822

X-HmXmrOriginalRecipient: ivan@mail.example
Message-ID: <{0}>
Subject: Re

words
--b--
"""


def test_a_complaint_is_told_to_the_owner_and_ends_our_automatic_letters() -> None:
    case, answer = solved()

    arrive(COMPLAINT.format(answer.external_id).encode())
    arrive(letter("Всё ещё нет!", Message_ID="<again@mail.example>", In_Reply_To=f"<{answer.external_id}>"))
    before = len(sent())
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Теперь точно.")
    run_jobs()

    assert Alert.objects.get(case=case, reason="complaint").agent == case.owner
    assert case.customer.contact_points.get().bounce == ""
    assert GateRefusal.objects.filter(step="complaint").exists()
    assert len(sent()) == before


def test_a_complaint_about_nothing_of_ours_is_held_and_causes_nothing() -> None:
    make_agent()

    arrive(COMPLAINT.format("strange@mail.example").encode())

    assert RawMessage.objects.get().held_reason == "bounce_of_unknown_letter"
    assert (Message.objects.count(), len(sent())) == (0, 0)


# ── Forms of sites ────────────────────────────────────────────────────────────────────────
def form(name: str, *, sender: str = "Сайт <noreply@site.example>", reply_to: str = "", **headers: str) -> bytes:
    reply_to = reply_to or f"{name} <{name.lower()}@buyer.example>"
    text = f"Имя: {name}\nСообщение: не приходит письмо"
    return letter(
        text, From=sender, Reply_To=reply_to, Subject="Заявка с сайта", Message_ID=f"<{name}@site.example>", **headers
    )


@pytest.mark.parametrize("sender", ["Сайт <noreply@site.example>", "robot@site.example", HELP])
def test_two_visitors_of_a_form_are_two_customers_who_are_acknowledged_themselves(sender: str) -> None:
    make_agent()

    arrive(form("Anna", sender=sender))
    arrive(form("Boris", sender=sender))

    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Anna", "Boris"]
    assert sent() == ["anna@buyer.example", "boris@buyer.example"]
    said = Message.objects.filter(direction="in").order_by("id")
    assert [one.automatic_because for one in said] == ["", ""]
    assert {one.people["form"] for one in said} == {sender.partition("<")[2].strip(">") or sender}


def test_the_question_and_the_answer_reach_the_visitor() -> None:
    agent = make_agent()
    arrive(form("Anna"))
    case = Case.objects.get()

    reply(case=case, actor=acting(agent), text="Письмо отправлено.")
    run_jobs()
    mark_solved(case=fresh(case), actor=acting(agent), summary="Готово.")
    run_jobs()

    assert set(sent()) == {"anna@buyer.example"}
    assert Message.objects.filter(purpose="question", deliveries__address="anna@buyer.example").exists()


def test_a_proven_robot_proves_nothing_about_its_visitor() -> None:
    make_agent()

    arrive(form("Anna"))

    assert Customer.objects.get().contact_points.get().verified_at is None


def test_the_switch_of_an_inbox_decides_over_the_guess() -> None:
    make_agent()
    inbox = make_inbox()
    plain = letter(From="office@firm.example", Reply_To="petr@home.example", Message_ID="<1@firm.example>")

    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"forms": Inbox.Forms.NEVER})
    arrive(form("Anna"))
    edit_inbox(inbox=inbox, actor=SYSTEM, changes={"forms": Inbox.Forms.ALWAYS})
    arrive(plain)

    authors = Message.objects.filter(direction="in").order_by("id").values_list("author_address", flat=True)
    assert list(authors) == ["noreply@site.example", "petr@home.example"]


def test_who_wants_their_answer_elsewhere_is_no_robot() -> None:
    make_agent()

    arrive(letter(From="office@firm.example", Reply_To="petr@home.example", Message_ID="<1@firm.example>"))

    message = Message.objects.get(direction="in")
    assert (message.author_address, "form" in message.people) == ("office@firm.example", False)


def test_a_visitor_who_left_only_a_telephone_is_known_again_and_nobody_is_written_to() -> None:
    make_agent()
    text = "Имя: Пётр\nТелефон: +7 900 111-22-33\nСообщение: перезвоните"

    for number in range(2):
        arrive(letter(text, From="noreply@site.example", Subject="Новая заявка", Message_ID=f"<{number}@site.example>"))

    customer = Customer.objects.get()
    assert customer.name == "Пётр"
    assert customer.contact_points.get().kind == "phone"
    assert sent() == []


def test_our_own_letter_that_comes_home_is_no_form() -> None:
    make_agent()

    arrive(form("Anna", sender=HELP, reply_to="help+c1-000000000000@gorizont.example"))

    assert RawMessage.objects.get().held_reason == "from_ourselves"
