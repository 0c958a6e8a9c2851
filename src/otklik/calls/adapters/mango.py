"""Mango Office: a form of ``vpbx_api_key``, ``sign`` and ``json``; ``sign`` is SHA-256 in hex of key, json and salt.

The secret of the door is ``KEY:SALT``, as the cabinet shows them. One conversation has many legs (menu, queue, each
phone): ``entry_id`` is common to all. A leg that ends says nothing of the whole; ``events/summary`` does. A recording
stays with Mango: to fetch it needs their API.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from otklik.calls.adapters.told import Post, Step, Told, call_id, fields_of, names, object_of, words
from otklik.calls.values import Direction

_OUTGOING: Final = "2"
_ANSWERED: Final = "1"


class Mango:
    name = "mango"
    needs_secret = True

    def is_them(self, post: Post, secret: str) -> bool:
        fields = fields_of(post.body)
        key, _colon, salt = secret.partition(":")
        body, given = fields.get("json"), words(fields.get("sign"))
        if not key or not salt or not isinstance(body, str) or words(fields.get("vpbx_api_key")) != key:
            return False
        right = hashlib.sha256(f"{key}{body}{salt}".encode("utf-8", "replace")).hexdigest()
        return hmac.compare_digest(given.encode(), right.encode())

    def understand(self, post: Post) -> Sequence[Told]:
        body = fields_of(post.body).get("json")
        told = object_of(body) if isinstance(body, str) else {}
        call = call_id(told.get("entry_id"))
        if not call:
            return ()
        if "call_state" in told:
            return _leg(call, told)
        return _summary(call, told) if "entry_result" in told else ()

    def greeting(self, query: Mapping[str, str]) -> str:
        return ""


def _leg(call: str, told: Mapping[str, Any]) -> Sequence[Told]:
    """Appeared and Connected at a colleague's phone; in menus and queues only that it rings."""
    state, is_at_phone = words(told.get("call_state")), words(told.get("location")) == "abonent"
    if state == "Appeared":
        step = Step.RINGS
    elif state == "Connected" and is_at_phone:
        step = Step.ANSWERED
    else:
        return ()
    return (_of(call, step, told, is_ours=bool(words(_side(told, "from").get("extension")))),)


def _summary(call: str, told: Mapping[str, Any]) -> Sequence[Told]:
    is_answered = words(told.get("entry_result")) == _ANSWERED
    is_ours = words(told.get("call_direction")) == _OUTGOING
    cause = words(told.get("disconnect_reason"))
    return (_of(call, Step.ENDED, told, is_ours=is_ours, cause=cause, is_answered=is_answered),)


def _of(call: str, step: Step, told: Mapping[str, Any], *, is_ours: bool, **more: Any) -> Told:
    """``is_ours``: we called them."""
    caller, called = _side(told, "from"), _side(told, "to")
    ours, theirs = (caller, called) if is_ours else (called, caller)
    line = words(ours.get("line_number")) or words(told.get("line_number"))
    return Told(
        call=call,
        step=step,
        direction=Direction.OUT if is_ours else Direction.IN,
        number=words(theirs.get("number")),
        line=line,
        inside=names(ours.get("extension")),
        queue=words(ours.get("acd_group")),
        **more,
    )


def _side(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    side = told.get(name)
    return side if isinstance(side, dict) else {}
