"""The settings of webhooks."""

import re

import pytest
from pytest_django import Settings

from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Webhook
from otklik.foundation.secrets import unlock_secret
from otklik.foundation.webhooks.actions import add_webhook, check_webhook
from tests.building import make_agent, make_lead
from tests.desk.test_settings import make_admin
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
CLOSED = "http://127.0.0.1:9/hook"


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


def test_a_webhook_is_made_and_its_secret_shown_once() -> None:
    admin = desk(make_admin())

    made = admin.post("/desk/settings/webhooks/new", {"url": CLOSED, "events": "cases.solved\ncases.reopened"})

    row = Webhook.objects.get()
    secret = unlock_secret(row.secret)
    assert (row.url, row.events) == (CLOSED, ["cases.solved", "cases.reopened"])
    assert secret in made.content.decode()
    assert secret not in admin.get(f"/desk/settings/webhooks/{row.pk}").content.decode()
    assert CLOSED in admin.get("/desk/settings/webhooks/").content.decode()


@pytest.mark.parametrize(
    "typed", [{"url": "http://10.0.0.1/"}, {"url": ""}, {"url": CLOSED, "events": "cases.exploded"}]
)
def test_a_wrong_webhook_is_refused_at_its_field(typed: dict[str, str]) -> None:
    page = desk(make_admin()).post("/desk/settings/webhooks/new", typed)

    assert page.status_code == 422
    assert re.search(r'aria-invalid="true"', page.content.decode())
    assert Webhook.objects.count() == 0


def test_a_webhook_is_changed_tested_and_removed() -> None:
    admin = desk(make_admin())
    row, _secret = add_webhook(url=CLOSED, events=["*"], actor=SYSTEM)

    admin.post(f"/desk/settings/webhooks/{row.pk}", {"url": CLOSED, "events": "cases.*"})
    row.refresh_from_db()
    assert (row.events, row.is_active) == (["cases.*"], False)

    tested = admin.post(f"/desk/settings/webhooks/{row.pk}/test", follow=True).content.decode()
    assert "ConnectionRefusedError" in tested

    admin.post(f"/desk/settings/webhooks/{row.pk}/remove")
    assert Webhook.objects.count() == 0


def test_the_last_calls_are_shown() -> None:
    row, _secret = add_webhook(url=CLOSED, events=["*"], actor=SYSTEM)
    check_webhook(webhook=row, actor=SYSTEM)

    page = desk(make_admin()).get(f"/desk/settings/webhooks/{row.pk}").content.decode()

    assert "webhooks.tested" in page
    assert "ConnectionRefusedError" in page


def test_only_an_admin_opens_the_page() -> None:
    assert desk(make_lead()).get("/desk/settings/webhooks/").status_code == 403
    assert desk(make_agent()).post("/desk/settings/webhooks/new", {"url": CLOSED}).status_code == 403
    assert desk(make_admin()).get("/desk/settings/webhooks/999").status_code == 404
