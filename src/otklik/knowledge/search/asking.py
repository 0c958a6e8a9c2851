"""What was asked: words as typed, what was meant by mistyped ones, other words for the same thing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from otklik.foundation.language import is_word, lemmas, other_layout, similar_words
from otklik.knowledge.search.documents import Circle
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.vocabulary import Weights, pieces_of, words_in

_MOST_WORDS = 40
_LONGEST_QUESTION = 1_000
_SHORTEST_CORRECTED, _SHORTEST_WITH_TWO_ERRORS = 4, 7
_MOST_ENDINGS = 30


@dataclass(frozen=True, kw_only=True)
class House:
    """Words of this house: ``synonyms`` maps lemmas (of one word, or of several joined by a space) to other words for
    the same; ``silent`` words say nothing."""

    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``terms``: for each word, the numbers of vocabulary words of which any will do. ``meant``: the text as it was
    probably meant, which is embedded; ``is_corrected`` when that differs from what was typed."""

    terms: Sequence[Sequence[int]]
    unknown: int
    pieces: Mapping[int, float]
    meant: str
    is_corrected: bool


def understand(
    typed: str, *, index: Index, house: House, circle: Circle = Circle.EVERYBODY, is_unfinished: bool = False
) -> Asked:
    """``is_unfinished``: somebody is still typing, so the last word may be only a beginning; else it may be one that
    nobody knows and articles go on with («откр» → «открыть»).

    ``circle`` of who asks: no narrower one's words are known, and a correction names none that not everybody may read.
    """
    known = index.known_to[circle]
    told = known if circle is Circle.STAFF else index.known_to[Circle.EVERYBODY]
    typed = typed[:_LONGEST_QUESTION]
    words = words_in(_in_right_layout(typed, index, known))[:_MOST_WORDS]
    last = words[-1] if words and typed[-1:].isalnum() else None
    beginning = last if last and (is_unfinished or _is_cut_short(last, index, known)) else None
    meant = [word if word == beginning else _meant(word, index, known, told) for word in words]
    telling = [word for word in dict.fromkeys(meant) if word not in house.silent] or list(dict.fromkeys(meant))
    terms = [_numbers(word, index, known, is_beginning=word == beginning) for word in telling]
    other_words = _other_words(meant, house)
    for word, others in other_words.items():
        if word in telling:
            terms[telling.index(word)] += [number for other in others for number in _numbers(other, index, known)]
    return Asked(
        terms=[term for term in terms if term],
        unknown=sum(1 for term in terms if not term),
        pieces=_pieces(words, meant, house, other_words),
        meant=" ".join(meant) if meant != words_in(typed) else typed,
        is_corrected=meant != words_in(typed)[:_MOST_WORDS],
    )


def _numbers(word: str, index: Index, known: Weights, *, is_beginning: bool = False) -> list[int]:
    found = index.vocabulary.forms_of(word)
    if is_beginning:
        found += index.vocabulary.starting_with(word, most=_MOST_ENDINGS, weights=known)
    return [number for number in dict.fromkeys(found) if number < index.size and known[number]]


def _pieces(
    words: Sequence[str], meant: Sequence[str], house: House, other_words: Mapping[str, Sequence[str]]
) -> dict[int, float]:
    """Pieces of the words as typed; of corrected ones, and of other words for the same, of each half the weight."""
    found: dict[int, float] = {}
    for word, right in zip(words, meant, strict=True):
        if right in house.silent:
            continue
        for spelling in {word, right}:
            for piece in pieces_of(spelling):
                found[piece] = found.get(piece, 0.0) + (1.0 if word == right else 0.5)
        for other in other_words.get(right, ()):
            for piece in pieces_of(other):
                found[piece] = found.get(piece, 0.0) + 0.5
    return found or {piece: 1.0 for word in words for piece in pieces_of(word)}


# ── What was meant ────────────────────────────────────────────────────────────────────────
def _in_right_layout(typed: str, index: Index, known: Weights) -> str:
    """The same keys on the other keyboard layout when that gives more words that we know: «ghbdtn» → «привет»."""
    other = other_layout(typed)
    return other if _known(other, index, known) > _known(typed, index, known) else typed


def _known(text: str, index: Index, known: Weights) -> int:
    return sum(1 for word in words_in(text)[:_MOST_WORDS] if len(word) > 1 and _is_known(word, index, known))


def _is_known(word: str, index: Index, known: Weights) -> bool:
    number = index.vocabulary.find(word)
    return (number is not None and number < index.size and known[number] > 0) or is_word(word)


def _is_cut_short(word: str, index: Index, known: Weights) -> bool:
    if len(word) < _SHORTEST_CORRECTED or not word.isalpha() or _is_known(word, index, known):
        return False
    return any(known[number] for number in index.vocabulary.starting_with(word, most=1, weights=known))


def _meant(word: str, index: Index, known: Weights, told: Weights) -> str:
    """The word itself when anybody knows it, else the nearest of the articles' words, else of the dictionary."""
    if len(word) < _SHORTEST_CORRECTED or not word.isalpha() or _is_known(word, index, known):
        return word
    most = 2 if len(word) >= _SHORTEST_WITH_TWO_ERRORS else 1
    near = [
        (errors, -float(told[number]), number) for number, errors in index.spelled.near(word, most=most) if told[number]
    ]
    if near:
        return index.vocabulary.words[min(near)[2]]
    return next(iter(similar_words(word)), word)


# ── Other words for the same ──────────────────────────────────────────────────────────────
def _other_words(meant: Sequence[str], house: House) -> dict[str, list[str]]:
    """For words asked, single words that mean the same here; of a phrase, the first word stands for all of it."""
    found: dict[str, list[str]] = {}
    if not house.synonyms:
        return found
    stems = [lemmas(word)[0] for word in meant]
    for phrase, others in house.synonyms.items():
        wanted = phrase.split(" ")
        for start in range(len(stems) - len(wanted) + 1):
            if stems[start : start + len(wanted)] == wanted:
                words = [word for other in others for word in words_in(other)]
                found.setdefault(meant[start], []).extend(words)
    return found
