"""How doors and what comes by them look: to the admin, to the agent, to programs, on the command line."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from otklik.cases.actions import reply
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Role
from otklik.reach.actions import pause_channel
from otklik.reach.actions.doors import break_door
from otklik.reach.checks import channels
from otklik.reach.models import Delivery, Inbox
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, make_agent, make_inbox, refusals, run_jobs
from tests.reach.channels.other_side import SECRET, OtherSide, knock, make_channel, other_side, word

pytestmark = pytest.mark.django_db


@pytest.fixture
def side() -> Iterator[OtherSide]:
    with other_side() as one:
        yield one


@pytest.fixture
def admin(client: Client) -> Agent:
    agent = make_agent(role=Role.ADMIN)
    client.force_login(agent)
    return agent


def shown(client: Client, route: str, *args: object) -> str:
    answer = client.get(reverse(route, args=args))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


# ── For admins ────────────────────────────────────────────────────────────────────────────
def test_all_doors_stand_in_one_list(client: Client, admin: Agent) -> None:
    make_inbox()
    make_channel(name="shop")
    broken = make_channel(name="kiosk")
    break_door(inbox_id=broken.pk, reason="HTTP 401")

    page = shown(client, "reach:channels")

    assert [name in page for name in ("Помощь", "shop", "kiosk")] == [True, True, True]
    assert "Не работает" in page


def test_a_door_is_set_up_and_tells_its_hook(client: Client, admin: Agent) -> None:
    values = {"name": "shop", "base_url": "https://shop.example/otklik", "secret": SECRET, "team": ""}

    answer = client.post(reverse("reach:channel-new"), values)

    inbox = Inbox.objects.get(kind="http")
    assert answer.status_code == 302
    assert inbox.settings == {"base_url": "https://shop.example/otklik", "is_ours": False}
    page = shown(client, "reach:channel", inbox.pk)
    assert f"/hooks/http/{inbox.route}" in page
    assert SECRET not in page


def test_a_second_door_of_that_name_is_refused(client: Client, admin: Agent) -> None:
    make_channel()

    with refusals() as heard:
        client.post(reverse("reach:channel-new"), {"name": "shop", "base_url": "", "secret": SECRET, "team": ""})

    assert heard == ["channel_known"]
    assert Inbox.objects.filter(kind="http").count() == 1


def test_a_door_is_paused_opened_and_asked(client: Client, admin: Agent, side: OtherSide) -> None:
    inbox = make_channel(side.url)

    states = []
    for what in ("pause", "resume", "check"):
        client.post(reverse("reach:channel-do", args=[inbox.pk]), {"what": what})
        states.append(Inbox.objects.get(pk=inbox.pk).is_active)

    assert states == [False, True, True]


def test_a_door_is_changed_and_keeps_its_secret(client: Client, admin: Agent) -> None:
    inbox = make_channel()

    client.post(
        reverse("reach:channel", args=[inbox.pk]), {"base_url": "https://shop.example/", "secret": "", "team": ""}
    )

    changed = Inbox.objects.get(pk=inbox.pk)
    assert changed.settings["base_url"] == "https://shop.example/"
    assert changed.secrets == inbox.secrets


def test_the_doctor_names_doors_that_do_not_work() -> None:
    make_inbox()
    paused, broken = make_channel(), make_channel(name="kiosk")
    pause_channel(inbox=paused, actor=SYSTEM)
    break_door(inbox_id=broken.pk, reason="HTTP 401")

    found = list(channels())

    assert [is_well for is_well, _text in found] == [False, None]
    assert "HTTP 401" in found[0][1]
    assert "paused" in found[1][1]


# ── For agents ────────────────────────────────────────────────────────────────────────────
def test_the_case_shows_the_channel_and_what_became_of_words(client: Client, admin: Agent, side: OtherSide) -> None:
    inbox = make_channel(side.url)
    knock(inbox, word(person={"name": "Вера Лунина", "email": "vera@mail.example"}))
    knock(inbox, {"id": "e", "type": "edited", "peer": "vera-17", "message_id": "m-1", "text": "Где заказ 12?"})
    knock(inbox, {"id": "x", "type": "hologram", "peer": "vera-17"})
    case = Case.objects.get()

    page = shown(client, "desk:case", case.pk)

    assert "Где заказ 12?" in page
    assert "Здравствуйте! Где мой заказ?" in page
    assert "vera@mail.example" in page
    assert "shop" in page
    assert "add-person" not in page


def test_the_composer_says_before_that_the_way_is_shut(client: Client, admin: Agent, side: OtherSide) -> None:
    inbox = make_channel(side.url)
    knock(inbox, word())
    open_page = shown(client, "desk:case", Case.objects.get().pk)
    knock(inbox, {"id": "b", "type": "blocked", "peer": "vera-17"})

    page = shown(client, "desk:case", Case.objects.get().pk)

    assert "закрыл этот путь" not in open_page
    assert "закрыл этот путь" in page


def test_an_answer_that_was_not_taken_can_be_sent_again(client: Client, admin: Agent, side: OtherSide) -> None:
    knock(make_channel(side.url), word())
    side.will_answer(410)
    answer = reply(case=Case.objects.get(), actor=acting(admin), text="Завтра")
    run_jobs()
    row = Delivery.objects.get(message=answer)

    page = shown(client, "cases:undelivered-retry", row.pk)
    client.post(reverse("cases:undelivered-retry", args=[row.pk]), {"again": "1"})
    run_jobs()

    assert 'name="address"' not in page
    assert Delivery.objects.get(pk=row.pk).state == "sent"


# ── For programs ──────────────────────────────────────────────────────────────────────────
def test_programs_read_messages_with_their_channel(admin: Agent, side: OtherSide) -> None:
    inbox = make_channel(side.url)
    knock(inbox, word())
    case = Case.objects.get()
    reply(case=case, actor=acting(admin), text="Завтра")
    run_jobs()
    theirs = f"theirs-{len(side.got)}"
    knock(inbox, {"id": "s", "type": "reaction", "peer": "vera-17", "message_id": theirs, "sign": "👍"})
    knock(inbox, {"id": "v", "type": "seen", "peer": "vera-17", "message_id": theirs})

    said = Program(admin).get(f"/cases/{case.pk}").json()["messages"]

    first, last = said[0], said[-1]
    assert (first["channel"], first["peer"], first["external_id"]) == ("http", "vera-17", "m-1")
    assert (first["edited_at"], first["removed_at"], first["reactions"]) == (None, None, [])
    assert (last["external_id"], last["reply_to"]) == (theirs, "m-1")
    assert last["reactions"] == [{"by": "customer", "sign": "👍"}]
    assert (last["delivery"]["state"], last["delivery"]["verdict"]) == ("delivered", "")
    assert last["delivery"]["recipients"][0]["read_at"] is not None


def test_programs_read_the_state_of_doors(admin: Agent, side: OtherSide) -> None:
    inbox = make_channel(side.url)
    knock(inbox, word())
    side.will_answer(401)
    reply(case=Case.objects.get(), actor=acting(admin), text="Завтра")
    run_jobs()

    [door] = [one for one in Program(admin).get("/channels").json()["items"] if one["kind"] == "http"]

    assert (door["name"], door["state"], door["problem"], door["waiting"]) == ("shop", "broken", "HTTP 401", 1)
    assert door["last_in"] is not None
    assert door["last_out"] is not None


def test_a_customer_is_found_by_the_identity_of_a_channel(admin: Agent, side: OtherSide) -> None:
    knock(make_channel(side.url), word())

    found = Program(admin).get("/customers", kind="http:shop", value="vera-17").json()["items"]
    nobody = Program(admin).get("/customers", kind="phone", value="vera-17").json()["items"]

    assert [one["name"] for one in found] == ["Вера Лунина"]
    assert found[0]["contact_points"][0]["kind"] == "http:shop"
    assert nobody == []
