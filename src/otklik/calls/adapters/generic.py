"""The generic dialect: the vocabulary of Zammad's CTI, which many exchanges and scripts speak already.

``newCall``, ``answer`` and ``hangup`` as in docs.zammad.org (generic CTI), by JSON or as a form; what proves the
exchange is the unguessable address, and with a secret of the door besides a header ``Authorization: Bearer``.
``recording`` with ``recordingUrl`` is our own addition.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any, Final

from otklik.calls.adapters.told import Post, Step, Told, call_id, fields_of, names, words
from otklik.calls.values import Direction

_STEPS: Final = {"newCall": Step.RINGS, "answer": Step.ANSWERED, "hangup": Step.ENDED, "recording": Step.RECORDED}


class Generic:
    name = "generic"
    needs_secret = False

    def is_them(self, post: Post, secret: str) -> bool:
        given = post.headers.get("authorization", "").removeprefix("Bearer ").strip()
        return not secret or hmac.compare_digest(given.encode(), secret.encode())

    def understand(self, post: Post) -> Sequence[Told]:
        fields = fields_of(post.body)
        step, call = _STEPS.get(words(fields.get("event"))), call_id(fields.get("callId"))
        if step is None or not call:
            return ()
        direction = Direction.OUT if words(fields.get("direction")) == "out" else Direction.IN
        theirs, ours = ("to", "from") if direction == Direction.OUT else ("from", "to")
        return (
            Told(
                call=call,
                step=step,
                direction=direction,
                number=words(fields.get(theirs)),
                line=words(fields.get(ours)),
                inside=names(fields.get("answeringNumber"), _users(fields)),
                queue=words(fields.get("queue")),
                cause=words(fields.get("cause")),
                recording=words(fields.get("recordingUrl")) if step is Step.RECORDED else "",
            ),
        )

    def greeting(self, query: Mapping[str, str]) -> str:
        return ""


def _users(fields: Mapping[str, Any]) -> Any:
    """By a form ``user[]``, by JSON ``user``; one name alone may stand without a list."""
    return fields.get("user[]") or fields.get("user") or ()
