"""The help button on other sites: what it looks like, and which sites may do what.

A page of another site never has our cookies here: every answer is for a stranger. Articles that everybody may read may
be shown anywhere, unless the house names its sites; a letter to us is taken only from sites that it names, and its own.
"""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from otklik.foundation.in_use import is_in_use
from otklik.foundation.policies import policy
from otklik.portal.queries import mail_address
from otklik.ui.words import phone, phone_link

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
POSITIONS = ("right", "left", "none")
THEMES = ("host", "light", "dark")
MODULE = "portal/widget.js"


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a call comes from; ``origin`` '' when the browser says none (our own page, or no browser at all)."""

    origin: str
    may_read: bool
    may_write: bool


def site_of(request: HttpRequest) -> Site:
    """What the site of this call may do here."""
    origin = request.headers.get("Origin", "")
    named: list[str] = policy("widget.origins")
    is_own = origin in {"", _own_origin(), f"{request.scheme}://{request.get_host()}"}
    is_named = is_own or any(_fits(origin, one) for one in named)
    return Site(origin=origin, may_read=is_named or not named, may_write=is_named)


def is_open_to_all() -> bool:
    """Whether any site may show our public articles."""
    return not policy("widget.origins")


def _own_origin() -> str:
    parts = urlsplit(settings.BASE_URL)
    return f"{parts.scheme}://{parts.netloc}"


def _fits(origin: str, named: str) -> bool:
    """``https://*.shop.example`` is every site below it, but not ``https://shop.example`` itself."""
    if "*." not in named:
        return origin == named
    start, end = named.split("*", 1)
    middle = origin[len(start) : -len(end)]
    return origin.startswith(start) and origin.endswith(end) and re.fullmatch(r"[a-z0-9.-]+", middle) is not None


def house() -> dict[str, object]:
    """What the script must know before anything is asked: looks, and the few words it says by itself."""
    return {
        "url": settings.BASE_URL,
        "module": static(MODULE),
        "position": policy("widget.position"),
        "accent": policy("widget.accent"),
        "language": policy("widget.language"),
        "theme": policy("widget.theme"),
        "mail": mail_address(),
        "call": _call(),
        "outside": reverse("portal:help") if is_in_use("knowledge") else reverse("portal:contact"),
        "words": {language: _words(language) for language in LANGUAGES},
    }


def _call() -> dict[str, str] | None:
    number = str(policy("company.phone")).strip()
    return {"phone": phone(number), "href": phone_link(number)} if number else None


def loader() -> str:
    """The script behind ``/widget.js``."""
    told = json.dumps(house(), ensure_ascii=False, separators=(",", ":"))
    return _code().replace("__SETTINGS__", "/desk/settings/widget").replace("__HOUSE__", told)


@cache
def _code() -> str:
    return files("otklik.portal").joinpath("loader.js").read_text(encoding="utf-8")


def label_in(language: str) -> str:
    """What stands on the button: the house's own words, else «Помощь»."""
    own = str(policy("widget.labels").get(language, "")).strip()
    with translation.override(language):
        return own or _("Help")


def _words(language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "label": label_in(language),
            "close": _("Close"),
            "back": _("Back"),
            "wait": _("One moment…"),
            "slow": _("Nothing has come from us yet. We keep waiting."),
            "failed": _("That did not work: there is no connection to us."),
            "ways": _("You reach us like this, too:"),
            "outside": _("Open all answers") if is_in_use("knowledge") else _("Write to a person"),
            "picture": _("Show the picture"),
        }
