"""All that we keep of one person, as one ZIP: readable data, the letters as they came, the files."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from otklik.cases.models import Case, CustomersWord
from otklik.customers.models import Customer
from otklik.customers.queries import contact_points
from otklik.foundation.file_urls import safe_name
from otklik.foundation.files import read_file
from otklik.reach.actions import bytes_of
from otklik.reach.models import Attachment, Conversation, GateRefusal, Message, RawMessage
from otklik.voice.models import Answer

_IN_MEMORY = 5_000_000


def personal_data(customer: Customer) -> IO[bytes]:
    """An open temporary file with the ZIP, at its beginning: ``data.json``, ``letters/``, ``files/``."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the answer closes it
    messages = Message.objects.filter(conversation__customer=customer).order_by("id")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(_data(customer), ensure_ascii=False, indent=2, default=_said))
        raws = RawMessage.objects.filter(messages__in=messages).select_related("file").distinct()
        for raw in raws.iterator(50):
            archive.writestr(f"letters/{raw.pk}.eml", bytes_of(raw))
        for row in Attachment.objects.filter(message__in=messages).select_related("file").order_by("id").iterator(50):
            archive.writestr(f"files/{row.message_id}-{row.pk}-{safe_name(row.name)}", read_file(row.file))
    target.seek(0)
    return target


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _data(customer: Customer) -> dict[str, Any]:
    refusals = GateRefusal.objects.filter(customer=customer).order_by("id")
    answers = Answer.objects.filter(invitation__customer=customer).order_by("id")
    words = CustomersWord.objects.filter(case__customer=customer).order_by("id")
    return {
        "customer": {
            "id": customer.pk,
            "name": customer.name,
            "organization": str(customer.organization or ""),
            "role_there": customer.role_there,
            "language": customer.language,
            "time_zone": customer.time_zone,
            "remembered": customer.remembered,
            "custom": customer.custom,
            "known_since": customer.created_at,
        },
        "contact_points": list(contact_points(customer).values("kind", "value", "verified_at", "bounce", "created_at")),
        "cases": list(_cases(customer)),
        "words": list(words.values("case_id", "is_solved", "satisfaction", "ease", "words", "at")),
        "answers": list(answers.values("invitation__case_id", "is_solved", "satisfaction", "ease", "words", "at")),
        "not_sent": list(refusals.values("address", "purpose", "step", "at")),
    }


def _cases(customer: Customer) -> Iterator[dict[str, Any]]:
    for case in Case.objects.filter(customer=customer).select_related("owner").order_by("id"):
        ids = Conversation.objects.filter(thread__case=case).values_list("id", flat=True)
        messages = Message.objects.filter(conversation_id__in=list(ids)).prefetch_related("attachments").order_by("id")
        yield {
            "number": case.number,
            "subject": case.subject,
            "state": case.state,
            "kind": case.kind,
            "owner": case.owner.name,
            "custom": case.custom,
            "opened": case.created_at,
            "closed": case.closed_at,
            "messages": [_message(message) for message in messages],
        }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "direction": message.direction,
        "author": message.author_name,
        "address": message.author_address,
        "at": message.at,
        "subject": message.subject,
        "text": message.full_text or message.text,
        "letter": f"letters/{message.raw_id}.eml" if message.raw_id else None,
        "files": [f"files/{message.pk}-{row.pk}-{safe_name(row.name)}" for row in message.attachments.all()],
    }
