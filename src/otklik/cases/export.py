"""All that we keep of one person and the exporter may see, as one ZIP: readable data, letters as they came, files.

What colleagues wrote among themselves stands apart in ``inner/``: it is about the person, and not for everybody's eyes.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from otklik.cases.models import Case, CaseStep, CustomersWord, Draft
from otklik.cases.queries import visible_to
from otklik.customers.models import ContactPoint, Customer
from otklik.customers.queries import contact_points
from otklik.foundation.actors import Actor
from otklik.foundation.files.keeping import read_file
from otklik.foundation.files.links import safe_name
from otklik.foundation.manifest import Person
from otklik.foundation.modules import modules
from otklik.reach.actions import bytes_of
from otklik.reach.models import Attachment, Message, RawMessage
from otklik.reach.queries import written_by

_IN_MEMORY = 5_000_000


def personal_data(customer: Customer, *, actor: Actor) -> IO[bytes]:
    """An open temporary file with the ZIP, at its beginning: ``data.json``, ``letters/``, ``files/``, ``inner/``."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # the answer closes it
    cases = visible_to(actor).filter(customer=customer)
    elsewhere = _elsewhere(customer, actor)
    said = _said_in(customer, cases, actor)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", _json(_data(customer, cases, said, elsewhere)))
        outer = Q(pk__in=said.exclude(direction=Message.Direction.NOTE).values("id")) | Q(pk__in=elsewhere.values("id"))
        _put(archive, Message.objects.filter(outer), folder="")
        notes = said.filter(direction=Message.Direction.NOTE)
        archive.writestr("inner/README.txt", _("For colleagues only: not written to the person and not sent to them."))
        archive.writestr("inner/notes.json", _json(_inner(customer, cases, notes)))
        _put(archive, notes, folder="inner/")
    target.seek(0)
    return target


def _said_in(customer: Customer, cases: QuerySet[Case], actor: Actor) -> QuerySet[Message]:
    """Everything of their cases in sight, and, for who sees all, of conversations that are in no case."""
    about = Q(conversation__thread__case__in=cases)
    if actor.sees_all:
        about |= Q(conversation__customer=customer)
    return Message.objects.filter(pk__in=Message.objects.filter(about).values("id")).order_by("id")


def _elsewhere(customer: Customer, actor: Actor) -> QuerySet[Message]:
    """What they wrote into cases of other people, as far as the exporter sees these."""
    addresses = contact_points(customer).filter(kind__in=ContactPoint.Kind.values)
    theirs = written_by(addresses.values_list("value", flat=True))
    theirs = theirs.exclude(conversation__customer=customer)
    return theirs if actor.sees_all else theirs.filter(conversation__thread__case__in=visible_to(actor))


def _put(archive: zipfile.ZipFile, messages: QuerySet[Message], *, folder: str) -> None:
    raws = RawMessage.objects.filter(messages__in=messages).select_related("file").distinct()
    for raw in raws.iterator(50):
        archive.writestr(f"{folder}letters/{raw.pk}.eml", bytes_of(raw))
    attached = Attachment.objects.filter(message__in=messages).select_related("file").order_by("id")
    for row in attached.iterator(50):
        archive.writestr(f"{folder}files/{row.message_id}-{row.pk}-{safe_name(row.name)}", read_file(row.file))


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2, default=_said)


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _data(
    customer: Customer, cases: QuerySet[Case], said: QuerySet[Message], elsewhere: QuerySet[Message]
) -> dict[str, Any]:
    words = CustomersWord.objects.filter(case__in=cases).order_by("id")
    return {
        "customer": {
            "id": customer.pk,
            "name": customer.name,
            "organization": str(customer.organization or ""),
            "role_there": customer.role_there,
            "tier": customer.tier,
            "language": customer.language,
            "time_zone": customer.time_zone,
            "remembered": customer.remembered,
            "custom": customer.custom,
            "known_since": customer.created_at,
        },
        "contact_points": list(contact_points(customer).values("kind", "value", "verified_at", "bounce", "created_at")),
        "cases": list(_cases(cases)),
        "in_no_case": [_message(one) for one in _outer(said.filter(conversation__thread=None))],
        "in_cases_of_others": [_message(one) for one in _outer(elsewhere)],
        "words": list(words.values("case_id", "is_solved", "satisfaction", "ease", "explained_twice", "words", "at")),
        **_of_each_app(Person(customer_id=customer.pk, cases=list(cases.values_list("id", flat=True)))),
    }


def _of_each_app(person: Person) -> dict[str, Any]:
    parts = (module.export(person) for module in modules() if module.export)
    return {name: rows for part in parts for name, rows in part.items()}


def _outer(messages: QuerySet[Message]) -> Iterable[Message]:
    return messages.exclude(direction=Message.Direction.NOTE).prefetch_related("attachments").order_by("id")


def _cases(cases: QuerySet[Case]) -> Iterator[dict[str, Any]]:
    for case in cases.select_related("owner").order_by("id"):
        yield {
            "number": case.number,
            "subject": case.subject,
            "summary": case.summary,
            "state": case.state,
            "kind": case.kind,
            "owner": case.owner.name,
            "custom": case.custom,
            "opened": case.created_at,
            "closed": case.closed_at,
            "messages": [_message(one) for one in _outer(Message.objects.filter(conversation__thread__case=case))],
        }


def _inner(customer: Customer, cases: QuerySet[Case], notes: QuerySet[Message]) -> dict[str, Any]:
    drafts = Draft.objects.filter(case__in=cases).order_by("id")
    skipped = CaseStep.objects.filter(case__in=cases, state=CaseStep.State.SKIPPED).order_by("id")
    return {
        "about": customer.pk,
        "is_inner": True,
        "notes": [_message(one, folder="inner/") for one in notes.prefetch_related("attachments")],
        "drafts": list(drafts.values("case_id", "kind", "text")),
        "steps_left_out": list(skipped.values("case_id", "number", "because", "at")),
    }


def _message(message: Message, *, folder: str = "") -> dict[str, Any]:
    files = message.attachments.all()
    return {
        "id": message.pk,
        "direction": message.direction,
        "author": message.author_name,
        "address": message.author_address,
        "at": message.dated,
        "subject": message.subject,
        "text": message.full_text or message.text,
        "letter": f"{folder}letters/{message.raw_id}.eml" if message.raw_id else None,
        "files": [f"{folder}files/{message.pk}-{row.pk}-{safe_name(row.name)}" for row in files],
    }
