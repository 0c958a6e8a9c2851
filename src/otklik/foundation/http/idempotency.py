"""The same POST twice has one effect and one response: the ``Idempotency-Key`` header."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.database.transactions import whole
from otklik.foundation.errors import Refusal
from otklik.foundation.models import IdempotencyKey
from otklik.foundation.secrets import lock_secret, unlock_secret

KEPT_FOR = timedelta(days=7)
_LONGEST = 200
_RESERVE = """
    INSERT INTO foundation_idempotencykey (scope, key, fingerprint, status) VALUES (%s, %s, %s, 0)
    ON CONFLICT (scope, key) DO NOTHING RETURNING id
"""

type View = Callable[..., Any]


def once(view: View) -> View:
    """Decorator of an API operation: a POST with a key runs once, in one transaction with its key.

    Two at once: the second waits at the unique index until the first has committed, then gets the same response. What
    was refused had no effect, so its key stays free. Raises ``Refusal('idempotency_key_reused')`` for another body.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        key = request.headers.get("Idempotency-Key")
        if request.method != "POST" or key is None:
            return view(request, *args, **kwargs)
        scope, fingerprint = _scope(request), _fingerprint(request)
        with whole():
            row_id = _reserve(scope, _checked(key), fingerprint)
            if row_id is None:
                return _said_before(scope, key, fingerprint)
            response = view(request, *args, **kwargs)
            _remember(row_id, response)
            return response

    return run


def _checked(key: str) -> str:
    if not 0 < len(key) <= _LONGEST or not key.isprintable():
        text = _("An idempotency key is 1 to 200 printable characters.")
        raise Refusal("idempotency_key_invalid", text, fields={"Idempotency-Key": text})
    return key


def _scope(request: HttpRequest) -> str:
    return str(request.auth.scope)  # type: ignore[attr-defined]  # set by the API's log-in


def _fingerprint(request: HttpRequest) -> str:
    return hashlib.sha256(f"{request.get_full_path()}\n".encode() + request.body).hexdigest()


def _reserve(scope: str, key: str, fingerprint: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, [scope, key, fingerprint])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _remember(row_id: int, response: HttpResponse) -> None:
    body = lock_secret(response.content.decode())  # people's words and a webhook's secret are not kept in clear
    IdempotencyKey.objects.filter(pk=row_id).update(status=response.status_code, response=body)


def _said_before(scope: str, key: str, fingerprint: str) -> HttpResponse:
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if row.fingerprint != fingerprint:
        raise Refusal("idempotency_key_reused", _("This idempotency key was used for another request."))
    response = HttpResponse(
        unlock_secret(row.response or ""), content_type="application/json; charset=utf-8", status=row.status
    )
    response["Idempotency-Replayed"] = "true"
    return response


def forget_old_keys() -> int:
    """Purge keys older than a week; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]
