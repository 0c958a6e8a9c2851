"""Every event of the house as a sentence with names: what happened, to what, and what is different now."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from otklik.foundation.in_use import is_in_use
from otklik.foundation.manifest import Coded, NamesOf
from otklik.foundation.models import Event
from otklik.foundation.modules import alert_kinds, codes, fields, names, sentences

_OTHER: Final = pgettext_lazy("what an event tells", "something else")
_NOBODY: Final = "—"
_LEFT_OUT: Final = "…"


# ── For manifests ─────────────────────────────────────────────────────────────────────────
def called(kind: type[Model], field: str = "name") -> NamesOf:
    """What rows of this kind are called: a text of theirs, or of several texts the one in the reader's language."""

    def names_of(ids: Collection[int]) -> Mapping[int, str]:
        rows = kind._default_manager.filter(pk__in=ids).values_list("pk", field)
        return {pk: _in_my_language(text) for pk, text in rows}

    return names_of


def _in_my_language(text: Any) -> str:
    if not isinstance(text, dict):
        return str(text)
    return str(text.get(get_language() or "") or next((one for one in text.values() if one), ""))


def by_code(meanings: Mapping[str, str | Promise]) -> Callable[[str], str]:
    """What codes mean; one that this version does not know means something else."""
    return lambda code: str(meanings.get(code, _OTHER))


def told_as_alert(name: str) -> str:
    """What an alert of this kind tells."""
    kind = alert_kinds().get(name)
    return str(kind.told if kind else _OTHER)


# ── For readers ───────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True, kw_only=True)
class Names:
    """How people and things of some events are called now; asked of the database once for all of them."""

    known: Mapping[str, Mapping[int, str]]

    def of(self, word: str, pk: int | None) -> str:
        """What stands for the word; '' when that row is gone."""
        return self.known[word].get(pk or 0, "")


def names_for(events: Iterable[Event], *, agents: Iterable[int] = ()) -> Names:
    """``agents``: those to know besides whom the events speak of."""
    told = list(events)
    wanted: dict[NamesOf, set[int]] = {}
    for one in names():
        theirs = (event.payload.get(one.key) for event in told if f"%({one.word})s" in sentences().get(event.name, ""))
        also = agents if one.word == "agent" else ()
        wanted.setdefault(one.names, set()).update(pk for pk in (*theirs, *also) if pk)
    found = {names_of: names_of(ids) if ids else {} for names_of, ids in wanted.items()}
    return Names(known={one.word: found[one.names] for one in names()})


def sentence(event: Event, known: Names) -> str:
    """What happened, in the reader's language; of an event that this version does not know, its bare name."""
    text = sentences().get(event.name)
    return event.name if text is None else _(text) % _values(event.payload, known)


def _values(payload: Mapping[str, Any], known: Names) -> dict[str, str]:
    values = {one.word: known.of(one.word, payload.get(one.key)) or _NOBODY for one in names()}
    values |= {one.word: _meaning(one, payload.get(one.key)) for one in codes()}
    changed = payload.get("fields") or payload.get("names") or ()
    values["fields"] = ", ".join(dict.fromkeys(str(fields().get(name, _OTHER)) for name in changed)) or _NOBODY
    return values


def _meaning(word: Coded, code: Any) -> str:
    return word.means("" if code is None else str(code)) or ("" if word.is_sentence else _LEFT_OUT)


def kinds() -> list[tuple[str, str]]:
    """Every event of what the house uses, with its sentence without names, by the alphabet of the reader."""
    unnamed = dict.fromkeys([*(one.word for one in names()), "fields"], _LEFT_OUT)
    unnamed |= {one.word: "" if one.is_sentence else _LEFT_OUT for one in codes()}
    told = ((name, text) for name, text in sentences().items() if is_in_use(name.partition(".")[0]))
    found = [(name, (_(text) % unnamed).strip(" .:")) for name, text in told]
    return sorted(found, key=lambda one: one[1])
