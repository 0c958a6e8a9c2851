"""What every kind of import is read into, and how it says what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from otklik.foundation.errors import Refusal
from otklik.foundation.text.decoding import NotText, text_of


@dataclass(frozen=True, kw_only=True)
class Wrong:
    """What has to be mended, or, of a warning, what was left out; ``code``: of the rule that said no."""

    where: str
    text: str
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportedArticle:
    """One article of an import; ``where`` it stood ('line 3', 'folder/file.md'). '' or empty: not said.

    ``source``: whose ``external_id`` it is. ``section``: titles or addresses from the top down. ``original``: the
    ``external_id`` or address of the article that this one translates. ``is_published`` False keeps it a draft whatever
    the import is told. ``is_draft_over``: no article of its own, but the draft over one that readers see, known by
    ``external_id`` or ``slug``.
    """

    where: str
    title: str
    body: str
    summary: str = ""
    external_id: str = ""
    source: str = ""
    slug: str = ""
    section: Sequence[str] = ()
    language: str = ""
    questions: Sequence[str] = ()
    audience: str = ""
    organizations: Sequence[str] = ()
    owner: str = ""
    standard: str = ""
    original: str = ""
    place: int | None = None
    review_every_days: int | None = None
    is_published: bool = True
    is_archived: bool = False
    is_draft_over: bool = False
    old_slugs: Sequence[str] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ImportedSection:
    """A shelf that a folder describes; ``titles`` and ``descriptions``: language → text, ``parent`` a ``slug``."""

    where: str
    slug: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    parent: str = ""
    brand: str = ""
    icon: str = ""
    place: int = 0


@dataclass(frozen=True, kw_only=True)
class Imported:
    """All that one file or folder holds."""

    articles: Sequence[ImportedArticle]
    sections: Sequence[ImportedSection] = ()
    warnings: Sequence[Wrong] = ()


class ImportRefused(Refusal):
    """Nothing was imported; ``wrong`` says what to mend, in the order of the file."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        shown = "; ".join(f"{one.where}: {one.text}" for one in wrong[:_SHOWN])
        text = _("Nothing was imported. %(wrong)s") % {"wrong": shown}
        if len(wrong) > _SHOWN:
            text += " " + _("And %(count)d more.") % {"count": len(wrong) - _SHOWN}
        super().__init__("import_refused", text)
        self.wrong = list(wrong)


_SHOWN = 5


def kept_as(files: dict[str, bytes], name: str, content: bytes) -> str:
    """Put it among the files of an article; another one under this name already makes it «name-2.png»."""
    stem, dot, kind = name.rpartition(".")
    names = (name, *(f"{stem}-{number}{dot}{kind}" for number in range(2, len(files) + 3)))
    free = next(one for one in names if files.get(one, content) == content)
    files[free] = content
    return free


# ── Text of older programs ────────────────────────────────────────────────────────────────
def decoded(content: bytes, *, where: str) -> str:
    """The text of a file (``foundation.text.decoding``). Raises ``ImportRefused`` for what is no text."""
    try:
        return text_of(content)
    except NotText as error:
        said = _("This is no text that we can read (line %(line)d). Save the file as UTF-8.") % {"line": error.line}
        raise ImportRefused([Wrong(where=where, text=said)]) from error
