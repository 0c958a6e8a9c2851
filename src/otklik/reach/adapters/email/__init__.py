"""Placeholder until the real parser lands (branch mailparse: on conflict take yours, whole)."""

import hashlib
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr

from otklik.reach.adapters.incoming import Address, Incoming, Unreadable


def parse(raw: bytes, *, trusted_hosts: Sequence[str] = ()) -> Incoming | Unreadable:
    mail = message_from_bytes(raw, policy=default)
    name, email = parseaddr(str(mail["From"] or ""))
    if not email:
        return Unreadable(reason="no_sender")
    body = mail.get_body(("plain",))
    text = str(body.get_content()) if body else ""
    external_id = str(mail["Message-ID"] or "").strip(" <>") or f"sha256:{hashlib.sha256(raw).hexdigest()}"
    references = tuple(str(mail["References"] or mail["In-Reply-To"] or "").replace("<", "").replace(">", "").split())
    return Incoming(
        external_id=external_id,
        sender=Address(email=email.lower(), name=name),
        to=tuple(Address(email=parseaddr(str(one))[1].lower()) for one in mail.get_all("To", [])),
        subject=str(mail["Subject"] or ""),
        references=references,
        text=text,
        own_text=text,
        automatic_because="auto_submitted" if mail.get("Auto-Submitted", "no") != "no" else "",
    )
