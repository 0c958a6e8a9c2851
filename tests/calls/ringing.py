"""A telephone exchange as any script would speak for it."""

import json
from typing import Any

from django.test import Client

from otklik.calls.actions import add_exchange
from otklik.foundation.actors import SYSTEM
from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from otklik.reach.models import Inbox
from otklik.reach.queries import hook_path

VERA = "+79005550142"
TOKEN = "a token of sixteen signs"


def make_exchange(name: str = "office", **values: Any) -> Inbox:
    return add_exchange(name=name, actor=SYSTEM, **values)


def tell(
    inbox: Inbox, event: str, *, call: str = "c-1", number: str = "79005550142", run: bool = True, **more: Any
) -> int:
    """The exchange tells one step in Zammad's words; the status that it hears."""
    told = {"event": event, "callId": call, "from": number, "to": "74955550100", "direction": "in"} | more
    answer = Client().post(hook_path(inbox), data=json.dumps(told), content_type="application/json")
    if run:
        run_jobs()
    return answer.status_code


def miss(inbox: Inbox, *, call: str = "c-1", **more: Any) -> None:
    tell(inbox, "newCall", call=call, **more)
    tell(inbox, "hangup", call=call, cause="noAnswer", **more)
