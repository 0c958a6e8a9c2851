"""What keeps a survey from being published, in words."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, product
from math import prod
from typing import Any

from django.utils.translation import gettext as _

from otklik.surveys.definition import CHOICES, END, SCORES, Condition, Definition, Instrument, Question, said, said_in
from otklik.surveys.walking import walk

_MOST_WALKS = 20_000
"""So many ways through a survey are tried; of one with more only the map of its pages is looked at."""
_MOST_TOLD_APART = 5


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """``code`` is for programs, ``place`` the key of a page or question, '' for the whole."""

    code: str
    place: str
    text: str


def flaws(survey: Definition) -> list[Flaw]:
    """All that is wrong; [] for a survey that can be published."""
    found = [*_keys(survey), *_words(survey), *_shapes(survey)]
    if found:
        return found
    found = [*_conditions(survey), *_ways(survey)]
    return found or list(_never_seen(survey))


# ── Keys, words, shapes ───────────────────────────────────────────────────────────────────
def _keys(survey: Definition) -> Iterator[Flaw]:
    if not survey.questions:
        yield Flaw(code="questions_missing", place="", text=_("A survey needs a question."))
    pages, questions = [one.key for one in survey.pages], [one.key for one in survey.questions]
    for key in dict.fromkeys([*_twice(pages), *_twice(questions), *(one for one in pages if one == END)]):
        yield Flaw(code="key_taken", place=key, text=_("Two have the key “%(key)s”.") % {"key": key})
    for one in survey.questions:
        ids = [*_twice(option.id for option in one.options), *_twice(row.id for row in one.rows)]
        for key in ids:
            yield Flaw(code="key_taken", place=one.key, text=_("Two have the key “%(key)s”.") % {"key": key})
    for page in survey.pages:
        if not page.questions:
            text = _("Page “%(page)s” asks nothing.") % {"page": page.key}
            yield Flaw(code="questions_missing", place=page.key, text=text)


def _twice(keys: Iterable[str]) -> list[str]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _words(survey: Definition) -> Iterator[Flaw]:
    """A translation of anything is a translation of all."""
    wanted = [("", survey.title, True), ("", survey.intro, False), ("", survey.thanks, False)]
    for page in survey.pages:
        wanted.append((page.key, page.title, False))
    for one in survey.questions:
        wanted.append((one.key, one.text, True))
        wanted += [(one.key, words, False) for words in (one.hint, one.low, one.high)]
        wanted += [(one.key, part.text, True) for part in (*one.options, *one.rows)]
    for place, words, is_needed in wanted:
        if (is_needed or any(words.values())) and not said_in(words, survey.languages):
            shown = said(words, survey.languages[0])
            text = _("“%(words)s” has no words in one of the languages.") % {"words": shown or place or _("Title")}
            yield Flaw(code="words_missing", place=place, text=text)


def _shapes(survey: Definition) -> Iterator[Flaw]:
    for one in survey.questions:
        if one.instrument in CHOICES and len(one.options) < 2:  # noqa: PLR2004  (one is no choice)
            yield _of(one, "options_missing", _("“%(question)s” needs two options at least."))
        if one.instrument == Instrument.MATRIX and not one.rows:
            yield _of(one, "options_missing", _("“%(question)s” needs a row at least."))
        if one.low_score is not None and not _is_low_of(one):
            yield _of(one, "low_score_invalid", _("“%(question)s” has no such low score on its scale."))
        if one.instrument == Instrument.SERVQUAL and not one.dimension:
            yield _of(one, "dimension_missing", _("Say to which dimension “%(question)s” belongs."))


def _is_low_of(one: Question) -> bool:
    """Everything and nothing are no low scores."""
    least, most = one.range
    return one.instrument in SCORES - {Instrument.SERVQUAL} and least <= (one.low_score or 0) < most


def _of(question: Question, code: str, text: str) -> Flaw:
    named = next((words for words in question.text.values() if words), question.key)
    return Flaw(code=code, place=question.key, text=text % {"question": named})


# ── Conditions ────────────────────────────────────────────────────────────────────────────
def _conditions(survey: Definition) -> Iterator[Flaw]:
    """Each looks at a question that was asked before, and compares it with what it can be."""
    known: dict[str, Question] = {}
    for page in survey.pages:
        yield from _look(page.show_if, known, page.key)
        for one in page.questions:
            yield from _look(one.show_if, known, one.key)
        known |= {one.key: one for one in page.questions}
        for jump in page.then:
            yield from _look(jump.if_, known, page.key)


def _look(condition: Condition | None, known: dict[str, Question], place: str) -> Iterator[Flaw]:
    for atom in condition.atoms() if condition else ():
        question = known.get(atom.question or "")
        if question is None:
            text = _("A condition of “%(place)s” looks at “%(key)s”, which is asked on no earlier page.")
            named = {"place": place, "key": atom.question}
            yield Flaw(code="condition_unknown", place=place, text=text % named)
        elif not _fits(atom, question):
            text = _("A condition of “%(place)s” compares “%(key)s” with what it cannot be.")
            yield Flaw(code="condition_unfit", place=place, text=text % {"place": place, "key": atom.question})


def _fits(atom: Condition, question: Question) -> bool:
    value = atom.value
    if atom.is_ in {"answered", "not_answered"}:
        return value is None
    if question.instrument in SCORES:
        least, most = question.range
        return atom.is_ not in {"has", "has_not"} and type(value) is int and least <= value <= most
    if question.instrument in CHOICES:
        ways = {"equals", "not_equals"} if question.instrument == Instrument.SINGLE else {"has", "has_not"}
        return atom.is_ in ways and value in {one.id for one in question.options}
    return question.instrument == Instrument.CONSENT and atom.is_ in {"equals", "not_equals"} and type(value) is bool


# ── The map of the pages ──────────────────────────────────────────────────────────────────
def _ways(survey: Definition) -> Iterator[Flaw]:
    """Jumps lead to pages that exist, never in a circle; every page can be reached."""
    places = {page.key: at for at, page in enumerate(survey.pages)}
    for page in survey.pages:
        for jump in page.then:
            if jump.go != END and jump.go not in places:
                text = _("Page “%(page)s” leads to “%(to)s”, which does not exist.")
                named = {"page": page.key, "to": jump.go}
                yield Flaw(code="page_unknown", place=page.key, text=text % named)
                return
    ways = [_leads_to(survey, at, places) for at in range(len(survey.pages))]
    circle = _circle(ways)
    if circle:
        names = " → ".join(survey.pages[at].key for at in circle)
        text = _("Pages lead in a circle, and nobody would come out: %(pages)s.") % {"pages": names}
        yield Flaw(code="survey_loops", place=survey.pages[circle[0]].key, text=text)
        return
    reached = _reached(ways)
    for at, page in enumerate(survey.pages):
        if at not in reached:
            yield _unreachable(page.key)


def _unreachable(page: str) -> Flaw:
    text = _("No answers lead to page “%(page)s”.") % {"page": page}
    return Flaw(code="page_unreachable", place=page, text=text)


def _leads_to(survey: Definition, at: int, places: dict[str, int]) -> list[int]:
    """Pages that can follow the one at this place; one that may be left out lets the next follow."""
    page = survey.pages[at]
    found = []
    for jump in page.then:
        if jump.go != END:
            found.append(places[jump.go])
        if jump.if_ is None and not _may_be_left_out(survey, at):
            return found
    return [*found, at + 1] if at + 1 < len(survey.pages) else found


def _may_be_left_out(survey: Definition, at: int) -> bool:
    page = survey.pages[at]
    return page.show_if is not None or all(one.show_if is not None for one in page.questions)


def _circle(ways: list[list[int]]) -> list[int]:
    """Places of a circle, the first again at the end; [] when there is none."""
    done: set[int] = set()

    def look(at: int, trail: list[int]) -> list[int]:
        if at in trail:
            return [*trail[trail.index(at) :], at]
        if at in done:
            return []
        for to in ways[at]:
            if found := look(to, [*trail, at]):
                return found
        done.add(at)
        return []

    return next((found for at in range(len(ways)) if (found := look(at, []))), [])


def _reached(ways: list[list[int]]) -> set[int]:
    reached, ahead = set[int](), [0]
    while ahead:
        at = ahead.pop()
        if at not in reached:
            reached.add(at)
            ahead += ways[at]
    return reached


# ── What nobody would ever see ────────────────────────────────────────────────────────────
def _never_seen(survey: Definition) -> Iterator[Flaw]:
    """Pages and questions that no answers lead to, found by trying all that conditions tell apart."""
    kinds = _told_apart(survey)
    if prod(len(values) for values in kinds.values()) > _MOST_WALKS:
        return
    pages, questions = {one.key for one in survey.pages}, {one.key for one in survey.questions}
    for chosen in product(*kinds.values()):
        values = {key: value for key, value in zip(kinds, chosen, strict=True) if value is not None}
        steps = list(walk(survey, values))
        pages -= {step.page.key for step in steps}
        questions -= {one.key for step in steps for one in step.questions}
    for page in survey.pages:
        if page.key in pages:
            yield _unreachable(page.key)
            questions -= {one.key for one in page.questions}
    unseen = (one for one in survey.questions if one.key in questions)
    yield from (_of(one, "question_unreachable", _("No answers lead to “%(question)s”.")) for one in unseen)


def _told_apart(survey: Definition) -> dict[str, list[Any]]:
    """By question of a condition: one answer of each kind that conditions treat alike, and None for none."""
    compared: dict[str, set[Any]] = {}
    for page in survey.pages:
        parts = (page.show_if, *(one.show_if for one in page.questions), *(jump.if_ for jump in page.then))
        for atom in chain.from_iterable(part.atoms() for part in parts if part):
            compared.setdefault(atom.question or "", set()).add(atom.value)
    return {one.key: [None, *_kinds(one, compared[one.key])] for one in survey.questions if one.key in compared}


def _kinds(question: Question, compared: set[Any]) -> list[Any]:
    if question.instrument in SCORES:
        least, most = question.range
        near = {value + by for value in compared if value is not None for by in (-1, 0, 1)} or {least}
        return sorted(value for value in near if least <= value <= most)
    ids = [one.id for one in question.options]
    named = [one for one in ids if one in compared][:_MOST_TOLD_APART]
    other = [one for one in ids if one not in compared][:1]
    if question.instrument == Instrument.SINGLE:
        return [*named, *other]
    if question.instrument == Instrument.MULTIPLE:
        several = chain.from_iterable(combinations([*named, *other], size) for size in range(1, len(named) + 2))
        return [list(some) for some in several]
    return [True, False] if question.instrument == Instrument.CONSENT else ["…"]
