"""A worker whose clock is behind the database's delays nothing: one clock decides what is due."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from procrastinate.contrib.django import app as jobs

from otklik.cases.actions import reply
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.announcing import announce_now
from otklik.foundation.events.clock import latest_now
from otklik.foundation.events.jobs import run_due_jobs
from otklik.foundation.events.queue import jobs_by_state
from otklik.foundation.models import Event, Webhook, WebhookDelivery
from otklik.foundation.modules import modules
from otklik.foundation.webhooks import actions as webhooks
from otklik.foundation.webhooks.actions import mind_webhooks
from otklik.foundation.webhooks.events import WebhookTested
from otklik.reach.actions.intake import take_in_forgotten
from otklik.reach.actions.outbox import deliver, mind_the_outbox
from otklik.reach.models import Delivery, Message, RawMessage
from tests.building import acting, make_agent, make_case, make_inbox

pytestmark = pytest.mark.django_db
BEHIND = timedelta(hours=1)


def test_the_later_clock_counts() -> None:
    real = timezone.now()

    with time_machine.travel(real - BEHIND):
        behind = latest_now()
    with time_machine.travel(real + BEHIND):
        ahead = latest_now()

    assert real <= behind < real + timedelta(minutes=5)
    assert ahead >= real + BEHIND


def test_a_letter_that_is_due_leaves() -> None:
    anna = make_agent()
    make_inbox()
    case = make_case(owner=anna)
    said = reply(case=case, actor=acting(anna), text="Отправили", send_at=timezone.now() + timedelta(hours=2))
    Delivery.objects.filter(message=said).update(next_at=Now())

    with time_machine.travel(timezone.now() - BEHIND):
        deliver(message_id=said.pk)

    assert Delivery.objects.get(message=said).state == Delivery.State.SENT
    assert Message.objects.get(pk=said.pk).direction == "out"


def test_a_webhook_that_is_due_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "post_signed", lambda *_args, **_named: 200)
    hook = Webhook.objects.create(url="https://shop.example/", events=["*"], secret=webhooks.lock_secret("x"))
    event = Event.objects.get(pk=announce_now(WebhookTested(webhook_id=hook.pk), actor=SYSTEM))
    row = WebhookDelivery.objects.create(webhook=hook, event=event, next_at=Now())

    with time_machine.travel(timezone.now() - BEHIND):
        webhooks.tell(delivery_id=row.pk)

    row.refresh_from_db()
    assert row.state == WebhookDelivery.State.SENT


def fail(task: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', %s, 'failed')", [task]
        )


def failed() -> int:
    return jobs_by_state().get("failed", 0)


def test_all_that_the_apps_do_as_time_passes_is_wound_up_at_the_start() -> None:
    wound = {
        (name, periodic.cron, periodic.task.queueing_lock, periodic.task.lock)
        for (name, _id), periodic in jobs.periodic_registry.periodic_tasks.items()
    }
    wanted = {
        (name, f"*/{every.minutes} * * * *", name, name)
        for module in modules()
        for every in module.clock
        for name in [f"{every.run.__module__}.{every.run.__name__}"]
    }

    assert wanted
    assert wanted <= wound


def test_a_run_that_went_well_makes_former_failures_good() -> None:
    fail("otklik.reach.clock.look_after_the_letters")
    fail("otklik.foundation.handlers.tidy_up")

    jobs.tasks["otklik.reach.clock.look_after_the_letters"].func(0)

    assert failed() == 1


@pytest.mark.parametrize(
    ("task", "mind"),
    [("reach.deliver", mind_the_outbox), ("reach.take_in", take_in_forgotten), ("webhooks.tell", mind_webhooks)],
)
def test_a_failure_counts_until_nothing_it_left_waits(task: str, mind: Callable[[], None]) -> None:
    make_inbox()
    case = make_case(owner=make_agent())
    run_due_jobs()
    said = reply(case=case, actor=acting(case.owner), text="Отправили")
    long_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(message=said).update(next_at=long_ago)
    RawMessage.objects.create(sha256="0" * 64, body=b"", size=1, door="smtp", state="waiting", kept_at=long_ago)
    hook = Webhook.objects.create(url="https://shop.example/", events=["*"], secret=webhooks.lock_secret("x"))
    event = Event.objects.order_by("id")[0]
    WebhookDelivery.objects.create(webhook=hook, event=event, next_at=long_ago)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    fail(task)

    mind()
    while_something_waits = failed()
    Delivery.objects.update(state="cancelled")
    RawMessage.objects.update(state="double")
    WebhookDelivery.objects.update(state="failed")
    mind()

    assert (while_something_waits, failed()) == (1, 0)
