"""What a person does in a browser, said in a few words."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from otklik.foundation.signing import seal
from tests.building import IVAN

TINY_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0f01f00050001ff"
    "89993d1d0000000049454e44ae426082"
)


def once(name: str = "one") -> str:
    """The sealed word of a form that has been open for a minute."""
    return seal("once", [name, int(timezone.now().timestamp()) - 60])


def typed(**values: Any) -> dict[str, Any]:
    return {
        "once": once(),
        "name": "Иван Козлов",
        "email": IVAN,
        "kind": "question",
        "subject": "Не пришёл учебник",
        "text": "Здравствуйте! Учебник так и не пришёл.",
    } | values


def picture(name: str = "статус.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, TINY_PNG, content_type="image/png")


def send_form(client: Client, **values: Any) -> HttpResponse:
    return client.post("/contact/", typed(**values))


def link_in(text: str, kind: str = "case") -> str:
    """The first link of a kind in a letter or page, as a path."""
    found = re.search(rf"/{kind}/[\w:=.-]+/?", text)
    assert found is not None, text
    return found.group()
