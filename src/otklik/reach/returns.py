"""Answers that colleagues give to an app of the house by letter: no customer's matter, but a word to the app itself.

The letter that asks bears a signed word twice, in its Message-ID and in the address for answers: one of them comes home
with whatever mail program answers.
"""

import re
from collections.abc import Iterable
from typing import Final

from otklik.foundation.in_use import is_in_use
from otklik.foundation.signing import is_short_mark, short_mark
from otklik.reach.adapters.incoming import Incoming
from otklik.reach.models import Inbox
from otklik.reach.threads import mail_domain

_MARK: Final = re.compile(r"(?:^|\+)([a-z]{2,20})-(\d{1,18})-([0-9a-f]{12})@", re.IGNORECASE)


def return_address(app: str, number: int, inbox: Inbox) -> str:
    """``help+APP-17-<mark>@…``: where an answer to letter ``number`` of an app goes."""
    local, _at, domain = inbox.address.partition("@")
    return f"{local}+{_marked(app, number)}@{domain}"


def return_id(app: str, number: int) -> str:
    """The Message-ID of that letter, without brackets."""
    return f"{_marked(app, number)}@{mail_domain()}"


def returned_to(incoming: Incoming, *, envelope_to: Iterable[str] = ()) -> tuple[str, int] | None:
    """The app in use whose letter is answered, and the letter's number; None for any other letter."""
    places = [*incoming.in_reply_to, *(one.email for one in (*incoming.to, *incoming.cc)), *envelope_to]
    for place in places:
        match = _MARK.search(place)
        if match is None:
            continue
        app, number = match[1].lower(), match[2]
        if is_short_mark(_purpose(app), number, match[3]) and is_in_use(app):
            return app, int(number)
    return None


def _marked(app: str, number: int) -> str:
    return f"{app}-{number}-{short_mark(_purpose(app), str(number))}"


def _purpose(app: str) -> str:
    return f"return.{app}"
