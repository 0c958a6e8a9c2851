"""The Russian catalogue: ``merge`` parts into it, or ``check`` that nothing is untranslated, fuzzy or broken.

Needs xgettext (on Debian: apt install gettext) to read the strings out of code and templates.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "otklik"
LOCALE = PACKAGE / "locale"
CATALOGUE = LOCALE / "ru" / "LC_MESSAGES" / "django.po"
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


def merge() -> int:
    """Write the one sorted catalogue from itself and the parts; strings no longer used are dropped."""
    known = translations()
    catalogue = polib.POFile(wrapwidth=120)
    catalogue.metadata = HEADER
    for key in sorted(used(), key=lambda key: (key[0], key[1] or "")):
        catalogue.append(known.get(key) or polib.POEntry(msgid=key[0], msgctxt=key[1]))
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    return check()


def check() -> int:
    known = translations()
    problems = [f"not translated: {key[0]!r}" for key in used() if not is_whole(known.get(key))]
    problems += [f"fuzzy: {entry.msgid!r}" for entry in known.values() if entry.fuzzy]
    problems += [f"placeholders differ: {entry.msgid!r}" for entry in known.values() if not agrees(entry)]
    for problem in sorted(problems):
        print(problem)
    print(f"{len(problems)} problems in the Russian catalogue")
    return 1 if problems else 0


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


def translations() -> dict[tuple[str, str | None], polib.POEntry]:
    known: dict[tuple[str, str | None], polib.POEntry] = {}
    for source in (CATALOGUE, *sorted((LOCALE / "parts").glob("*.po"))):
        for entry in polib.pofile(str(source)) if source.exists() else ():
            if not entry.obsolete and not is_whole(known.get((entry.msgid, entry.msgctxt))):
                known[entry.msgid, entry.msgctxt] = entry
    return known


def used() -> set[tuple[str, str | None]]:
    """Every string that code and templates ask for."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "otklik"
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("locale", "static", "__pycache__", "tests"))
        (copy / "locale").mkdir()
        command = [str(Path(sys.executable).parent / "django-admin"), "makemessages", "--locale=ru", "--no-location"]
        subprocess.run(command, cwd=copy, check=True, capture_output=True)
        found = polib.pofile(str(copy / "locale" / "ru" / "LC_MESSAGES" / "django.po"))
        return {(entry.msgid, entry.msgctxt) for entry in found if not entry.obsolete}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
