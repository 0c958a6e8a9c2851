"""The program at the other side of an ``http`` channel: it takes what is posted, and answers as it is told to."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from django.test import Client
from django.urls import reverse

from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from otklik.reach.actions import add_http_channel
from otklik.reach.models import Inbox

SECRET = "a secret of both sides"


def signed(body: bytes, *, secret: str = SECRET, at: int | None = None) -> str:
    """The header, made as any integrator would make it."""
    moment = int(time.time()) if at is None else at
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark}"


@dataclass
class OtherSide:
    """``answers``: status and JSON for each call to come, then 200 with a new id; ``got``: what was posted."""

    url: str = ""
    answers: list[tuple[int, dict[str, Any], Mapping[str, str]]] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[bool] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    def will_answer(self, status: int, said: dict[str, Any] | None = None, **headers: str) -> None:
        self.answers.append((status, said or {}, {name.replace("_", "-"): value for name, value in headers.items()}))


@contextmanager
def other_side() -> Iterator[OtherSide]:
    side = OtherSide()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            moment = int(self.headers["X-Otklik-Signature"].partition(",")[0].removeprefix("t="))
            side.signatures.append(self.headers["X-Otklik-Signature"] == signed(body, at=moment))
            side.got.append(json.loads(body))
            default: tuple[int, dict[str, Any], Mapping[str, str]] = (
                200,
                {"external_id": f"theirs-{len(side.got)}"},
                {},
            )
            self._say(*(side.answers.pop(0) if side.answers else default))

        def do_GET(self) -> None:
            content = side.files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def _say(self, status: int, said: Mapping[str, Any], headers: Mapping[str, str]) -> None:
            content = json.dumps(said).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side.url = f"http://127.0.0.1:{server.server_port}/otklik"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_channel(base_url: str = "", name: str = "shop") -> Inbox:
    return add_http_channel(name=name, base_url=base_url, secret=SECRET, is_operator=True, actor=SYSTEM)


def knock(
    inbox: Inbox, said: Mapping[str, Any] | bytes, *, header: str | None = None, run: bool = True
) -> tuple[int, dict[str, Any]]:
    """The other program calls our hook; what it heard."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    answer = Client().post(
        reverse("reach-hooks:hook", kwargs={"kind": inbox.kind, "route": inbox.route}),
        data=body,
        content_type="application/json",
        headers={"X-Otklik-Signature": signed(body) if header is None else header},
    )
    if run:
        run_jobs()
    return answer.status_code, answer.json()


def word(id_: str = "m-1", text: str = "Здравствуйте! Где мой заказ?", **more: Any) -> dict[str, Any]:
    """What Vera says in the shop's app."""
    return {"id": id_, "peer": "vera-17", "person": {"name": "Вера Лунина"}, "text": text} | more
