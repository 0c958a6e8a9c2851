"""The certificate of the mail door, as the environment names it."""

import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from otklik.commands.problems import Problem
from otklik.config import environment as env
from otklik.reach.adapters.tls import Certificate

CHAIN: Final = "OTKLIK_SMTP_TLS_CERTIFICATE"
KEY: Final = "OTKLIK_SMTP_TLS_KEY"


def mail_certificate() -> Certificate | None:
    """None when none is named: then the door offers no STARTTLS. Raises ``Problem`` for one that cannot be used."""
    chain, key = env.text(CHAIN), env.text(KEY)
    if not chain:
        if key:
            raise Problem(f"{KEY} is set but {CHAIN} is not: name both, or neither.")
        return None
    try:
        return Certificate(Path(chain), Path(key) if key else None)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(
            f"The certificate of the mail door cannot be used ({reason}): {CHAIN} must be a PEM file with the whole "
            f"chain, {KEY} its key, both readable by this user."
        ) from error


def ends_on() -> datetime.datetime | None:
    """When the named certificate runs out; None when none is named. Raises ``OSError`` or ``ValueError``."""
    chain = env.text(CHAIN)
    if not chain:
        return None
    return x509.load_pem_x509_certificate(Path(chain).read_bytes()).not_valid_after_utc
