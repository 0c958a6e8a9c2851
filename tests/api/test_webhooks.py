"""Programs elsewhere are told of events: signed, retried, and never at an address inside the house."""

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from otklik.cases.models import Alert
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event, Webhook, WebhookDelivery
from otklik.foundation.webhooks import calling
from otklik.foundation.webhooks.actions import (
    add_webhook,
    check_webhook,
    edit_webhook,
    mind_webhooks,
    remove_webhook,
    tell,
)  # fmt: skip
from otklik.foundation.webhooks.calling import CallFailed, call, check_url, is_public, target_of
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
    ],
)  # fmt: skip
def test_an_address_inside_is_never_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::808:808"])
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
    ],
)  # fmt: skip
def test_an_address_that_is_not_called(url: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_url(url)

    assert refused.value.code == "webhook_url_refused"
    assert "url" in refused.value.fields


def test_one_inside_address_among_many_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.5")]
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_args, **_kw: found)

    with pytest.raises(CallFailed):
        target_of("https://shop.example/hook")


def test_the_call_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 80))], [(2, 1, 6, "", ("127.0.0.1", 80))]])
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *_args, **_kw: next(answers))
    went: list[Any] = []

    def connect(address: Any, *_args: Any) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(calling.socket, "create_connection", connect)

    with pytest.raises(CallFailed):
        call("http://rebinding.example/", body=b"{}", secret="s", headers={})

    assert went == [("93.184.216.34", 80)]


def test_a_redirect_is_not_followed(elsewhere: Elsewhere) -> None:
    elsewhere.status, elsewhere.location = 302, "http://169.254.169.254/"

    assert call(elsewhere.url, body=b"{}", secret="s", headers={}) == 302
    assert len(elsewhere.heard) == 1


def test_an_answer_that_trickles_is_cut_off(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "_WHOLE_CALL_SECONDS", 0.5)
    elsewhere.trickle = 60
    began = time.monotonic()

    call(elsewhere.url, body=b"{}", secret="s", headers={})

    assert time.monotonic() - began < 3


def test_only_the_very_host_is_allowed_by_setting(settings: Settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1:9000"]

    assert target_of("http://127.0.0.1:9000/x").address == "127.0.0.1"
    with pytest.raises(CallFailed):
        target_of("http://127.0.0.1:9001/x")
