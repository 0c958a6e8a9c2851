"""What mail servers on the way said of a letter: that it is spam."""

import re
from typing import Final

from otklik.reach.adapters.email.mime import Headers

_YES: Final = re.compile(r"\s*(?:yes|true|spam|1)\b", re.IGNORECASE)
_SIGNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("x-spam-flag", _YES),
    ("x-spam-status", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-spam", _YES),
    ("x-barracuda-spam-status", re.compile(r"\s*yes\b", re.IGNORECASE)),
    ("x-yandex-spam", re.compile(r"\s*4\b")),
    ("x-mras", re.compile(r"\s*(?:spam|bad)\b", re.IGNORECASE)),
    ("x-mailru-spam", _YES),
    ("x-klms-antispam-status", re.compile(r"\s*spam\b", re.IGNORECASE)),
    ("x-ksmg-antispam-status", re.compile(r"\s*spam\b", re.IGNORECASE)),
    ("x-drweb-spamstate", _YES),
    ("x-dspam-result", re.compile(r"\s*spam\b", re.IGNORECASE)),
    ("x-bogosity", re.compile(r"\s*(?:yes|spam)\b", re.IGNORECASE)),
    ("x-rspamd-action", re.compile(r"\s*(?:reject|add header|rewrite subject)\b", re.IGNORECASE)),
    ("x-spamd-result", re.compile(r"\s*default:\s*true\b", re.IGNORECASE)),
    ("x-proofpoint-spam-details", re.compile(r".*\brule=\w*spam\b", re.IGNORECASE)),
    ("x-ms-exchange-organization-scl", re.compile(r"\s*[5-9]\b")),
    ("x-forefront-antispam-report", re.compile(r".*\bSFV:(?:SPM|SKB|SKS)\b", re.IGNORECASE)),
)


def marked_as_spam(headers: Headers) -> str:
    """The header that calls this letter spam, lower-case; '' when none does. A header that says "no" counts nothing."""
    return next((name for name, sign in _SIGNS if any(sign.match(_text(value)) for value in headers.all(name))), "")


def _text(value: bytes) -> str:
    return value[:2_000].decode("ascii", "replace")
