"""Programs elsewhere are told of events: signed, retried, and never at an address inside the house."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from procrastinate.contrib.django import app as jobs
from pytest_django import Settings

from otklik.cases.models import Alert
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.errors import Refusal
from otklik.foundation.http.addresses import is_public
from otklik.foundation.http.calling import Call
from otklik.foundation.models import Event, Webhook, WebhookDelivery
from otklik.foundation.webhooks import telling
from otklik.foundation.webhooks.actions import (
    add_webhook,
    check_webhook,
    edit_webhook,
    mind_webhooks,
    remove_webhook,
    tell,
)  # fmt: skip
from otklik.foundation.webhooks.queries import listeners
from otklik.foundation.webhooks.telling import check_url, post_signed
from tests.api.calling import CASE, Program
from tests.building import make_agent, make_inbox, run_jobs


class Elsewhere:
    """A program on this machine that hears webhooks."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.location = ""
        self.trickle = 0
        there = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                there.heard.append((dict(self.headers), body))
                self.send_response(there.status)
                if there.location:
                    self.send_header("Location", there.location)
                if not there.trickle:
                    self.send_header("Content-Length", "2")
                self.end_headers()
                for _ in range(there.trickle):
                    self.wfile.write(b".")
                    self.wfile.flush()
                    time.sleep(0.1)
                if not there.trickle:
                    self.wfile.write(b"ok")

            def log_message(self, *_args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=otklik"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[Elsewhere]:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    program = Elsewhere()
    yield program
    program.server.shutdown()
    program.server.server_close()
    program.thread.join()


@pytest.fixture
def admin() -> Program:
    make_inbox()
    return Program(make_agent("Олег Админов", "oleg@gorizont.example", Role.ADMIN))


@pytest.mark.django_db
def test_each_wished_event_is_told_once_and_signed(admin: Program, elsewhere: Elsewhere) -> None:
    made = admin.post("/webhooks", {"url": elsewhere.url, "events": ["cases.opened", "cases.solved"]}).json()
    number = admin.post("/cases", CASE).json()["number"]
    admin.post(f"/cases/{number}/solve", {"summary": "Готово."})
    run_jobs()

    told = [json.loads(body) for _headers, body in elsewhere.heard]
    assert [(event["name"], event["case"]) for event in told] == [("cases.opened", number), ("cases.solved", number)]
    assert set(told[0]) == {"id", "name", "at", "case", "customer", "actor", "actor_id", "data"}
    headers, body = elsewhere.heard[0]
    moment, mark = (part.partition("=")[2] for part in headers["Otklik-Signature"].split(","))
    expected = hmac.new(made["secret"].encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert mark == expected
    assert abs(int(moment) - time.time()) < 60
    assert headers["Otklik-Event"] == "cases.opened"
    assert set(WebhookDelivery.objects.values_list("state", "status", "attempts")) == {("sent", 200, 1)}


@pytest.mark.django_db
def test_each_program_hears_what_it_wishes_and_one_that_was_just_switched_off_nothing(elsewhere: Elsewhere) -> None:
    for wish in ("team.agent_joined", "cases.*", "*"):
        add_webhook(url=elsewhere.url, events=[wish], actor=SYSTEM)
    assert len(listeners()) == 3
    Webhook.objects.filter(events=["*"]).update(is_active=False)  # by another process: this one still believes it hears

    make_agent()
    run_jobs()

    heard = WebhookDelivery.objects.values_list("webhook__events", "event__name")
    assert list(heard) == [(["team.agent_joined"], "team.agent_joined")]


@pytest.mark.django_db
def test_a_webhook_is_listed_without_its_secret_and_removed(admin: Program, elsewhere: Elsewhere) -> None:
    made = admin.post("/webhooks", {"url": elsewhere.url}).json()

    listed = admin.get("/webhooks").json()
    removed = admin.delete(f"/webhooks/{made['id']}")

    assert listed == {"items": [{key: made[key] for key in made if key != "secret"}], "next": None}
    assert (made["events"], made["is_active"]) == (["*"], True)
    assert made["secret"] not in Webhook.objects.values_list("secret", flat=True)
    assert removed.status_code == 204
    assert admin.delete(f"/webhooks/{made['id']}").json()["code"] == "not_found"


@pytest.mark.django_db
def test_only_administrators_have_webhooks(elsewhere: Elsewhere) -> None:
    anna = Program(make_agent())

    for response in (anna.get("/webhooks"), anna.post("/webhooks", {"url": elsewhere.url}), anna.delete("/webhooks/1")):
        assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


@pytest.mark.django_db
def test_a_webhook_that_fails_is_tried_again_and_then_heard(elsewhere: Elsewhere) -> None:
    elsewhere.status = 500
    row, _secret = add_webhook(url=elsewhere.url, events=["team.*"], actor=SYSTEM)
    make_agent()
    run_jobs()

    waiting = WebhookDelivery.objects.filter(event__name="team.agent_joined").get()
    assert (waiting.state, waiting.status, waiting.last_error, waiting.attempts) == ("queued", 500, "HTTP 500", 1)
    assert waiting.next_at is not None
    row.refresh_from_db()
    assert row.failing_since is not None

    elsewhere.status = 204
    WebhookDelivery.objects.update(next_at=None)
    tell(delivery_id=waiting.pk)

    waiting.refresh_from_db()
    row.refresh_from_db()
    assert (waiting.state, waiting.status, waiting.attempts) == ("sent", 204, 2)
    assert row.failing_since is None


@pytest.mark.django_db
def test_after_a_day_of_trying_a_delivery_has_failed(elsewhere: Elsewhere) -> None:
    elsewhere.status = 404
    add_webhook(url=elsewhere.url, events=["team.agent_joined"], actor=SYSTEM)
    make_agent()
    run_jobs()
    WebhookDelivery.objects.update(next_at=None, created_at=datetime.now(UTC) - timedelta(hours=24))

    tell(delivery_id=WebhookDelivery.objects.get().pk)

    assert WebhookDelivery.objects.get().state == "failed"


@pytest.mark.django_db
def test_a_webhook_that_is_silent_for_days_is_switched_off_and_on_again(elsewhere: Elsewhere) -> None:
    elsewhere.status = 503
    row, _secret = add_webhook(url=elsewhere.url, events=["team.agent_joined"], actor=SYSTEM)
    admin = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    make_agent()
    run_jobs()
    Webhook.objects.update(failing_since=datetime.now(UTC) - timedelta(days=4))
    WebhookDelivery.objects.update(next_at=None)

    tell(delivery_id=WebhookDelivery.objects.latest("id").pk)

    row.refresh_from_db()
    assert (row.is_active, row.disabled_because) == (False, "HTTP 503")
    assert Event.objects.filter(name="webhooks.disabled").count() == 1
    run_jobs()
    told = Alert.objects.get()
    assert (told.agent, told.case, told.reason) == (admin, None, "webhook")
    make_agent("Борис Лебедев", "boris@gorizont.example")
    run_jobs()
    assert WebhookDelivery.objects.count() == 2

    edit_webhook(webhook=row, url=row.url, events=["*"], is_active=True, actor=SYSTEM)

    assert (row.is_active, row.failing_since, row.disabled_because) == (True, None, "")


@pytest.mark.django_db
def test_a_test_call_says_at_once_what_came_of_it(elsewhere: Elsewhere) -> None:
    row, _secret = add_webhook(url=elsewhere.url, events=["cases.*"], actor=SYSTEM)
    good = check_webhook(webhook=row, actor=SYSTEM)
    elsewhere.server.shutdown()
    elsewhere.server.server_close()

    bad = check_webhook(webhook=row, actor=SYSTEM)

    assert (good.state, good.status) == ("sent", 200)
    assert json.loads(elsewhere.heard[0][1])["name"] == "webhooks.tested"
    assert (bad.state, bad.status, bad.last_error) == ("failed", None, "ConnectionRefusedError")


@pytest.mark.django_db
def test_a_lost_job_is_taken_up_and_old_deliveries_are_forgotten(elsewhere: Elsewhere) -> None:
    add_webhook(url=elsewhere.url, events=["team.agent_joined"], actor=SYSTEM)
    make_agent()
    delivery = WebhookDelivery.objects.filter()
    run_jobs()
    delivery.update(state="queued", next_at=datetime.now(UTC) - timedelta(hours=1))

    mind_webhooks()
    run_jobs()

    assert delivery.get().state == "sent"
    assert len(elsewhere.heard) == 2
    delivery.update(created_at=datetime.now(UTC) - timedelta(days=31))
    mind_webhooks()
    assert delivery.count() == 0


@pytest.mark.django_db
def test_a_delivery_whose_first_job_died_is_taken_up_again(elsewhere: Elsewhere) -> None:
    add_webhook(url=elsewhere.url, events=["team.agent_joined"], actor=SYSTEM)
    make_agent()
    _run_only("react")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'webhooks.tell'")
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.next_at) == ("queued", 0, None)

    mind_webhooks()
    run_jobs()
    assert elsewhere.heard == []  # it may still be on its way
    WebhookDelivery.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=11))
    mind_webhooks()
    run_jobs()

    delivery.refresh_from_db()
    assert (delivery.state, len(elsewhere.heard)) == ("sent", 1)


@pytest.mark.django_db
def test_a_delivery_that_waits_for_its_turn_gets_no_second_job(elsewhere: Elsewhere) -> None:
    add_webhook(url=elsewhere.url, events=["team.agent_joined"], actor=SYSTEM)
    make_agent()
    _run_only("react")
    WebhookDelivery.objects.update(created_at=datetime.now(UTC) - timedelta(minutes=11))

    mind_webhooks()
    mind_webhooks()

    assert _jobs("webhooks.tell") == 1


@pytest.mark.django_db
def test_why_a_call_failed_is_told_in_the_language_of_the_reader(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1:9"]
    row, _secret = add_webhook(url="http://127.0.0.1:9/hook", events=["team.agent_joined"], actor=SYSTEM)
    settings.WEBHOOK_PRIVATE_HOSTS = []

    with translation.override("ru"):
        delivery = check_webhook(webhook=row, actor=SYSTEM)
        russian = delivery.problem
    with translation.override("en"):
        english = delivery.problem

    assert delivery.last_error == "port"
    assert english == "Only the ports 80, 443, 8080 and 8443 are called."
    assert russian != english


def _run_only(name: str) -> None:
    """The jobs of one task; the others die with their worker."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT id FROM procrastinate_jobs WHERE task_name = %s"
                " ORDER BY id LIMIT 1) RETURNING args::text",
                [name],
            )
            job = cursor.fetchone()
        if job is None:
            return
        jobs.tasks[name].func(**json.loads(job[0]))


def _jobs(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_what_waits_for_a_removed_webhook_is_not_sent(elsewhere: Elsewhere) -> None:
    row, _secret = add_webhook(url=elsewhere.url, events=["*"], actor=SYSTEM)
    make_agent()

    remove_webhook(webhook=row, actor=SYSTEM)
    run_jobs()

    assert elsewhere.heard == []


@pytest.mark.django_db
def test_an_unknown_event_is_refused(elsewhere: Elsewhere) -> None:
    with pytest.raises(Refusal) as refused:
        add_webhook(url=elsewhere.url, events=["cases.exploded"], actor=SYSTEM)

    assert refused.value.code == "event_unknown"


# ── Never into the house ──────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.1.1", "168.63.129.16",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1", "192.168.1.1", "198.18.0.1",
        "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "::ffff:a00:1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::",
        "2001:0:a00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "ff02::1", "2001:db8::1", "nonsense",
        # ranges given up, kept for documents, or never given out
        "fec0::1", "feff::1", "192.88.99.1", "192.88.99.255", "3fff::1", "3fff:fff::1", "3ffe::1", "5f00::1", "4000::1",
        "100::1", "192.31.196.1", "192.52.193.1", "192.175.48.1", "2620:4f:8000::1", "2001:20::1", "2001:2::1",
        # the same and others, packed
        "::ffff:192.88.99.1", "::ffff:168.63.129.16", "64:ff9b::192.88.99.1", "64:ff9b:1::8.8.8.8", "::8.8.8.8",
        "::ffff:0:8.8.8.8", "2002:c058:6301::1", "2002:808:808::1", "2001:0:808:808::1",
        "2606:4700::5efe:10.0.0.1", "2606:4700::200:5efe:127.0.0.1",
    ],
)  # fmt: skip
def test_an_address_inside_is_never_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
)
def test_an_address_on_the_open_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "", "shop.example", "ftp://shop.example/", "file:///etc/passwd", "gopher://127.0.0.1/", "http://", "https:///x",
        "http://127.0.0.1/", "http://127.0.0.1:8080/", "http://2130706433/", "http://0x7f.0.0.1/", "http://127.1/",
        "http://0/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://localhost/", "http://LOCALHOST./",
        "http://user:password@8.8.8.8/", "http://8.8.8.8:22/", "http://8.8.8.8:0/", "http://8.8.8.8:99999/",
        "http://8.8.8.8/\r\nHost: x", "http://8.8.8.8/ x", "http://почта.example/", "http://169.254.169.254/latest/",
        f"http://8.8.8.8/{'a' * 500}",
    ],
)  # fmt: skip
def test_an_address_that_is_not_called(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_url(url)

    assert refused.value.code == "webhook_url_refused"
    assert "url" in refused.value.fields


def test_a_redirect_is_not_followed(elsewhere: Elsewhere) -> None:
    elsewhere.status, elsewhere.location = 302, "http://169.254.169.254/"

    assert post_signed(elsewhere.url, body=b"{}", secret="s", headers={}) == 302
    assert len(elsewhere.heard) == 1


def test_an_answer_that_trickles_is_cut_off(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "Call", partial(Call, seconds=0.5))
    elsewhere.trickle = 60
    began = time.monotonic()

    status = post_signed(elsewhere.url, body=b"{}", secret="s", headers={})

    assert status == 200
    assert time.monotonic() - began < 3
