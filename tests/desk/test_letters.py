from datetime import timedelta
from random import Random

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.customers.models import ContactPoint
from otklik.desk.queries import counts
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.database.remembering import forget_everything
from otklik.foundation.models import Event, StoredFile
from otklik.foundation.policies import set_policy
from otklik.reach.actions import add_email_inbox, bring_back_held, bytes_of, delete_held, erase_addresses, release_held
from otklik.reach.clock import look_after_the_bin
from otklik.reach.models import Attachment, Delivery, Message, RawMessage
from otklik.reach.queries import binned, held
from otklik.team.actions import edit_agent, found_team, join_team, leave_team
from otklik.team.queries import first_team
from tests.building import IVAN, acting, arrive, fresh, letter, make_agent, make_case, make_inbox, refused, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
JUNK = b"\x00\xff\xfe not a letter \xcf\xf0\xe8\xe2\xe5\xf2"


def hold(raw: bytes = JUNK) -> RawMessage:
    make_inbox()
    make_agent()
    row = arrive(raw)
    row.refresh_from_db()
    assert row.state == "held"
    return row


@pytest.mark.parametrize("address", ["/desk/held/", "/desk/undelivered/"])
def test_a_stranger_is_led_to_the_log_in(client: Client, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_a_held_letter_is_listed_with_its_reason_in_words() -> None:
    row = hold()

    page = desk().get("/desk/held/")

    assert page.status_code == 200
    assert f"/desk/held/{row.pk}/" in page.text
    assert row.held_reason not in page.text


def test_hostile_html_of_a_held_letter_is_shown_as_text() -> None:
    row = hold(b"Subject: <img src=x onerror=alert(1)>\r\n\r\n<script>alert(1)</script><b>Hello</b>")

    page = desk().get(f"/desk/held/{row.pk}/").text

    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "Hello" in page


def test_the_original_is_only_ever_a_download() -> None:
    row = hold()

    answer = desk().get(f"/desk/held/{row.pk}/original")

    assert answer.content == JUNK
    assert answer["Content-Disposition"] == f'attachment; filename="letter-{row.pk}.eml"'
    assert answer["Content-Type"] == "application/octet-stream"


def test_releasing_an_unreadable_letter_makes_a_case_with_the_original_attached() -> None:
    row = hold()

    desk().post(f"/desk/held/{row.pk}/release")
    run_jobs()

    case = Case.objects.get()
    assert case.owner.name == "Анна Смирнова"
    assert Message.objects.get(direction="in").raw_id == row.pk
    assert Attachment.objects.get().name == f"letter-{row.pk}.eml"


def test_of_two_colleagues_one_decides_and_the_other_is_told() -> None:
    row = hold()
    desk().post(f"/desk/held/{row.pk}/delete")

    page = desk().post(f"/desk/held/{row.pk}/release", follow=True)

    assert "уже" in page.text or "already" in page.text
    assert not Case.objects.exists()
    assert RawMessage.objects.get().state == "deleted"


def test_a_held_letter_is_seen_by_the_team_of_its_inbox_and_by_who_sees_all() -> None:
    anna = make_agent()
    shop = found_team(name="Магазин", working_time=first_team().working_time, actor=SYSTEM)
    sales = add_email_inbox(address="sales@gorizont.example", team=shop)
    row = arrive(JUNK, inbox=sales)
    boris, vera = make_agent("Борис Ильин", "boris@gorizont.example"), make_agent("Вера", "vera@gorizont.example")
    join_team(agent=boris, team=shop, actor=SYSTEM)
    edit_agent(agent=vera, actor=SYSTEM, changes={"sight": Sight.ALL})
    forget_everything()

    assert [row.pk in [one.pk for one in held(acting(agent))] for agent in (anna, boris, vera)] == [False, True, True]
    assert desk(anna).get(f"/desk/held/{row.pk}/").status_code == 404
    assert desk(anna).get(f"/desk/held/{row.pk}/original").status_code == 404
    assert desk(anna).post(f"/desk/held/{row.pk}/delete").status_code == 302
    assert counts(acting(anna), [])["held"] == 0
    assert desk(boris).get(f"/desk/held/{row.pk}/").status_code == 200
    row.refresh_from_db()
    assert row.state == "held"


def test_a_held_letter_of_no_team_waits_for_the_team_that_is_asked_first() -> None:
    row = hold()
    anna = make_agent()
    shop = found_team(name="Магазин", working_time=first_team().working_time, actor=SYSTEM)
    boris = make_agent("Борис Ильин", "boris@gorizont.example")
    leave_team(agent=boris, team=first_team(), actor=SYSTEM)
    join_team(agent=boris, team=shop, actor=SYSTEM)
    forget_everything()

    assert [one.pk for one in held(acting(anna))] == [row.pk]
    assert not held(acting(boris)).exists()
    with refused("not_found"):
        delete_held(raw=row, actor=acting(boris))


def bounced(case: Case) -> Delivery:
    row = Delivery.objects.filter(message__conversation__thread__case=case).latest("id")
    Delivery.objects.filter(pk=row.pk).update(state="bounced", last_error="550 5.1.1 no such user")
    ContactPoint.objects.filter(value=IVAN).update(bounce="hard")
    Case.objects.filter(pk=case.pk).update(is_undelivered=True)
    return row


def test_an_undelivered_letter_says_why_and_goes_to_the_corrected_address() -> None:
    anna = make_agent()
    case = make_case(owner=anna)
    row = bounced(case)
    client = desk(anna)

    listed = client.get("/desk/undelivered/").text
    again = client.post(f"/desk/undelivered/{row.pk}/", {"address": IVAN})
    done = client.post(f"/desk/undelivered/{row.pk}/", {"address": "ivan.kozlov@mail.example"})
    run_jobs()

    row.refresh_from_db()
    assert "no such user" not in listed
    assert again.status_code == 422
    assert done.status_code == 302
    assert (row.address, row.state) == ("ivan.kozlov@mail.example", "sent")
    assert ContactPoint.objects.get(value="ivan.kozlov@mail.example").customer == case.customer
    assert fresh(case).is_undelivered is False


def test_an_undelivered_letter_of_a_case_out_of_sight_is_not_found() -> None:
    row = bounced(make_case())
    boris = make_agent("Борис Ильин", "boris@gorizont.example")
    boris.sight = "own"
    boris.save()

    client = desk(boris)

    assert f"/desk/undelivered/{row.pk}/" not in client.get("/desk/undelivered/").text
    assert client.get(f"/desk/undelivered/{row.pk}/").status_code == 404


def test_without_the_required_second_factor_the_desk_leads_to_its_setup() -> None:
    set_policy("security.require_second_factor", value=True)

    answer = desk().get("/desk/held/")

    assert answer.status_code == 302
    assert answer["Location"] == "/account/2fa/"
    assert acting(make_agent()).role == "agent"


def test_the_signature_leaves_with_the_answer_and_is_not_the_agents_words() -> None:
    anna = make_agent()
    anna.signature = "С уважением,\nАнна"
    anna.save()
    case = make_case(owner=anna)

    message = reply(case=case, actor=acting(anna), text="Отправили сегодня.")

    assert message.text == "Отправили сегодня."
    assert message.full_text == "Отправили сегодня.\n\nС уважением,\nАнна"


# ── Deleted, with a way back ──────────────────────────────────────────────────────────────
def test_a_deleted_letter_is_brought_back_whole() -> None:
    row, client = hold(), desk()

    page = client.post(f"/desk/held/{row.pk}/delete", follow=True).text
    listed = [f"/desk/held/{row.pk}/" in client.get(f"/desk/held/{only}").text for only in ("", "?only=deleted")]
    shown = client.get(f"/desk/held/{row.pk}/").text
    client.post(f"/desk/held/{row.pk}/bring-back")
    emptied = client.get("/desk/held/?only=deleted").text

    row.refresh_from_db()
    assert f'action="/desk/held/{row.pk}/bring-back"' in page
    assert f'action="/desk/held/{row.pk}/bring-back"' in shown
    assert listed == [False, True]
    assert "Удалённых писем нет" in emptied
    assert (row.state, row.deleted_at, bytes_of(row)) == ("held", None, JUNK)


def test_each_decision_stands_in_the_history() -> None:
    row, anna = hold(), acting(make_agent())

    for decide in (delete_held, bring_back_held, release_held):
        decide(raw=RawMessage.objects.get(pk=row.pk), actor=anna)

    told = Event.objects.filter(name="reach.held_decided").order_by("id")
    assert [(one.payload["verdict"], one.actor_id) for one in told] == [
        ("deleted", anna.pk),
        ("brought_back", anna.pk),
        ("released", anna.pk),
    ]


def test_after_thirty_days_its_bytes_are_gone_and_nobody_brings_it_back() -> None:
    row, anna = hold(), make_agent()
    delete_held(raw=row, actor=acting(anna))

    kept = []
    for days in (29, 31):
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            look_after_the_bin()
        row.refresh_from_db()
        kept.append(row.body is not None)

    assert kept == [True, False]
    assert not binned(acting(anna)).exists()
    with refused("changed_meanwhile"):
        bring_back_held(raw=row, actor=acting(anna))


def test_the_file_of_a_large_letter_leaves_with_it() -> None:
    row, anna = hold(JUNK + Random(1).randbytes(300_000)), make_agent()
    delete_held(raw=row, actor=acting(anna))
    kept = StoredFile.objects.filter(pk=row.file_id)
    assert kept.exists()

    with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
        look_after_the_bin()

    row.refresh_from_db()
    assert (row.file_id, kept.exists()) == (None, False)


def test_what_lies_in_the_bin_is_forgotten_with_its_writer() -> None:
    row = arrive(letter(X_Spam_Flag="YES"))
    delete_held(raw=row, actor=acting(make_agent()))

    erase_addresses(addresses=[IVAN])

    row.refresh_from_db()
    assert (row.body, row.deleted_at, row.envelope_from) == (None, None, "")
