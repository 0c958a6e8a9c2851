"""What a customer does on a page; each is one action of the apps below, done once however often it is sent."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from otklik.cases.actions import open_for_customer
from otklik.cases.models import Case
from otklik.cases.queries import case_link, case_of_conversation
from otklik.customers.actions import identify, make_code, normalise
from otklik.foundation.actors import Actor, ActorKind
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import keep_for_a_day, read_file
from otklik.foundation.files.uploads import check_upload, clean_name
from otklik.foundation.http.limits import TooOften, count_one
from otklik.foundation.models import StoredFile
from otklik.foundation.policies import policy
from otklik.foundation.signing import seal, unseal
from otklik.knowledge.actions import join_case
from otklik.portal.queries import page_conversation
from otklik.reach.actions import hear_on_page, send_code
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message
from otklik.ui.words import filesize

HOUR = timedelta(hours=1)
FORM_LIVES = timedelta(days=7)
_UPLOADS_LIVE = timedelta(days=1)
_KILOBYTE = 1_000
_MOST_CODES_HERE, _MOST_CODES_OF_NETWORK, _MOST_CODES_OF_ADDRESS, _MOST_TRIES_OF_NETWORK = 5, 20, 60, 60


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file of a form: as it came (``content``), or kept since an earlier try (``file_id``)."""

    name: str
    size: int
    content_type: str
    sha256: str
    file_id: int = 0
    content: bytes = b""

    @property
    def token(self) -> str:
        """Brings a kept file back, whatever else was wrong."""
        return seal("upload", [self.file_id, self.name, self.size, self.content_type, self.sha256])

    @property
    def print(self) -> str:
        """The same for the same file under the same name, kept or not."""
        return f"{self.sha256} {self.name}"


def new_once() -> str:
    """A sealed word for one form: proves that we rendered it, when, and that two copies of it are one."""
    return seal("once", [secrets.token_hex(8), int(timezone.now().timestamp())])


def look_at_uploads(files: Sequence["UploadedFile[Any]"], tokens: Sequence[str]) -> tuple[list[Upload], list[str]]:
    """The files that may come (those of ``tokens`` first) and, in words, why others may not. Nothing is stored."""
    looked_at = [upload for token in tokens if (upload := _upload_of(token)) is not None]
    refused = []
    for file in files:
        try:
            looked_at.append(_look_at(file, looked_at))
        except Refusal as refusal:
            refused.append(refusal.text)
    return looked_at, refused


def _upload_of(token: str) -> Upload | None:
    try:
        file_id, name, size, content_type, sha256 = unseal("upload", token, max_age=_UPLOADS_LIVE)
    except (Refusal, ValueError):  # made up, or by an earlier version
        return None
    return Upload(file_id=file_id, name=name, size=size, content_type=content_type, sha256=sha256)


def _look_at(file: "UploadedFile[Any]", others: Sequence[Upload]) -> Upload:
    name, size = clean_name(file.name or "file"), file.size or 0
    largest, total, most = (
        int(policy(f"portal.{rule}")) for rule in ("upload_limit_bytes", "upload_total_bytes", "upload_most_files")
    )
    if size > largest:
        text = _("%(name)s is too large: %(size)s, and %(limit)s is the most. A photo may be made smaller.")
        shown = {"name": name, "size": filesize(size), "limit": filesize(largest)}
        raise Refusal("file_too_large", text % shown)
    if len(others) >= most or size + sum(upload.size for upload in others) > total:
        text = _("%(name)s does not fit any more: %(most)d files of %(limit)s together are the most.")
        raise Refusal("files_too_many", text % {"name": name, "most": most, "limit": filesize(total)})
    content = file.read()
    check_upload(name=name, content=content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Upload(name=name, size=size, content_type=file.content_type or "", sha256=sha256, content=content)


def keep_until_sent(uploads: Sequence[Upload], *, network: str) -> list[Upload]:
    """Keep the files of a form that has to be sent once more, as far as the network may store this hour."""
    kept = [upload for upload in uploads if upload.file_id]
    new = [upload for upload in uploads if not upload.file_id]
    try:
        _count_bytes(new, network)
    except TooOften:
        return kept
    return kept + [_kept(upload) for upload in new]


def _kept(upload: Upload) -> Upload:
    stored = keep_for_a_day(upload.content, declared_type=upload.content_type)
    return replace(upload, file_id=stored.pk, content_type=stored.content_type, content=b"")


def _count_bytes(uploads: Sequence[Upload], network: str) -> None:
    """What strangers store is bounded by the hour, whether they send it or not. Raises ``TooOften``."""
    size = sum(upload.size for upload in uploads if not upload.file_id)
    if size:
        most = int(policy("portal.upload_bytes_per_hour")) // _KILOBYTE
        count_one("upload", network, most=most, within=HOUR, amount=-(-size // _KILOBYTE))


def _incoming(uploads: Sequence[Upload]) -> list[IncomingFile]:
    rows = StoredFile.objects.in_bulk([upload.file_id for upload in uploads if upload.file_id])
    return [
        IncomingFile(
            name=upload.name,
            content_type=upload.content_type,
            content=read_file(rows[upload.file_id]) if upload.file_id else upload.content,
        )
        for upload in uploads
        if not upload.file_id or upload.file_id in rows
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
    external_id = _external_id("form", once, matter, [upload.print for upload in uploads])
    known = _link_of_message(external_id)
    if known is not None:
        return known
    count_one("form", network, most=int(policy("portal.form_per_hour")), within=HOUR)
    per_address = int(policy("portal.form_per_address_per_hour"))
    count_one("form", f"{network} {matter.email.lower()}", most=per_address, within=HOUR)
    _count_bytes(uploads, network)
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
    words = [case.pk, text, [upload.print for upload in uploads]]
    external_id = _external_id("form" if typed_in else "page", once, *words)
    known = Message.objects.filter(external_id=external_id).first()
    if known is not None:
        return known
    count_one("page", f"{network} {case.pk}", most=int(policy("portal.form_per_hour")), within=HOUR)
    _count_bytes(uploads, network)
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


def ask_for_code(*, email: str, network: str, browser: str = "") -> int:
    """Send a one-time code if the address is known; the asker cannot tell. Returns what the code proves, by number.

    ``browser``: the mark of one in which the address was proved before; it is counted by itself, so that nobody uses
    its codes up. Raises ``TooOften`` and ``Refusal('email_invalid')``.
    """
    email = normalise("email", email)
    if browser:
        count_one("code", f"browser {browser}", most=_MOST_CODES_HERE, within=HOUR)
    else:
        count_one("code", network, most=_MOST_CODES_OF_NETWORK, within=HOUR)
        count_one("code", f"{network} {email}", most=_MOST_CODES_HERE, within=HOUR)
        count_one("code", f"address {email}", most=_MOST_CODES_OF_ADDRESS, within=HOUR)
    with transaction.atomic():
        proof, code = make_code(email=email)
        send_code(proof=proof, code=code, language=translation.get_language() or "ru")
    return proof.pk


def count_try(*, network: str) -> None:
    """One more code typed in from this network. Raises ``TooOften``."""
    count_one("try", network, most=_MOST_TRIES_OF_NETWORK, within=HOUR)
