"""The help centre of the demo company, read from files: ``ru/*.md``, ``en/*.md``, ``sections.toml``, ``pictures``."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import PurePath

_HERE = files("otklik.demo.articles")
_FENCE = "+++\n"


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A section; ``parent``: the slug of the one it lies in, '' at the top."""

    slug: str
    icon: str
    ru: str
    en: str
    about_ru: str
    about_en: str
    parent: str = ""


@dataclass(frozen=True, kw_only=True)
class Text:
    """One article. ``owner``: an agent's e-mail; ``organization``: '' for all of them; ``standard``: its name or ''."""

    slug: str
    language: str
    title: str
    section: str
    summary: str
    questions: list[str]
    audience: str
    owner: str
    review_every_days: int
    body: str
    organization: str = ""
    standard: str = ""
    translation_of: str = ""


def sections() -> list[Shelf]:
    """All sections, each after the one it lies in."""
    found = tomllib.loads(_HERE.joinpath("sections.toml").read_text(encoding="utf-8"))
    return [Shelf(**values) for values in found["sections"]]


def texts() -> list[Text]:
    """All articles by language, Russian first, then by address."""
    return [
        read(PurePath(page.name).stem, language, page.read_text(encoding="utf-8"))
        for language in ("ru", "en")
        for page in sorted(_HERE.joinpath(language).iterdir(), key=lambda page: page.name)
        if page.name.endswith(".md")
    ]


def read(slug: str, language: str, source: str) -> Text:
    """One file. Raises ``ValueError`` naming the article when its front matter is missing."""
    before, fence, rest = source.partition(_FENCE)
    front, closing, body = rest.partition(_FENCE)
    if before or not fence or not closing:
        raise ValueError(f"{slug}: no front matter between +++ lines")
    return Text(slug=slug, language=language, body=body, **tomllib.loads(front))


def picture(name: str) -> bytes:
    return _HERE.joinpath("pictures", name).read_bytes()
