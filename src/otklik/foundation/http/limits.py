"""How often somebody may do something: counted in the database, so that all processes share one count."""

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import ngettext

from otklik.foundation.errors import Refusal
from otklik.foundation.models import Tally

_COUNT = """
    INSERT INTO foundation_tally AS tally (who, since, count) VALUES (%(who)s, %(now)s, %(amount)s)
    ON CONFLICT (who) DO UPDATE SET
        since = CASE WHEN tally.since <= %(stale)s THEN EXCLUDED.since ELSE tally.since END,
        count = CASE WHEN tally.since <= %(stale)s THEN EXCLUDED.count ELSE tally.count + EXCLUDED.count END
    RETURNING since, count
"""
_KEPT = timedelta(days=2)
_NETWORK_BITS = 64


class TooOften(Refusal):
    """``wait`` says when to try again."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        text = ngettext(
            "That was often in a short time. Try again in %(count)d minute.",
            "That was often in a short time. Try again in %(count)d minutes.",
            minutes,
        )
        super().__init__("too_often", text % {"count": minutes})
        self.wait = wait


def count_one(deed: str, who: str, *, most: int, within: timedelta, amount: int = 1) -> None:
    """Count one ``deed`` of ``who`` (an address; only its keyed hash is stored). Raises ``TooOften`` past ``most``.

    ``amount``: what a deed counts for that is measured rather than counted, such as kilobytes.
    Call it outside a transaction that may roll back: a refused attempt counts too.
    """
    now = timezone.now()
    digest = _digest(deed, who)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"who": digest, "now": now, "stale": now - within, "amount": amount})
        since, count = cursor.fetchone()
    if count > most:
        raise TooOften(since + within - now)


def uncount_one(deed: str, who: str) -> None:
    """Take one deed out of the count again: it turned out to be none."""
    Tally.objects.filter(who=_digest(deed, who), count__gt=0).update(count=F("count") - 1)


def _digest(deed: str, who: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{deed}:{who}".encode(), hashlib.sha256).hexdigest()


def forget_old_counts() -> None:
    Tally.objects.filter(since__lt=timezone.now() - _KEPT).delete()


def client_address(request: HttpRequest) -> str:
    """The network address to count by: of the proxy's word only when we stand behind one; an IPv6 network of /64."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/{_NETWORK_BITS}", strict=False))
