"""Zadarma: a form with ``event`` NOTIFY_…; header ``Signature`` is base64 of the hex HMAC-SHA1 over some of its fields.

Which ones depends on the event, as their own library has it (zadarma/user-api-v1, lib/Webhook). Before it is taken into
use the address is asked with ``?zd_echo=…``, which it wants to hear again. A recording is fetched by their API alone.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final

from otklik.calls.adapters.told import Post, Step, Told, call_id, fields_of, names, words
from otklik.calls.values import Direction

_INCOMING: Final = ("caller_id", "called_did", "call_start")
_OUTGOING: Final = ("internal", "destination", "call_start")
_SIGNED: Final = {
    "NOTIFY_START": _INCOMING,
    "NOTIFY_INTERNAL": _INCOMING,
    "NOTIFY_IVR": _INCOMING,
    "NOTIFY_ANSWER": ("caller_id", "destination", "call_start"),
    "NOTIFY_END": _INCOMING,
    "NOTIFY_OUT_START": _OUTGOING,
    "NOTIFY_OUT_END": _OUTGOING,
    "NOTIFY_RECORD": ("pbx_call_id", "call_id_with_rec"),
}
_STEPS: Final = {
    "NOTIFY_START": (Step.RINGS, Direction.IN),
    "NOTIFY_INTERNAL": (Step.RINGS, Direction.IN),
    "NOTIFY_ANSWER": (Step.ANSWERED, Direction.IN),
    "NOTIFY_END": (Step.ENDED, Direction.IN),
    "NOTIFY_OUT_START": (Step.RINGS, Direction.OUT),
    "NOTIFY_OUT_END": (Step.ENDED, Direction.OUT),
}
_LONGEST_ECHO: Final = 200


class Zadarma:
    name = "zadarma"
    needs_secret = True

    def is_them(self, post: Post, secret: str) -> bool:
        fields = fields_of(post.body)
        signed = _SIGNED.get(words(fields.get("event")))
        if signed is None or not secret:
            return False
        over = "".join(words(fields.get(name)) for name in signed)
        digest = hmac.new(secret.encode(), over.encode(), hashlib.sha1).hexdigest()
        right = base64.b64encode(digest.encode())
        return hmac.compare_digest(post.headers.get("signature", "").encode(), right)

    def understand(self, post: Post) -> Sequence[Told]:
        fields = fields_of(post.body)
        known, call = _STEPS.get(words(fields.get("event"))), call_id(fields.get("pbx_call_id"))
        if known is None or not call:
            return ()
        step, direction = known
        is_ours = direction == Direction.OUT
        disposition = words(fields.get("disposition"))
        return (
            Told(
                call=call,
                step=step,
                direction=direction,
                number=words(fields.get("destination" if is_ours else "caller_id")),
                line=words(fields.get("caller_id" if is_ours else "called_did")),
                inside=names(fields.get("internal")),
                cause=disposition,
                is_answered=disposition == "answered" if step is Step.ENDED and disposition else None,
            ),
        )

    def greeting(self, query: Mapping[str, str]) -> str:
        return query.get("zd_echo", "")[:_LONGEST_ECHO]
