"""A messenger's server as far as we speak with it: it takes what is asked, and answers as it is told to.

Each dialect knows how a person says a word, presses, blocks, and how what we sent is read. All of it is of our making.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from django.test import Client
from django.urls import reverse

from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from otklik.reach.actions import Opened, Wanted, open_messenger
from otklik.reach.models import Inbox

TOKEN: Final = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
SECRET: Final = "said-back-with-each-call"
ANNA: Final = "Анна Смирнова"
"""Who speaks stands first in each message."""
CUT: Final = "cut"
"""It takes what it is told, and the line breaks before it answers."""
GOLDEN: Final = Path(__file__).parent / "golden"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call as it came: ``files`` are name and bytes by their fields."""

    method: str
    values: dict[str, Any]
    headers: Mapping[str, str]
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)


type Planned = tuple[int, Any] | str


class Fake(ABC):
    """``planned``: what the next calls of a method meet, before they are answered well."""

    kind: str

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.planned: dict[str, list[Planned]] = {}
        self.files: dict[str, bytes] = {}
        self.news: list[dict[str, Any]] = []
        self.number = 100

    def will(self, method: str, *planned: Planned) -> None:
        self.planned.setdefault(method, []).extend(planned)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    # ── How it is asked ───────────────────────────────────────────────────────────────────
    @abstractmethod
    def method_of(self, verb: str, path: str, values: dict[str, Any]) -> str: ...

    @abstractmethod
    def answer(self, asked: Asked) -> tuple[int, Any]: ...

    # ── What a person does ────────────────────────────────────────────────────────────────
    @abstractmethod
    def word(self, text: str, **more: Any) -> dict[str, Any]: ...

    @abstractmethod
    def block(self) -> dict[str, Any]: ...

    @abstractmethod
    def press(self, asked: Asked, says: str) -> dict[str, Any]: ...

    # ── What we said ──────────────────────────────────────────────────────────────────────
    @property
    @abstractmethod
    def said(self) -> list[Asked]: ...

    @abstractmethod
    def text(self, asked: Asked) -> str: ...

    @abstractmethod
    def presses(self, asked: Asked) -> list[str]: ...

    @abstractmethod
    def headers(self) -> dict[str, str]: ...


class FakeTelegram(Fake):
    kind = "telegram"
    peer = 279058397

    def method_of(self, verb: str, path: str, values: dict[str, Any]) -> str:
        return path.removeprefix(f"/bot{TOKEN}/") if path.startswith(f"/bot{TOKEN}/") else "unauthorized"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        known = {
            "getMe": {"id": 110201543, "is_bot": True, "first_name": "Горизонт", "username": "gorizont_help_bot"},
            "setWebhook": True,
            "deleteWebhook": True,
            "answerCallbackQuery": True,
            "sendChatAction": True,
        }
        if asked.method == "unauthorized":
            return 401, {"ok": False, "error_code": 401, "description": "Unauthorized"}
        if asked.method == "getUpdates":
            after = asked.values.get("offset", 0)
            return 200, {"ok": True, "result": [one for one in self.news if one["update_id"] >= after]}
        if asked.method == "getFile":
            return 200, {"ok": True, "result": {"file_id": "x", "file_path": f"files/{asked.values['file_id']}"}}
        if asked.method == "sendMediaGroup":
            count = len(json.loads(asked.values["media"]))
            return 200, {"ok": True, "result": [self._message(asked) for _one in range(count)]}
        return 200, {"ok": True, "result": known.get(asked.method) or self._message(asked)}

    def _message(self, asked: Asked) -> dict[str, Any]:
        return {"message_id": self.next_number(), "chat": {"id": int(asked.values["chat_id"]), "type": "private"}}

    def update(self, **told: Any) -> dict[str, Any]:
        return {"update_id": self.next_number(), **told}

    def person(self) -> dict[str, Any]:
        return {"id": self.peer, "is_bot": False, "first_name": "Вера", "last_name": "Лунина", "username": "vera_l"}

    def message(self, **more: Any) -> dict[str, Any]:
        chat = {"id": self.peer, "type": "private", "first_name": "Вера"}
        return {"message_id": self.next_number(), "from": self.person(), "chat": chat, "date": 1_764_486_000, **more}

    def word(self, text: str, **more: Any) -> dict[str, Any]:
        return self.update(message=self.message(text=text, **more))

    def block(self) -> dict[str, Any]:
        return self.member("kicked")

    def member(self, status: str) -> dict[str, Any]:
        chat = {"id": self.peer, "type": "private"}
        return self.update(my_chat_member={"chat": chat, "from": self.person(), "new_chat_member": {"status": status}})

    def press(self, asked: Asked, says: str) -> dict[str, Any]:
        message = {"message_id": self.number, "chat": {"id": self.peer, "type": "private"}}
        query = {"id": f"press-{self.next_number()}", "from": self.person(), "message": message, "data": says}
        return self.update(callback_query=query)

    @property
    def said(self) -> list[Asked]:
        return [one for one in self.asked if one.method.startswith("send") and one.method != "sendChatAction"]

    def text(self, asked: Asked) -> str:
        return str(asked.values.get("text") or asked.values.get("caption") or "").removeprefix(f"{ANNA}\n")

    def presses(self, asked: Asked) -> list[str]:
        rows = asked.values.get("reply_markup", {}).get("inline_keyboard", [])
        return [one["callback_data"] for row in rows for one in row if "callback_data" in one]

    def headers(self) -> dict[str, str]:
        return {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class FakeMax(Fake):
    kind = "max"
    peer = 116327994376978687

    def method_of(self, verb: str, path: str, values: dict[str, Any]) -> str:
        return f"{verb} {path}"

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.method == "POST /put":
            return 200, {"token": f"token-{self.next_number()}"}
        if asked.headers.get("authorization") != TOKEN:
            return 401, {"code": "verify.token", "message": "Invalid access_token"}
        known: dict[str, Any] = {
            "GET /me": {"user_id": 90, "name": "Горизонт", "username": "gorizont_bot", "is_bot": True},
            "POST /subscriptions": {"success": True},
            "GET /subscriptions": {"subscriptions": []},
            "POST /answers": {"success": True},
            "POST /uploads": {"url": f"{self.url}/put"},
            "GET /updates": {"updates": self.news, "marker": 7},
            "GET /messages": {"messages": []},
        }
        return 200, known.get(asked.method) or {"message": {"body": {"mid": f"mid.{self.next_number()}"}}}

    def message(self, text: str, **more: Any) -> dict[str, Any]:
        body = {"mid": f"mid.{self.next_number()}", "seq": 116327994376978687, "text": text, **more}
        return {"recipient": self._here(), "sender": self._person(), "timestamp": 1_764_486_000_000, "body": body}

    def _here(self) -> dict[str, Any]:
        return {"chat_id": self.peer, "chat_type": "dialog", "user_id": 90}

    def _person(self) -> dict[str, Any]:
        return {"user_id": 17, "first_name": "Вера", "last_name": "Лунина", "is_bot": False}

    def update(self, kind: str, **more: Any) -> dict[str, Any]:
        return {"update_type": kind, "timestamp": 1_764_486_000_000 + self.next_number(), **more}

    def word(self, text: str, **more: Any) -> dict[str, Any]:
        return self.update("message_created", message=self.message(text, **more))

    def block(self) -> dict[str, Any]:
        return self.update("bot_stopped", chat_id=self.peer, user=self._person())

    def press(self, asked: Asked, says: str) -> dict[str, Any]:
        callback = {"callback_id": f"press-{self.next_number()}", "payload": says, "user": self._person()}
        message = {"recipient": self._here(), "body": {"mid": "mid.nobody-knows"}}
        return self.update("message_callback", callback=callback, message=message)

    @property
    def said(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST /messages"]

    def text(self, asked: Asked) -> str:
        return re.sub(r"<[^>]*>", "", str(asked.values["text"])).removeprefix(f"{ANNA}\n")

    def presses(self, asked: Asked) -> list[str]:
        keyboards = [one["payload"] for one in asked.values.get("attachments", []) if one["type"] == "inline_keyboard"]
        return [one["payload"] for board in keyboards for row in board["buttons"] for one in row if "payload" in one]

    def headers(self) -> dict[str, str]:
        return {"X-Max-Bot-Api-Secret": SECRET}


class FakeVk(Fake):
    kind = "vk"
    peer = 17
    group = 238

    def method_of(self, verb: str, path: str, values: dict[str, Any]) -> str:
        return path.removeprefix("/")

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.method == "put":
            return 200, {"file": "kept", "photo": "[]", "server": 1, "hash": "h"}
        if asked.values.get("access_token") != TOKEN:
            return 200, {"error": {"error_code": 5, "error_msg": "User authorization failed"}}
        known: dict[str, Any] = {
            "groups.getById": {"groups": [{"id": self.group, "name": "Горизонт", "screen_name": "gorizont"}]},
            "groups.getCallbackConfirmationCode": {"code": "c0de"},
            "groups.getCallbackServers": {"count": 0, "items": []},
            "groups.addCallbackServer": {"server_id": 3},
            "users.get": [{"id": self.peer, "first_name": "Вера", "last_name": "Лунина"}],
            "photos.getMessagesUploadServer": {"upload_url": f"{self.url}/put"},
            "docs.getMessagesUploadServer": {"upload_url": f"{self.url}/put"},
            "photos.saveMessagesPhoto": [{"id": 5, "owner_id": -238, "access_key": "k"}],
            "docs.save": {"type": "doc", "doc": {"id": 6, "owner_id": -238}},
            "messages.send": self.next_number(),
        }
        return 200, {"response": known.get(asked.method, 1)}

    def event(self, kind: str, about: dict[str, Any]) -> dict[str, Any]:
        event_id = f"event-{self.next_number()}"
        return {
            "type": kind,
            "group_id": self.group,
            "event_id": event_id,
            "secret": SECRET,
            "v": "5.199",
            "object": about,
        }

    def word(self, text: str, **more: Any) -> dict[str, Any]:
        number = self.next_number()
        message = {
            "id": number, "conversation_message_id": number, "from_id": self.peer, "peer_id": self.peer,
            "date": 1_764_486_000, "text": text, **more,
        }  # fmt: skip
        return self.event("message_new", {"message": message, "client_info": {}})

    def block(self) -> dict[str, Any]:
        return self.event("message_deny", {"user_id": self.peer})

    def press(self, asked: Asked, says: str) -> dict[str, Any]:
        about = {
            "user_id": self.peer,
            "peer_id": self.peer,
            "event_id": f"p{self.next_number()}",
            "payload": {"says": says},
        }
        return self.event("message_event", about)

    @property
    def said(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "messages.send"]

    def text(self, asked: Asked) -> str:
        return str(asked.values["message"]).removeprefix(f"{ANNA}\n")

    def presses(self, asked: Asked) -> list[str]:
        rows = json.loads(asked.values.get("keyboard", "{}")).get("buttons", [])
        actions = [one["action"] for row in rows for one in row]
        return [json.loads(one["payload"])["says"] for one in actions if "payload" in one]

    def headers(self) -> dict[str, str]:
        return {}


FAKES: Final[Mapping[str, type[Fake]]] = {"telegram": FakeTelegram, "max": FakeMax, "vk": FakeVk}


class _Handler(BaseHTTPRequestHandler):
    fake: Fake

    def do_POST(self) -> None:
        self._take("POST")

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path in self.fake.files:
            self._say(200, self.fake.files[path], "application/octet-stream")
        elif "/file/" in path:
            self._say(404, b"", "text/plain")
        else:
            self._take("GET")

    def do_DELETE(self) -> None:
        self._take("DELETE")

    def _take(self, verb: str) -> None:
        parts, fake = urlsplit(self.path), self.fake
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        values, files = _read(self.headers.get("Content-Type", ""), body)
        values = {**{name: given[-1] for name, given in parse_qs(parts.query).items()}, **values}
        headers = {name.lower(): value for name, value in self.headers.items()}
        method = fake.method_of(verb, parts.path, values)
        asked = Asked(method=method, values=values, headers=headers, files=files)
        fake.asked.append(asked)
        planned = fake.planned.get(method, [])
        answered = planned.pop(0) if planned else fake.answer(asked)
        if isinstance(answered, str):
            self.close_connection = True
            return
        status, said = answered
        content = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        self._say(status, content.encode(), "application/json")

    def _say(self, status: int, content: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: object) -> None:
        """Quiet."""


@contextmanager
def serving[F: Fake](fake: F) -> Iterator[F]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read(content_type: str, body: bytes) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    if content_type.startswith("application/json"):
        return (json.loads(body) if body else {}), {}
    if content_type.startswith("application/x-www-form-urlencoded"):
        return {name: given[-1] for name, given in parse_qs(body.decode(), keep_blank_values=True).items()}, {}
    if not content_type.startswith("multipart/form-data"):
        return {}, {}
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    values: dict[str, Any] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for part in whole.get_payload():
        head = str(part["Content-Disposition"])  # type: ignore[index]
        name = re.search(r' name="([^"]*)"', head)
        filename = re.search(r'filename="([^"]*)"', head)
        content = part.get_payload(decode=True)  # type: ignore[union-attr]
        assert name is not None
        assert isinstance(content, bytes)
        if filename:
            files[name[1]] = (filename[1], content)
        else:
            values[name[1]] = content.decode()
    return values, files


def open_door(fake: Fake, **more: Any) -> Inbox:
    """As whoever runs the machine opens it."""
    return opened_door(fake, **more).inbox


def opened_door(fake: Fake, **more: Any) -> Opened:
    usual: dict[str, Any] = {"name": "help", "token": TOKEN, "secret": SECRET, "mode": "push", "is_operator": True}
    if isinstance(fake, FakeVk):
        usual["group"] = str(fake.group)
    return open_messenger(wanted=Wanted(kind=fake.kind, **{**usual, "base_url": fake.url, **more}), actor=SYSTEM)


def knock(fake: Fake, inbox: Inbox, *happened: Mapping[str, Any], run: bool = True, **headers: str) -> list[int]:
    """The messenger calls our hook once for each; the statuses that it heard."""
    statuses = [_call(fake, inbox, json.dumps(one).encode(), headers) for one in happened]
    if run:
        run_jobs()
    return statuses


def _call(fake: Fake, inbox: Inbox, body: bytes, headers: Mapping[str, str]) -> int:
    answer = Client().post(
        reverse("reach-hooks:hook", kwargs={"kind": inbox.kind, "route": inbox.route}),
        data=body,
        content_type="application/json",
        headers={**fake.headers(), **headers},
    )
    return answer.status_code


def golden(kind: str) -> Sequence[tuple[str, dict[str, Any]]]:
    files = sorted(GOLDEN.glob(f"{kind}.*.json"))
    return [(path.stem, json.loads(path.read_text(encoding="utf-8"))["raw"]) for path in files]
