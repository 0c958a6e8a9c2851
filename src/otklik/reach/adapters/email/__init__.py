"""E-mail: bytes in, ``Incoming`` out. Knows the habits of mail programs; promises never to raise and never to lose the
customer's own words; must never know the database, the settings or a request."""

from otklik.reach.adapters.email.html import sanitise, show, with_remote_images
from otklik.reach.adapters.email.html_text import text_from_html
from otklik.reach.adapters.email.letters import parse
from otklik.reach.adapters.email.mime import Limits
from otklik.reach.adapters.email.reasons import AUTOMATIC_REASONS, HELD_REASONS, NOTICES, SILENT_REASONS

__all__ = [
    "AUTOMATIC_REASONS",
    "HELD_REASONS",
    "NOTICES",
    "SILENT_REASONS",
    "Limits",
    "parse",
    "sanitise",
    "show",
    "text_from_html",
    "with_remote_images",
]
