"""What a customer does on a page; each is one action of the apps below, done once however often it is sent."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.template.defaultfilters import filesizeformat
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import open_for_customer
from otklik.cases.models import Case
from otklik.cases.queries import case_link, case_of_conversation
from otklik.customers.actions import CODE_LIVES, identify, make_code
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.files import keep_for_a_day, read_file
from otklik.foundation.limits import count_one
from otklik.foundation.models import StoredFile
from otklik.foundation.policies import policy
from otklik.foundation.signing import seal, unseal
from otklik.foundation.uploads import check_upload, clean_name
from otklik.knowledge.actions import join_case
from otklik.portal.queries import page_conversation
from otklik.reach.actions import hear_on_page, send_code
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message

HOUR = timedelta(hours=1)
FORM_LIVES = timedelta(days=7)
_UPLOADS_LIVE = timedelta(days=1)
_MOST_CODES_OF_ADDRESS, _MOST_CODES_OF_NETWORK, _MOST_TRIES_OF_NETWORK = 5, 20, 60


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file kept between two tries of a form; ``token`` brings it back, whatever else was wrong."""

    file_id: int
    name: str
    size: int
    content_type: str

    @property
    def token(self) -> str:
        return seal("upload", [self.file_id, self.name, self.size, self.content_type])


def new_once() -> str:
    """A sealed word for one form: proves that we rendered it, when, and that two copies of it are one."""
    return seal("once", [secrets.token_hex(8), int(timezone.now().timestamp())])


def keep_uploads(files: Sequence["UploadedFile[Any]"], tokens: Sequence[str]) -> tuple[list[Upload], list[str]]:
    """The files that may stay (those of ``tokens`` first) and, in words, why others may not."""
    kept = [upload for token in tokens if (upload := _upload_of(token)) is not None]
    refused = []
    for file in files:
        try:
            kept.append(_keep_upload(file, kept))
        except Refusal as refusal:
            refused.append(refusal.text)
    return kept, refused


def _upload_of(token: str) -> Upload | None:
    try:
        file_id, name, size, content_type = unseal("upload", token, max_age=_UPLOADS_LIVE)
    except Refusal:
        return None
    return Upload(file_id=file_id, name=name, size=size, content_type=content_type)


def _keep_upload(file: "UploadedFile[Any]", kept: Sequence[Upload]) -> Upload:
    name, size = clean_name(file.name or "file"), file.size or 0
    largest, total, most = (
        int(policy(f"portal.{rule}")) for rule in ("upload_limit_bytes", "upload_total_bytes", "upload_most_files")
    )
    if size > largest:
        text = _("%(name)s is too large: %(size)s, and %(limit)s is the most. A photo may be made smaller.")
        shown = {"name": name, "size": filesizeformat(size), "limit": filesizeformat(largest)}
        raise Refusal("file_too_large", text % shown)
    if len(kept) >= most or size + sum(upload.size for upload in kept) > total:
        text = _("%(name)s does not fit any more: %(most)d files of %(limit)s together are the most.")
        raise Refusal("files_too_many", text % {"name": name, "most": most, "limit": filesizeformat(total)})
    content = file.read()
    check_upload(name=name, content=content)
    stored = keep_for_a_day(content, declared_type=file.content_type or "")
    return Upload(file_id=stored.pk, name=name, size=size, content_type=stored.content_type)


def _incoming(uploads: Sequence[Upload]) -> list[IncomingFile]:
    rows = StoredFile.objects.in_bulk([upload.file_id for upload in uploads])
    return [
        IncomingFile(name=upload.name, content_type=upload.content_type, content=read_file(rows[upload.file_id]))
        for upload in uploads
        if upload.file_id in rows
    ]


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What was typed into the contact form."""

    email: str
    text: str
    name: str = ""
    subject: str = ""
    kind: str = "question"


def open_from_form(*, matter: Matter, uploads: Sequence[Upload], once: str, network: str, visitor: str = "") -> str:
    """The link to a case for what was typed. The same form sent twice is one case; with other words it is another.

    ``visitor``: the visit to the help centre whose questions and readings the case shall know. Raises ``TooOften``.
    """
    external_id = _external_id("form", once, matter, [upload.token.split(":")[0] for upload in uploads])
    known = _link_of_message(external_id)
    if known is not None:
        return known
    count_one("form", network, most=int(policy("portal.form_per_hour")), within=HOUR)
    count_one("form", matter.email.lower(), most=int(policy("portal.form_per_address_per_hour")), within=HOUR)
    try:
        return _open(matter, uploads, external_id, visitor)
    except IntegrityError:
        known = _link_of_message(external_id)
        if known is None:
            raise
        return known


@transaction.atomic
def _open(matter: Matter, uploads: Sequence[Upload], external_id: str, visitor: str) -> str:
    language = translation.get_language() or "ru"
    customer = identify(kind="email", value=matter.email, name=matter.name, language=language)
    case, message = open_for_customer(
        customer=customer,
        subject=matter.subject,
        text=matter.text,
        actor=Actor(kind=ActorKind.CUSTOMER, pk=customer.pk),
        address=matter.email.lower(),
        inbox_kind="form",
        kind=matter.kind,
        files=_incoming(uploads),
        external_id=external_id,
    )
    join_case(visitor=visitor, case_id=case.pk)
    return case_link(case, typed_in=message.conversation_id)


def hear_from_page(
    *, case: Case, typed_in: int, text: str, uploads: Sequence[Upload], once: str, network: str
) -> Message:
    """A further word of the customer on their own page; pressed twice it is one. Raises ``TooOften``."""
    words = [case.pk, text, [upload.token.split(":")[0] for upload in uploads]]
    external_id = _external_id("form" if typed_in else "page", once, *words)
    known = Message.objects.filter(external_id=external_id).first()
    if known is not None:
        return known
    count_one("page", f"{network} {case.pk}", most=int(policy("portal.form_per_hour")), within=HOUR)
    conversation = page_conversation(case, typed_in=typed_in)
    try:
        return hear_on_page(conversation=conversation, text=text, files=_incoming(uploads), external_id=external_id)
    except IntegrityError:
        return Message.objects.get(external_id=external_id)


def _external_id(door: str, once: str, *said: object) -> str:
    """``form:<nonce>:<fingerprint>``: the page tells by the door what an unproven link may show."""
    nonce, _made_at = unseal("once", once, max_age=FORM_LIVES)
    return f"{door}:{nonce}:{hashlib.sha256(repr(said).encode()).hexdigest()[:16]}"


def _link_of_message(external_id: str) -> str | None:
    message = Message.objects.filter(external_id=external_id).only("conversation_id").first()
    case = case_of_conversation(message.conversation_id) if message else None
    return case_link(case, typed_in=message.conversation_id) if case and message else None


def ask_for_code(*, email: str, network: str) -> timedelta:
    """Send a one-time code if the address is known; the asker cannot tell. Returns how long it works.

    Raises ``TooOften`` and ``Refusal('email_invalid')``.
    """
    count_one("code", network, most=_MOST_CODES_OF_NETWORK, within=HOUR)
    count_one("code", email.strip().lower(), most=_MOST_CODES_OF_ADDRESS, within=HOUR)
    with transaction.atomic():
        proof, code = make_code(email=email)
        send_code(proof=proof, code=code, language=translation.get_language() or "ru")
    return CODE_LIVES


def count_try(*, network: str) -> None:
    """One more code typed in from this network. Raises ``TooOften``."""
    count_one("try", network, most=_MOST_TRIES_OF_NETWORK, within=HOUR)
