"""What was answered, question by question, over time and by segment, and who skipped."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from otklik.surveys.definition import CHOICES, Definition, Instrument, Question, read
from otklik.surveys.figures import Told, tell
from otklik.surveys.models import Answer, Names, Survey, Version
from otklik.surveys.queries.tallies import ALL, FEWEST, Narrowed, spreads, ways

_MOST_WORDS: Final = 200


@dataclass
class _Tally:
    """Of one question (one row of a matrix) in one wording."""

    numbers: Counter[tuple[int, int | None]] = field(default_factory=Counter)
    choices: Counter[str] = field(default_factory=Counter)
    n: int = 0
    withheld: int = 0


type _Key = tuple[int, str, str]
"""Wording, question and row."""
type _Wording = tuple[Question, int, list[int]]
type _Gone = tuple[Counter[tuple[int, str, bool]], Counter[tuple[int, bool]]]


def figures(survey: Survey, narrowed: Narrowed = ALL) -> list[Told]:
    """What was answered, question by question as it is asked now, then what is asked no more; each wording apart, the
    newest first. Five statements at most."""
    return _figures(survey, [narrowed], None)[0]


def figures_and_before(survey: Survey, narrowed: Narrowed, before: datetime) -> tuple[list[Told], list[Told]]:
    """The same of a time that has a beginning (of a day, UTC), and of the time from ``before`` (one, too) until then:
    both are counted at once. Seven statements at most."""
    assert narrowed.since is not None
    earlier = replace(narrowed, since=before, until=narrowed.since)
    then, now = _figures(survey, [earlier, narrowed], [before, narrowed.since])
    return now, then


def _figures(survey: Survey, several: Sequence[Narrowed], edges: Sequence[datetime] | None) -> list[list[Told]]:
    """Of each of these times, which follow each other; ``edges``: where they begin, None for a single one."""
    versions, asked = _versions(survey)
    if not versions:
        return [[] for _narrowed in several]
    wordings = list(_wordings(versions, asked))
    tallies = _tallies(versions, replace(several[-1], since=several[0].since), edges=edges)
    found = []
    for piece, narrowed in enumerate(several, start=1 if edges else 0):
        of_piece = {key: tally for (key, at, _group), tally in tallies.items() if at == piece}
        found.append(_of_wordings(wordings, of_piece, _gone_through(versions, narrowed)))
    return found


def _of_wordings(wordings: Sequence[_Wording], tallies: Mapping[_Key, _Tally], gone_through: _Gone) -> list[Told]:
    found = []
    for question, number, of_series in wordings:
        left = _left_out(question.key, of_series, *gone_through)
        for part in parts_of(question):
            tally = tallies.get((number, question.key, part), _Tally())
            about = left | {"withheld": tally.withheld}
            about["skipped"] = max(0, about["skipped"] - tally.n - tally.withheld)
            found.append(_told(question, number, part, tally, about))
    return found


def parts_of(question: Question) -> list[str]:
    """The rows of a matrix; of all else the whole."""
    return [row.id for row in question.rows] if question.instrument == Instrument.MATRIX else [""]


def over_time(
    survey: Survey, question: str, part: str, narrowed: Narrowed, *, edges: Sequence[datetime]
) -> list[list[Told]]:
    """The same of one question in pieces of time, which begin at ``edges``, as days (UTC) do: in each its wordings, the
    newest first, that somebody answered then. Three statements at most."""
    versions, asked = _versions(survey)
    wordings = [one for one in _wordings(versions, asked) if one[0].key == question]
    tallies = _tallies(versions, narrowed, question=question, part=part, edges=edges)
    return [
        [
            _told(asked_so, number, part, tallies[key, piece, ""], {})
            for asked_so, number, _versions_of in wordings
            if (key := (number, question, part), piece, "") in tallies
        ]
        for piece in range(1, len(edges) + 1)
    ]


def by_segment(survey: Survey, question: str, part: str, narrowed: Narrowed) -> dict[str, Told]:
    """The same of one question as it is asked now, by segment. Three statements at most."""
    versions, asked = _versions(survey)
    newest = next((one for one in _wordings(versions, asked) if one[0].key == question), None)
    if newest is None:
        return {}
    asked_now, number, _versions_of = newest
    tallies = _tallies(versions, narrowed, question=question, part=part, is_by_segment=True)
    found: dict[str, _Tally] = {}
    for (key, _piece, group), tally in tallies.items():
        if key[0] == number and tally.n:
            found[group] = tally
    return {group: _told(asked_now, number, part, tally, {}) for group, tally in found.items()}


def versions_asking(survey: Survey) -> list[Version]:
    """All that were published, the newest first."""
    return list(Version.objects.filter(survey=survey, published_at__isnull=False).order_by("-number"))


def _versions(survey: Survey) -> tuple[list[Version], dict[int, Definition]]:
    rows = versions_asking(survey)
    return rows, {one.pk: read(one.definition) for one in rows}


def words_of(survey: Survey) -> dict[str, list[str]]:
    """By question the last words of those who have a name or might have; then those without, once they are five or
    more, in the order of the alphabet, which tells nobody's place. A statement for each version, the newest first."""
    found: dict[str, list[str]] = {}
    nameless: dict[str, list[str]] = {}
    for version in versions_asking(survey):
        if not any(one.instrument == Instrument.TEXT for one in read(version.definition).questions):
            continue
        rows = Answer.objects.filter(sitting__version=version, sitting__is_trial=False).exclude(words="")
        last = rows.order_by("-sitting__at", "-id").values_list("question", "words")[:_MOST_WORDS]
        kept = found if version.names == Names.IDENTIFIED else nameless
        for question, words in last:
            kept.setdefault(question, []).append(words)
    for question, several in nameless.items():
        if len(several) >= FEWEST:
            found.setdefault(question, []).extend(sorted(several))
    return {question: several[:_MOST_WORDS] for question, several in found.items()}


def _wordings(versions: Sequence[Version], asked: dict[int, Definition]) -> Iterator[_Wording]:
    """Each question in each of its wordings as last written, with the versions that ask it so."""
    seen: dict[str, dict[int, tuple[Question, list[int]]]] = {}
    for version in versions:
        for one in asked[version.pk].questions:
            known = seen.setdefault(one.key, {}).setdefault(version.series[one.key], (one, []))
            known[1].append(version.pk)
    for wordings in seen.values():
        for number, (question, of_series) in wordings.items():
            yield question, number, of_series


def _tallies(
    versions: Sequence[Version],
    narrowed: Narrowed,
    *,
    question: str = "",
    part: str | None = None,
    edges: Sequence[datetime] | None = None,
    is_by_segment: bool = False,
) -> dict[tuple[_Key, int, str], _Tally]:
    """By question, wording and row, by piece of time (0 without ``edges``) and group."""
    found: dict[tuple[_Key, int, str], _Tally] = {}
    told = spreads(versions, narrowed, question=question or None, part=part, edges=edges, is_by_segment=is_by_segment)
    for wording, key, row, number, expected, choices, piece, group, shown, wanted in told:
        tally = found.setdefault(((wording, key, row), piece if edges else 0, group), _Tally())
        tally.n += shown
        tally.withheld += wanted - shown
        if number is not None and shown:
            tally.numbers[number, expected] += shown
        for one in choices if shown else ():
            tally.choices[one] += shown
    return found


def _gone_through(versions: Sequence[Version], narrowed: Narrowed) -> _Gone:
    """How many were shown a question, by version, question and whether they went through to the end; and how many there
    were."""
    shown: Counter[tuple[int, str, bool]] = Counter()
    everybody: Counter[tuple[int, bool]] = Counter()
    for _named, done, _invited, n, (version, asked) in ways(versions, narrowed, by=("version_id", "choices")):
        everybody[version, done] += n
        for key in asked:
            shown[version, key, done] += n
    return shown, everybody


def _left_out(
    key: str,
    versions: Sequence[int],
    shown: Counter[tuple[int, str, bool]],
    all_of_them: Counter[tuple[int, bool]],
) -> dict[str, int]:
    """``skipped`` still holds those who answered."""
    by_end = {done: sum(shown[version, key, done] for version in versions) for done in (True, False)}
    total = {done: sum(all_of_them[version, done] for version in versions) for done in (True, False)}
    return {
        "skipped": by_end[True] + by_end[False],
        "not_shown": total[True] - by_end[True],
        "not_reached": total[False] - by_end[False],
    }


def _told(question: Question, number: int, part: str, tally: _Tally, left_out: dict[str, int]) -> Told:
    options = {one.id: tally.choices[one.id] for one in question.options} if question.instrument in CHOICES else {}
    return tell(question, series=number, part=part, numbers=tally.numbers, options=options, n=tally.n, left=left_out)
