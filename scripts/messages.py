"""The Russian catalogues, one for each app: ``merge`` what code asks for into them, or ``check`` that all is said.

The catalogue of ``src/otklik/APP`` stands in its ``locale``; ``src/otklik/locale`` holds what stands in no app. What
two apps say in the same words is taken over, and must be said in the same way by both.
Needs xgettext (on Debian: apt install gettext) to read the strings out of code and templates.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from copy import copy
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "otklik"
ROOMS = ("", *sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
"""Folders with a catalogue of their own; '' for the package itself."""
RUSSIAN_FORMS = 3
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Language": "ru",
    "Plural-Forms": (
        "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
    ),
}


def main(word: str) -> int:
    if shutil.which("xgettext") is None:
        print("xgettext is missing: apt install gettext", file=sys.stderr)
        return 1
    return {"merge": merge, "check": check}[word]()


type Key = tuple[str, str | None]
type Strings = dict[Key, polib.POEntry]


def catalogue(room: str, package: Path = PACKAGE) -> Path:
    return package / room / "locale" / "ru" / "LC_MESSAGES" / "django.po"


def merge() -> int:
    """Write each sorted catalogue anew; strings no longer used are dropped, those said elsewhere are taken over."""
    known = {room: translations(room) for room in ROOMS}
    anywhere = said_anywhere(known)
    for room, strings in used().items():
        written = polib.POFile(wrapwidth=120)
        written.metadata = HEADER
        for key, plural in sorted(strings.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            own = known[room].get(key)
            found = own if is_whole(own) else anywhere.get(key, own)
            written.append(in_form(copy(found) if found else polib.POEntry(msgid=key[0], msgctxt=key[1]), plural))
        if not strings and room:
            catalogue(room).unlink(missing_ok=True)
            continue
        catalogue(room).parent.mkdir(parents=True, exist_ok=True)
        written.save(str(catalogue(room)))
    return check()


def said_anywhere(known: Mapping[str, Strings]) -> Strings:
    return {key: entry for strings in known.values() for key, entry in strings.items() if is_whole(entry)}


def in_form(entry: polib.POEntry, plural: str) -> polib.POEntry:
    """The entry with the forms that code asks for: what is said of a number has three, all else one."""
    if entry.msgid_plural != plural:
        entry.msgid_plural, entry.msgstr = plural, "" if plural else entry.msgstr
        entry.msgstr_plural = dict.fromkeys(range(RUSSIAN_FORMS), "") if plural else {}
    return entry


def check() -> int:
    known, asked = {room: translations(room) for room in ROOMS}, used()
    problems = [problem for room in ROOMS for problem in problems_of(room, known[room], asked[room])]
    problems += said_in_two_ways(known)
    for problem in sorted(problems):
        print(problem)
    print(f"{len(problems)} problems in the Russian catalogues")
    return 1 if problems else 0


def problems_of(room: str, known: Strings, asked: Mapping[Key, str]) -> list[str]:
    where = catalogue(room).relative_to(ROOT)
    found = [f"not translated: {key[0]!r}" for key, plural in asked.items() if not is_said(known.get(key), plural)]
    found += [f"fuzzy: {entry.msgid!r}" for entry in known.values() if entry.fuzzy]
    found += [f"placeholders differ: {entry.msgid!r}" for entry in known.values() if not agrees(entry)]
    return [f"{where}: {problem}" for problem in found]


def said_in_two_ways(known: Mapping[str, Strings]) -> list[str]:
    """One string has one translation: Django shows the same one wherever it is asked for."""
    said: dict[Key, dict[tuple[str, ...], str]] = {}
    for room, strings in known.items():
        for key, entry in strings.items():
            said.setdefault(key, {}).setdefault((entry.msgstr, *entry.msgstr_plural.values()), room or "otklik")
    return [
        f"said in two ways by {' and '.join(ways.values())}: {key[0]!r}" for key, ways in said.items() if len(ways) > 1
    ]


def is_said(entry: polib.POEntry | None, plural: str) -> bool:
    return is_whole(entry) and entry is not None and entry.msgid_plural == plural


def is_whole(entry: polib.POEntry | None) -> bool:
    if entry is None:
        return False
    if entry.msgid_plural:
        return len(entry.msgstr_plural) == RUSSIAN_FORMS and all(entry.msgstr_plural.values())
    return bool(entry.msgstr)


def agrees(entry: polib.POEntry) -> bool:
    """Every translation has the placeholders of the original; a form for one may leave the number out."""
    texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    return all(set(PLACEHOLDER.findall(text)) <= wanted for text in texts if text) and all(
        set(PLACEHOLDER.findall(text)) == wanted for text in texts[1:] or texts if text
    )


def translations(room: str) -> Strings:
    source = catalogue(room)
    entries = polib.pofile(str(source)) if source.exists() else ()
    return {(entry.msgid, entry.msgctxt): entry for entry in entries if not entry.obsolete}


def used() -> dict[str, dict[Key, str]]:
    """Room → every string that its code and templates ask for, with its plural ('' when not said of a number)."""
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "otklik"
        shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("locale", "static", "__pycache__", "tests"))
        for room in ROOMS:  # makemessages writes what it finds into the nearest of these
            (package / room / "locale").mkdir()
        command = [str(Path(sys.executable).parent / "django-admin"), "makemessages", "--locale=ru", "--no-location"]
        subprocess.run(command, cwd=package, check=True, capture_output=True)
        return {room: strings_in(catalogue(room, package)) for room in ROOMS}


def strings_in(path: Path) -> dict[Key, str]:
    found = polib.pofile(str(path)) if path.exists() else ()
    return {(entry.msgid, entry.msgctxt): entry.msgid_plural for entry in found if not entry.obsolete}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
