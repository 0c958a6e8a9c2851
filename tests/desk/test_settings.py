import io
import re
import socket
import threading
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from otklik.cases.actions import checked_custom
from otklik.cases.models import Case, CustomField, Macro
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.foundation.modules import settings_pages
from otklik.foundation.policies import policy, set_policy
from otklik.foundation.secrets import unlock_secret
from otklik.reach.actions import add_email_inbox
from otklik.reach.models import Inbox
from otklik.team.models import Agent, ApiToken, Team, WorkingTime
from otklik.team.queries import agent_of_token
from tests.building import fresh, make_agent, make_case, make_inbox, make_lead, outbox, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
PAGES = ["company", "rules", "safety", "inboxes/", "inboxes/new", "teams/", "teams/new", "calendars/", "calendars/new"]
PAGES += ["agents/", "agents/new", "facts/", "facts/new", "tokens/"]
LEAD_PAGES = ["macros/", "macros/new"]


def make_admin() -> Agent:
    return make_agent("Вера Орлова", "vera@gorizont.example", "admin")


@pytest.mark.parametrize("page", PAGES + LEAD_PAGES)
def test_an_admin_opens_every_page(page: str) -> None:
    assert desk(make_admin()).get(f"/desk/settings/{page}").status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_lead_does_not_open_what_only_an_admin_changes(page: str) -> None:
    assert desk(make_lead()).get(f"/desk/settings/{page}").status_code == 403


@pytest.mark.parametrize("page", LEAD_PAGES)
def test_a_lead_keeps_standards_and_texts_and_an_agent_does_not(page: str) -> None:
    assert desk(make_lead()).get(f"/desk/settings/{page}").status_code == 200
    assert desk().get(f"/desk/settings/{page}").status_code == 403


def overview(agent: Agent, text: str = "") -> dict[str, list[str]]:
    """Name of each section of the settings → what is shown under it."""
    page = desk(agent).get("/desk/settings/", {"q": text}).text
    parts = page.split('<section class="card" aria-labelledby="settings-')[1:]
    return {re.findall("<h2[^>]*>([^<]+)", one)[0]: re.findall("<a [^>]*>(?:<b>)?([^<]+)", one) for one in parts}


def test_the_entrance_shows_what_the_reader_may_set_by_section() -> None:
    assert overview(make_lead()) == {
        "Работа": ["Шаблоны", "Подарки", "Ситуации", "Правила отказов", "Пределы и бюджеты"]
    }
    assert list(overview(make_admin())) == ["Работа", "Голос", "Люди", "Компания и доступ"]
    assert desk().get("/desk/settings/").status_code == 403


@pytest.mark.parametrize("typed", ["часов молчания", "МОЛЧАНИЯ ЧАСОВ", "vjkxfybz"])
def test_a_setting_is_found_by_its_words_on_either_keyboard(typed: str) -> None:
    [(section, rows)] = overview(make_admin(), typed).items()

    assert section == "Работа"
    assert rows[0] == "Правила"
    assert all("молчания" in one for one in rows[1:])


def test_a_word_of_no_setting_shows_the_way_back_to_all() -> None:
    assert overview(make_admin(), "синхрофазотрон") == {}
    assert "Такой настройки нет" in desk(make_lead()).get("/desk/settings/", {"q": "синхрофазотрон"}).text


def test_each_rule_tells_its_default_and_whether_it_was_changed() -> None:
    vera = make_admin()
    set_policy("reach.undo_seconds", 30)

    page = desk(vera).get("/desk/settings/", {"q": "Секунд"}).text

    assert page.count("изменено") == 1
    assert "По умолчанию: 10." in page
    assert "По умолчанию: 10." in desk(vera).get("/desk/settings/rules").text


def test_every_rule_of_a_page_says_what_it_does() -> None:
    forms = [page.form for page in settings_pages() if page.form]

    assert [name for form in forms for name, field in form.base_fields.items() if not field.help_text] == []
    assert len(forms) > 8


def test_a_rule_is_changed_and_history_tells_its_name_not_its_value() -> None:
    typed = {"company__name": "Горизонт", "company__phone": "8 800 555-01-42"}

    desk(make_admin()).post("/desk/settings/company", typed)

    happened = Event.objects.get(name="foundation.policies_changed")
    assert policy("company.phone") == "8 800 555-01-42"
    assert happened.payload == {"names": ["company.name", "company.phone"]}


def test_a_page_of_rules_says_who_changed_which_of_them_last() -> None:
    vera, olga = make_admin(), make_agent("Ольга Ким", "olga@gorizont.example", "admin")
    assert "Кто менял" not in desk(vera).get("/desk/settings/company").text
    desk(vera).post("/desk/settings/company", {"company__name": "Горизонт", "company__phone": "8 800 555-01-42"})
    desk(olga).post("/desk/settings/company", {"company__name": "Горизонт", "company__phone": "8 800 555-01-43"})

    page = desk(vera).get("/desk/settings/company").text

    changes = re.findall(r'<span class="grow">([^<]+)</span>\s*<span class="muted sm">([^,<]+), ', page)
    assert changes == [("Телефон", "Ольга Ким"), ("Название компании", "Вера Орлова")]


def rules(**changes: str) -> dict[str, str]:
    typed = {"undo_seconds": "10", "acknowledgements_per_hour": "3", "delivery_attempts": "8"}
    asked = {"reminders_after_hours": "48, 96", "unconfirmed_after_hours": "168", "low_score": "2"}
    typed["same_matter_days"] = "14"
    return (
        {f"reach__{name}": value for name, value in typed.items()}
        | {f"voice__{name}": value for name, value in asked.items()}
        | {f"standards__{name}_percent": "100" for name in ("urgent", "high", "low")}
        | changes
    )


def test_reminders_come_in_order_and_before_the_close() -> None:
    client = desk(make_admin())

    page = client.post("/desk/settings/rules", rules(voice__unconfirmed_after_hours="90"))
    client.post("/desk/settings/rules", rules(voice__reminders_after_hours="24"))

    assert page.status_code == 422
    assert 'value="90"' in page.text
    assert policy("voice.reminders_after_hours") == [24]


INBOX = {
    "address": "help@gorizont.example", "name": "Помощь", "is_active": "on", "imap_host": "imap.gorizont.example",
    "imap_secure": "imaps", "imap_user": "help@gorizont.example", "imap_password": "geheim", "smtp_secure": "smtps",
}  # fmt: skip


def test_an_inbox_keeps_its_password_encrypted_and_never_shows_it() -> None:
    client = desk(make_admin())

    client.post("/desk/settings/inboxes/new", INBOX)
    row = Inbox.objects.get(kind="email")
    page = client.get(f"/desk/settings/inboxes/{row.pk}").text
    client.post(f"/desk/settings/inboxes/{row.pk}", INBOX | {"imap_password": "", "name": "Другое"})

    row.refresh_from_db()
    assert row.imap_url == "imaps://help%40gorizont.example@imap.gorizont.example:993"
    assert unlock_secret(row.imap_secret) == "geheim"
    assert (row.name, "geheim" in page, "geheim" in row.imap_secret) == ("Другое", False, False)
    assert all("geheim" not in str(happened.payload) for happened in Event.objects.all())


def test_an_inbox_says_from_which_day_its_mailbox_is_read() -> None:
    client = desk(make_admin())
    asked = client.get("/desk/settings/inboxes/new").text

    client.post("/desk/settings/inboxes/new", INBOX | {"since": "2026-01-31", "earlier": "file"})

    row = Inbox.objects.get(kind="email")
    assert (row.since, row.earlier) == (date(2026, 1, 31), "file")
    assert f'value="{timezone.localdate()}"' in asked
    assert 'value="2026-01-31"' in client.get(f"/desk/settings/inboxes/{row.pk}").text


def test_what_the_form_does_not_show_of_an_address_is_not_lost() -> None:
    client = desk(make_admin())
    add_email_inbox(address=INBOX["address"], imap_url="imaps://help@imap.gorizont.example/INBOX?move=Taken")
    row = Inbox.objects.get(kind="email")

    client.post(f"/desk/settings/inboxes/{row.pk}", INBOX | {"imap_folder": "INBOX", "imap_login": "xoauth2"})

    row.refresh_from_db()
    assert row.imap_url == "imaps://help%40gorizont.example@imap.gorizont.example:993/INBOX?move=Taken&auth=xoauth2"
    assert '<option value="xoauth2" selected' in client.get(f"/desk/settings/inboxes/{row.pk}").text


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_trying_the_connection_says_in_words_what_is_wrong_and_saves_nothing() -> None:
    typed = INBOX | {"imap_host": "127.0.0.1", "imap_secure": "imap", "imap_port": str(closed_port()), "try": "1"}

    page = desk(make_admin()).post("/desk/settings/inboxes/new", typed)

    assert page.status_code == 200
    assert "127.0.0.1 не принимает" in page.text or "takes no connections" in page.text
    assert not Inbox.objects.filter(kind="email").exists()


def test_a_stored_password_is_not_sent_to_another_server() -> None:
    client = desk(make_admin())
    client.post("/desk/settings/inboxes/new", INBOX)
    row = Inbox.objects.get(kind="email")
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        listener = threading.Thread(target=_imap_once, args=(server, heard))
        listener.start()
        port = str(server.getsockname()[1])
        typed = INBOX | {
            "imap_host": "127.0.0.1",
            "imap_secure": "imap",
            "imap_port": port,
            "imap_password": "",
            "try": "1",
        }
        client.post(f"/desk/settings/inboxes/{row.pk}", typed)
        listener.join(5)

    assert heard
    assert b"geheim" not in b"".join(heard)


def _imap_once(server: socket.socket, heard: list[bytes]) -> None:
    peer, _address = server.accept()
    with peer:
        peer.settimeout(3)
        peer.sendall(b"* OK IMAP4rev1\r\n")
        while line := peer.recv(1000):
            heard.append(line)
            tag = line.split(b" ", 1)[0]
            peer.sendall(
                b"* CAPABILITY IMAP4rev1\r\n" + tag + b" OK\r\n" if b"CAPABILITY" in line else tag + b" NO no\r\n"
            )


def test_a_calendar_has_breaks_and_days_that_differ() -> None:
    typed = {
        "name": "Офис",
        "time_zone": "Asia/Omsk",
        "day_0": "9:00-13:00, 14:00-18:00",
        "exceptions": "2026-12-31 9:00-14:00\n2027-01-01",
    }

    desk(make_admin()).post("/desk/settings/calendars/new", typed)

    row = WorkingTime.objects.get(name="Офис")
    assert row.week[0] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert row.exceptions == {"2026-12-31": [["09:00", "14:00"]], "2027-01-01": []}


@pytest.mark.parametrize("hours", ["18:00-9:00", "9-18", "9:00-12:00, 11:00-13:00", "9:00-25:00"])
def test_impossible_hours_are_refused_at_their_day(hours: str) -> None:
    page = desk(make_admin()).post("/desk/settings/calendars/new", {"name": "X", "time_zone": "UTC", "day_2": hours})

    assert page.status_code == 422
    assert hours in page.text
    assert not WorkingTime.objects.filter(name="X").exists()


def test_a_team_gets_members_and_a_lead() -> None:
    anna, olga, vera = make_agent(), make_lead(), make_admin()
    calendar = WorkingTime.objects.get()

    typed = {"name": "Доставка", "working_time": calendar.pk, "members": [anna.pk], "leads": [olga.pk]}
    desk(vera).post("/desk/settings/teams/new", typed)

    team = Team.objects.get(name="Доставка")
    assert dict(team.memberships.values_list("agent_id", "is_lead")) == {anna.pk: False, olga.pk: True}
    assert Event.objects.filter(name="team.team_changed", payload__team_id=team.pk).exists()


def test_an_invited_agent_gets_a_letter_whose_link_sets_a_password(client: Client) -> None:
    typed = {"email": "boris@gorizont.example", "name": "Борис Ильин", "role": "agent", "sight": "own"}

    page = desk(make_admin()).post("/desk/settings/agents/new", typed)
    before = len(outbox())
    run_jobs()

    boris = Agent.objects.get(email="boris@gorizont.example")
    link = page.text.split('class="once">')[1].split("<")[0]
    opened = client.get(link.removeprefix("http://127.0.0.1:8000"), follow=True)
    assert (boris.sight, boris.has_usable_password()) == ("own", False)
    assert opened.status_code == 200
    assert 'type="password"' in opened.text
    assert len(outbox()) >= before


def test_a_photo_becomes_a_small_square_without_hidden_data() -> None:
    anna = make_agent()
    target = io.BytesIO()
    Image.new("RGB", (900, 600), "red").save(target, "JPEG")
    typed = {
        "name": anna.name,
        "role": "agent",
        "sight": "team",
        "photo": SimpleUploadedFile("a.jpg", target.getvalue()),
    }

    desk(make_admin()).post(f"/desk/settings/agents/{anna.pk}", typed)

    anna.refresh_from_db()
    assert anna.photo is not None
    assert anna.photo.content_type == "image/webp"


def test_who_leaves_hands_over_the_open_cases_in_the_same_step() -> None:
    anna, vera = make_agent(), make_admin()
    case = make_case(owner=anna)
    client = desk(vera)

    refused = client.post(f"/desk/settings/agents/{anna.pk}/leave", {"to": ""})
    client.post(f"/desk/settings/agents/{anna.pk}/leave", {"to": vera.pk})

    anna.refresh_from_db()
    assert refused.status_code == 422
    assert (fresh(case).owner, anna.is_active) == (vera, False)
    assert Case.objects.filter(owner=anna).count() == 0


def test_the_last_admin_stays() -> None:
    vera = make_admin()

    page = desk(vera).post(f"/desk/settings/agents/{vera.pk}", {"name": vera.name, "role": "agent", "sight": "all"})

    vera.refresh_from_db()
    assert page.status_code == 422
    assert vera.role == "admin"


def test_a_prepared_text_keeps_its_actions() -> None:
    typed = {
        "title": "Доставка",
        "text": "Здравствуйте",
        "tags": "доставка, срочно",
        "priority": "high",
        "solve": "on",
        "is_active": "on",
    }

    desk(make_lead()).post("/desk/settings/macros/new", typed)

    row = Macro.objects.get()
    assert row.actions == {"tags": ["доставка", "срочно"], "priority": "high", "solve": True}
    assert Event.objects.filter(name="cases.macro_changed").count() == 1


def test_an_own_field_is_checked_when_a_customer_is_edited() -> None:
    typed = {
        "about": "customer",
        "key": "level",
        "name": "Уровень",
        "kind": "choice",
        "choices": "A1\nA2",
        "is_required": "on",
        "is_shown_to_customer": "on",
        "is_active": "on",
        "position": "1",
    }
    desk(make_admin()).post("/desk/settings/facts/new", typed)

    with pytest.raises(Refusal) as refused:
        checked_custom("customer", {"level": "C9"}, known={})

    assert CustomField.objects.get().choices == ["A1", "A2"]
    assert CustomField.objects.get().is_shown_to_customer
    assert list(refused.value.fields) == ["custom.level"]
    assert checked_custom("customer", {"level": "A2"}, known={"old": 1}) == {"old": 1, "level": "A2"}


def test_a_token_is_shown_once_and_can_be_revoked() -> None:
    vera = make_admin()
    client = desk(vera)

    page = client.post("/desk/settings/tokens/new", {"name": "Склад", "agent": vera.pk})
    token = page.text.split('class="once">')[1].split("<")[0]
    known = agent_of_token(token)
    client.post(f"/desk/settings/tokens/{ApiToken.objects.get().pk}/revoke")

    assert known is not None
    assert token not in client.get("/desk/settings/tokens/").text
    assert agent_of_token(token) is None


def test_inboxes_of_the_house_are_not_edited_here() -> None:
    make_inbox()
    form = Inbox.objects.exclude(kind="email").first()

    assert form is not None
    assert desk(make_admin()).get(f"/desk/settings/inboxes/{form.pk}").status_code == 404
