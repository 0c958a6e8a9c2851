"""A survey's JSON changed in one place at a time. What is given stays as it is; so do ids and keys."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

from otklik.surveys.definition import CHOICES, SCORES, Instrument, Question

_FIRST_OPTIONS: Final = ("a", "b")
type Source = dict[str, Any]


def _free(taken: set[str], stem: str) -> str:
    return next(f"{stem}{number}" for number in range(1, len(taken) + 2) if f"{stem}{number}" not in taken)


def _questions(survey: Source) -> Iterator[tuple[list[Source], int]]:
    for page in survey["pages"]:
        yield from ((page["questions"], at) for at in range(len(page["questions"])))


def _place(survey: Source, key: str) -> tuple[list[Source], int]:
    """Raises ``KeyError``."""
    for rows, at in _questions(survey):
        if rows[at]["key"] == key:
            return rows, at
    raise KeyError(key)


def _opened(source: Mapping[str, Any]) -> Source:
    survey = deepcopy(dict(source))
    survey.setdefault("pages", [])
    for page in survey["pages"]:
        page.setdefault("questions", [])
    return survey


def with_page(source: Mapping[str, Any]) -> tuple[Source, str]:
    """With an empty page at the end; its key."""
    survey = _opened(source)
    key = _free({one["key"] for one in survey["pages"]}, "page")
    survey["pages"].append({"key": key, "questions": []})
    return survey, key


def with_question(source: Mapping[str, Any], page: str, instrument: str, text: str) -> tuple[Source, str]:
    """With a new question at the end of a page; its key. Raises ``KeyError`` for a page that is not there."""
    survey = _opened(source)
    [place] = [one for one in survey["pages"] if one["key"] == page] or [None]
    if place is None:
        raise KeyError(page)
    key = _free({rows[at]["key"] for rows, at in _questions(survey)}, "q")
    languages = survey.get("languages") or ["ru"]
    made: Source = {"key": key, "instrument": instrument, "text": dict.fromkeys(languages, text)}
    parts = [{"id": one, "text": dict.fromkeys(languages, "…")} for one in _FIRST_OPTIONS]
    if instrument in CHOICES:
        made["options"] = parts
    elif instrument == Instrument.MATRIX:
        made["rows"] = parts
    elif instrument == Instrument.SERVQUAL:
        made["dimension"] = "reliability"
    place["questions"].append(made)
    return survey, key


def with_copy(source: Mapping[str, Any], key: str) -> tuple[Source, str]:
    """With the same question once more below it; the key of the new one."""
    survey = _opened(source)
    rows, at = _place(survey, key)
    new = _free({some[one]["key"] for some, one in _questions(survey)}, "q")
    rows.insert(at + 1, {**deepcopy(rows[at]), "key": new})
    return survey, new


def without(source: Mapping[str, Any], key: str) -> Source:
    """Without this question, or this page with all that stands on it. Conditions that looked at it stay: publishing
    says so."""
    survey = _opened(source)
    survey["pages"] = [one for one in survey["pages"] if one["key"] != key]
    for page in survey["pages"]:
        page["questions"] = [one for one in page["questions"] if one["key"] != key]
    return survey


def moved(source: Mapping[str, Any], key: str, by: int) -> Source:
    """With this question or page one place up (-1) or down (1). A question goes on to the next page from its end."""
    survey = _opened(source)
    pages = survey["pages"]
    at = next((place for place, one in enumerate(pages) if one["key"] == key), None)
    if at is not None:
        pages.insert(max(0, at + by), pages.pop(at))
        return survey
    rows, at = _place(survey, key)
    page = next(place for place, one in enumerate(pages) if one["questions"] is rows)
    if 0 <= at + by < len(rows):
        rows.insert(at + by, rows.pop(at))
    elif 0 <= page + by < len(pages):
        other = pages[page + by]["questions"]
        other.insert(0 if by > 0 else len(other), rows.pop(at))
    return survey


def changed(source: Mapping[str, Any], key: str, values: Mapping[str, Any]) -> Source:
    """With these values of a question or page (of the survey itself for ''); what is None or empty goes."""
    survey = _opened(source)
    page = next((one for one in survey["pages"] if one["key"] == key), None)
    if page is None and key:
        rows, at = _place(survey, key)
        page = rows[at]
    place = survey if page is None else page
    place.update(values)
    for name in [name for name, one in place.items() if one in (None, "", [], {})]:
        if name not in {"questions", "pages"}:
            del place[name]
    return survey


def comparisons(question: Question) -> Iterator[dict[str, Any]]:
    """Everything that a condition can ask of a question."""
    about = {"question": question.key}
    if question.instrument in SCORES:
        least, most = question.range
        yield from ({**about, "is": "at_most", "value": number} for number in range(least, most))
        yield from ({**about, "is": "at_least", "value": number} for number in range(least + 1, most + 1))
    elif question.instrument == Instrument.SINGLE:
        yield from ({**about, "is": "equals", "value": one.id} for one in question.options)
    elif question.instrument == Instrument.MULTIPLE:
        for is_ in ("has", "has_not"):
            yield from ({**about, "is": is_, "value": one.id} for one in question.options)
    elif question.instrument == Instrument.CONSENT:
        yield from ({**about, "is": "equals", "value": truth} for truth in (True, False))
    yield from ({**about, "is": is_} for is_ in ("answered", "not_answered"))
