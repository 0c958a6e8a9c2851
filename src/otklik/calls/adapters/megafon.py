"""MegaFon's cloud exchange: a form with ``cmd`` and the token of the door as ``crm_token``.

``cmd=event`` tells INCOMING, OUTGOING, ACCEPTED and COMPLETED; CANCELLED is of one phone among several and says nothing
of the whole. ``cmd=history`` comes when all is over, with ``status`` and the address of the recording.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from otklik.calls.adapters.told import Post, Step, Told, call_id, fields_of, names, words
from otklik.calls.values import Direction

_STEPS: Final = {"INCOMING": Step.RINGS, "OUTGOING": Step.RINGS, "ACCEPTED": Step.ANSWERED, "COMPLETED": Step.ENDED}


class Megafon:
    name = "megafon"
    needs_secret = True

    def is_them(self, post: Post, secret: str) -> bool:
        given = words(fields_of(post.body).get("crm_token"))
        return bool(secret) and hmac.compare_digest(given.encode(), secret.encode())

    def understand(self, post: Post) -> Sequence[Told]:
        fields = fields_of(post.body)
        call = call_id(fields.get("callid"))
        command = words(fields.get("cmd")) if call else ""
        if command == "event" and (step := _STEPS.get(words(fields.get("type")).upper())) is not None:
            return (_of(call, step, fields, is_ours=_is_ours(fields)),)
        if command == "history":
            return _history(call, fields)
        return ()

    def greeting(self, query: Mapping[str, str]) -> str:
        return ""


def _is_ours(fields: Mapping[str, Any]) -> bool:
    return words(fields.get("type")).upper() == "OUTGOING" or words(fields.get("direction")) == "out"


def _history(call: str, fields: Mapping[str, Any]) -> Sequence[Told]:
    is_ours, status = words(fields.get("type")) == "out", words(fields.get("status"))
    is_answered = status.lower() == "success"
    ended = _of(call, Step.ENDED, fields, is_ours=is_ours, cause=status, is_answered=is_answered)
    link = words(fields.get("link"))
    return (ended, _of(call, Step.RECORDED, fields, is_ours=is_ours, recording=link)) if link else (ended,)


def _of(call: str, step: Step, fields: Mapping[str, Any], *, is_ours: bool, **more: Any) -> Told:
    return Told(
        call=call,
        step=step,
        direction=Direction.OUT if is_ours else Direction.IN,
        number=words(fields.get("phone")),
        line=words(fields.get("diversion")),
        inside=names(fields.get("ext"), fields.get("user")),
        queue=words(fields.get("groupRealName")),
        **more,
    )
