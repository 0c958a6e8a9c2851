"""The door of a messenger as an admin sets it up, and the way from a case into it."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from otklik.cases.queries import case_link
from otklik.foundation.actors import Role
from otklik.foundation.policies import policy
from otklik.reach.actions.doors import door_of
from otklik.reach.limits import MESSENGERS
from otklik.reach.models import Inbox, StartMark
from otklik.team.models import Agent
from tests.building import make_agent, make_case, run_jobs
from tests.reach.channels.messengers import TOKEN, FakeTelegram, knock, open_door, serving

pytestmark = pytest.mark.django_db


@pytest.fixture
def fake() -> Iterator[FakeTelegram]:
    with serving(FakeTelegram()) as one:
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


@pytest.mark.parametrize("kind", MESSENGERS)
def test_what_a_door_can_and_cannot_is_said_before_it_is_opened(client: Client, admin: Agent, kind: str) -> None:
    page = shown(client, "reach:messenger-new", kind)

    assert str(MESSENGERS[kind].can[0]) in page
    assert str(MESSENGERS[kind].cannot[0]) in page
    assert reverse("reach:messenger-new", args=[kind]) in shown(client, "reach:channels")


def test_from_the_token_to_the_first_word(
    client: Client, admin: Agent, fake: FakeTelegram, settings: pytest.FixtureRequest
) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]  # type: ignore[attr-defined]
    values = {"name": "help", "token": TOKEN, "mode": "poll", "base_url": fake.url, "team": "", "proxy": "", "ca": ""}

    wrong = client.post(reverse("reach:messenger-new", args=["telegram"]), {**values, "token": "1:nobody"})
    client.post(reverse("reach:messenger-new", args=["telegram"]), values)

    inbox = Inbox.objects.get(kind="telegram")
    assert "не знает этого токена" in wrong.content.decode()
    before = shown(client, "reach:messenger", inbox.pk)
    assert "Слушаем" in before
    assert "@gorizont_help_bot" in before
    assert TOKEN not in before
    knock(fake, inbox, fake.word("Проба"), **{"X-Telegram-Bot-Api-Secret-Token": _secret(inbox)})
    assert "Проба" in shown(client, "reach:messenger-first", inbox.pk)
    assert client.get(reverse("reach:messenger-new", args=["pigeon"])).status_code == 404


def _secret(inbox: Inbox) -> str:
    return door_of(inbox).secret("secret")


def test_the_law_is_asked_about(client: Client, admin: Agent, fake: FakeTelegram) -> None:
    inbox = open_door(fake)

    client.post(reverse("reach:messenger-law"), {"foreign": "receive_only", "door": inbox.pk})

    assert policy("reach.foreign_messengers") == "receive_only"


def test_a_customer_goes_on_in_a_messenger(client: Client, fake: FakeTelegram) -> None:
    case = make_case()
    run_jobs()
    inbox = open_door(fake)
    link = case_link(case)

    page = client.get(reverse("portal:case", args=[link])).content.decode()
    led = client.post(reverse("portal:messenger", args=[link, inbox.pk])).content.decode()
    nowhere = client.post(reverse("portal:messenger", args=[link, 0]))

    assert reverse("portal:messenger", args=[link, inbox.pk]) in page
    assert "https://t.me/gorizont_help_bot?start=" in led
    assert StartMark.objects.count() == 1
    assert nowhere.status_code == 302
