"""Templates are indented for those who read them; pages are sent without it.

The indentation is taken out once, when a template is read, so a page weighs and costs what it would with everything on
one line, and what CSS calls ``:empty`` is empty. White space is never lost where it shows: a run with a line break
goes beside a block, is one space beside words, between attributes, in a class and a style, and one line break
elsewhere. Words for translation, other quoted values, ``pre``, ``textarea`` and scripts stay as written.
"""

import re
from typing import Any, Final

from django.template import Origin
from django_cotton.cotton_loader import Loader as Components

BLOCKS: Final = (
    "html|head|body|title|meta|link|div|p|section|article|aside|header|footer|nav|main|ul|ol|li|dl|dt|dd|table|caption"
    "|colgroup|col|thead|tbody|tfoot|tr|th|td|form|fieldset|legend|h[1-6]|hr|figure|figcaption|blockquote|dialog|details"
    "|summary|template|option"
)
_DJANGO: Final = r"\{%.*?%\}|\{\{.*?\}\}"
_QUOTED: Final = rf"\"(?:{_DJANGO}|[^\"])*\"|'(?:{_DJANGO}|[^'])*'"
_INSIDE: Final = rf"(?:{_DJANGO}|{_QUOTED}|[^>\"'])*"
_BREAK: Final = r"\s*\n\s*"
_PIECES: Final = re.compile(
    r"(?P<kept>\{#.*?#\}|<!--.*?-->"
    r"|\{%\s*(?P<name>comment|blocktranslate|verbatim)\b.*?%\}.*?\{%\s*end(?P=name)\s*%\}"
    rf"|<(?P<raw>pre|textarea|script|style)\b.*?</(?P=raw)>|{_DJANGO})"
    rf"|(?:{_BREAK})?(?P<block></?(?:{BLOCKS})(?=[\s/>{{]){_INSIDE}>)(?:{_BREAK})?"
    rf"|(?P<inline></?[a-zA-Z]{_INSIDE}>)"
    rf"|{_BREAK}",
    re.DOTALL | re.ASCII,
)
_IN_TAG: Final = re.compile(
    rf"(?:{_BREAK})?(?P<branch>\{{%\s*(?:elif|else)\b.*?%\}})(?:{_BREAK})?"
    rf"|(?<=\s)(?P<if>\{{%\s*if\b(?:(?!%\}}).)*%\}}){_BREAK}"
    rf"|{_BREAK}(?P<endif>\{{%\s*endif\s*%\}})"
    rf"|(?P<list>(?<=\s)(?:class|style)=(?:{_QUOTED}))"
    rf"|(?P<kept>{_DJANGO}|{_QUOTED})"
    rf"|(?P<end>{_BREAK}(?=/?>))"
    rf"|{_BREAK}",
    re.DOTALL | re.ASCII,
)
_BREAKS: Final = re.compile(_BREAK, re.ASCII)


class Loader(Components):  # type: ignore[misc]  # django-cotton is not typed
    """Cotton's loader, which finds every template of ours, without the indentation."""

    def get_contents(self, origin: Origin) -> Any:
        contents = super().get_contents(origin)
        return unindented(contents) if origin.name.endswith(".html") else contents


def unindented(source: str) -> str:
    """The template without the line breaks that only order it."""
    return _PIECES.sub(_piece, source)


def _piece(found: re.Match[str]) -> str:
    if tag := found["block"] or found["inline"]:
        return _IN_TAG.sub(_between_attributes, tag)
    return found["kept"] or (" " if _is_beside_words(found) else "\n")


def _is_beside_words(found: re.Match[str]) -> bool:
    source = found.string
    before, after = source[max(found.start() - 1, 0) : found.start()], source[found.end() : found.end() + 1]
    return before not in {"", ">", "}"} or after not in {"", "<", "{"}


def _between_attributes(found: re.Match[str]) -> str:
    if (listed := found["list"]) and "\n" in listed:
        name, quote, value = re.split("([\"'])", listed[:-1], maxsplit=1)
        return f"{name}{quote}{_BREAKS.sub(' ', value).strip()}{quote}"
    written = found["branch"] or found["if"] or found["endif"] or listed or found["kept"]
    return written or ("" if found["end"] else " ")
