"""Compiles the Russian catalogue when the package is built or installed for development."""

from pathlib import Path
from typing import Any

import polib
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileCatalogue(BuildHookInterface):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            compile_catalogue(Path(self.root) / "src" / "otklik" / "locale")


def compile_catalogue(folder: Path) -> None:
    """``ru/LC_MESSAGES/django.mo`` from ``django.po`` and the parts that wait to be merged into it."""
    home = folder / "ru" / "LC_MESSAGES"
    home.mkdir(parents=True, exist_ok=True)
    sources = [home / "django.po", *sorted((folder / "parts").glob("*.po"))]
    merged = polib.POFile()
    merged.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : "
        "n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    }
    known: set[tuple[str, str | None]] = set()
    for source in sources:
        for entry in polib.pofile(str(source)) if source.exists() else ():
            if (entry.msgid, entry.msgctxt) not in known:
                known.add((entry.msgid, entry.msgctxt))
                merged.append(entry)
    merged.save_as_mofile(str(home / "django.mo"))
