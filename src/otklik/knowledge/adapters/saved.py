"""A web page that a browser saved as one file (.mhtml): its HTML and its pictures as parts of a letter."""

import email
import email.policy
import posixpath
import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from otklik.knowledge.adapters.html import article_in_html
from otklik.knowledge.adapters.imported import ImportRefused, Wrong
from otklik.knowledge.adapters.links import Page

_QUOTED = re.compile(rb"""([=\s]["']|,\s{0,9})([^"'<>\s]+)(["'\s,])""")
"""A picture's address in an attribute, also one of several."""


def page_in_archive(content: bytes, *, where: str) -> Page:
    """Raises ``ImportRefused`` when there is no page in it."""
    try:
        parts = _parts(content)
    except RecursionError as error:
        raise ImportRefused([Wrong(where=where, text=_("There is no page in this file."))]) from error
    page = next((part for part in parts if part.get_content_type() == "text/html"), None)
    html = _bytes(page) if page is not None else b""
    if not html:
        raise ImportRefused([Wrong(where=where, text=_("There is no page in this file."))])
    pictures: dict[str, bytes] = {}
    names: dict[bytes, bytes] = {}
    for part in parts:
        place = str(part.get("Content-Location", ""))
        if part.get_content_maintype() == "image" and place:
            name = _name(place, part, len(pictures))
            pictures[name] = _bytes(part)
            names[place.encode()] = names[place.replace("&", "&amp;").encode()] = name.encode()
    html = _QUOTED.sub(lambda found: found[1] + names.get(found[2], found[2]) + found[3], html)
    return Page(path=where, article=article_in_html(html, where=where), files=pictures)


def _parts(content: bytes) -> list[Any]:
    letter = email.message_from_bytes(content, policy=email.policy.default)
    return [part for part in letter.walk() if not part.is_multipart()]


def _name(place: str, part: Any, number: int) -> str:
    last = posixpath.basename(unquote(urlsplit(place).path))
    kind = part.get_content_subtype().partition("+")[0]
    return f"{number + 1}-{last}" if "." in last else f"{number + 1}-picture.{kind}"


def _bytes(part: EmailMessage | Any) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""
