"""Calls of the API as a program makes them."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from otklik.foundation.actors import SYSTEM
from otklik.team.actions import create_token
from otklik.team.models import Agent

CASE = {"subject": "Не пришёл учебник", "text": "Учебник так и не пришёл.", "customer": {"email": "ivan@mail.example"}}


class Program:
    """A program with an agent's token."""

    def __init__(self, agent: Agent) -> None:
        self.token = create_token(agent=agent, actor=SYSTEM)
        self.client = Client()

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self._call("GET", path, query_params=query)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        content = body if isinstance(body, str | bytes) else json.dumps(body)
        return self._call("POST", path, content, headers)

    def delete(self, path: str) -> HttpResponse:
        return self._call("DELETE", path)

    def _call(
        self,
        method: str,
        path: str,
        content: Any = "",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> HttpResponse:
        sent = {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in (headers or {}).items()}
        kind = {"content_type": "application/json"} if method == "POST" else {}
        return self.client.generic(method, f"/api/v1{path}", content, headers=sent, **kind, **more)  # type: ignore[return-value]
