"""What was asked: words as typed, what was meant by mistyped ones, other words for the same thing."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from otklik.foundation.text.language import (
    in_russian_letters,
    is_word,
    lemmas,
    letter_by_letter,
    other_layout,
    similar_words,
)
from otklik.knowledge.search.documents import Circle
from otklik.knowledge.search.index import Index
from otklik.knowledge.search.vocabulary import Weights, pieces_of, words_in

_MOST_WORDS = 40
_LONGEST_QUESTION = 1_000
_SHORTEST_TURNED = 3
_MARKS = ",.;:!?\"'"
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_SHORTEST_CORRECTED, _SHORTEST_WITH_TWO_ERRORS = 4, 7
_MOST_ENDINGS = 30

type Turn = Callable[[str, Index, Weights], str]


@dataclass(frozen=True, kw_only=True)
class House:
    """Words of this house: ``synonyms`` maps lemmas (of one word, or of several joined by a space) to other words for
    the same; ``silent`` words say nothing."""

    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Asked:
    """``terms``: for each word, the numbers of vocabulary words of which any will do. ``meant``: the text as it was
    probably meant, in small letters, which is embedded; ``is_corrected`` when that differs from what was typed."""

    terms: Sequence[Sequence[int]]
    unknown: int
    pieces: Mapping[int, float]
    meant: str
    is_corrected: bool


def understand(
    typed: str,
    *,
    index: Index,
    house: House,
    circle: Circle = Circle.EVERYBODY,
    is_unfinished: bool = False,
    is_well_typed: bool = False,
) -> Asked:
    """``is_unfinished``: somebody is still typing, so the last word may be only a beginning; else it may be one that
    nobody knows and articles go on with («откр» → «открыть»). ``is_well_typed``: in its own letters, so whatever the
    articles have nothing like is taken as it stands.

    ``circle`` of who asks: no narrower one's words are known, and a correction names none that not everybody may read.
    """
    known = index.known_to[circle]
    told = known if circle is Circle.STAFF else index.known_to[Circle.EVERYBODY]
    typed = typed[:_LONGEST_QUESTION]
    words = words_in(typed if is_well_typed else _in_right_letters(typed, index, known))[:_MOST_WORDS]
    last = words[-1] if words and typed[-1:].isalnum() else None
    beginning = last if last and (is_unfinished or _is_cut_short(last, index, known)) else None
    meant = [
        word if word == beginning else _meant(word, index, known, told, in_dictionary=not is_well_typed)
        for word in words
    ]
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
        meant=" ".join(meant) if meant != words_in(typed) else typed.lower(),
        is_corrected=meant != words_in(typed)[:_MOST_WORDS],
    )


def _numbers(word: str, index: Index, known: Weights, *, is_beginning: bool = False) -> list[int]:
    found = index.vocabulary.forms_of(word)
    if is_beginning:
        found += index.spelled.starting_with(word, most=_MOST_ENDINGS, weights=known)
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
def _in_right_letters(typed: str, index: Index, known: Weights) -> str:
    """Words on the other keyboard layout («ghbdtn») or in Latin letters («kak vernut dengi») as they were meant.

    Each word for itself. Of a text in Latin letters alone half has to make sense so, because it may as well be English;
    then whatever is not known is turned too.
    """
    tokens = typed.split()
    may_be_english = not _CYRILLIC.search(typed)
    best, most = tokens, 0
    for turn in (_on_other_keys, _from_latin):
        found = [turn(token, index, known) if len(token) >= _SHORTEST_TURNED else "" for token in tokens]
        count = sum(map(bool, found))
        if count <= most or (may_be_english and 2 * count <= sum(len(token) >= _SHORTEST_TURNED for token in tokens)):
            continue
        now = [one or token for one, token in zip(found, tokens, strict=True)]
        best, most = [_turned(one, turn, index, known) for one in now] if may_be_english else now, count
    return " ".join(best)


def _on_other_keys(token: str, index: Index, known: Weights) -> str:
    """The token with other keys, where more of it is known so; else ''. A mark at its end may be one or a letter."""
    bare = token.rstrip(_MARKS)
    others = (other_layout(token), f"{other_layout(bare)}{token[len(bare) :]}")
    best = max(others, key=lambda one: _known(one, index, known))
    return best if _known(best, index, known) > _known(token, index, known) else ""


def _from_latin(token: str, index: Index, known: Weights) -> str:
    words = words_in(token)
    if len(words) != 1 or not words[0].isascii() or _is_known(words[0], index, known):
        return ""
    spelled = in_russian_letters(words[0])
    own = (
        one for one in spelled if (number := index.vocabulary.find(one)) is not None and _weighs(number, index, known)
    )
    return next(own, spelled[0] if spelled else "")


def _turned(token: str, turn: Turn, index: Index, known: Weights) -> str:
    """A word among others that were turned, though nobody knows what it gives: a short one, a name, a mistyped one."""
    if _CYRILLIC.search(token) or _known(token, index, known):
        return token
    if turn is _on_other_keys:
        bare = token.rstrip(_MARKS)
        return other_layout(bare) if bare else token
    return letter_by_letter(token.lower())


def _weighs(number: int, index: Index, known: Weights) -> bool:
    return number < index.size and bool(known[number])


def _known(text: str, index: Index, known: Weights) -> int:
    return sum(1 for word in words_in(text)[:_MOST_WORDS] if len(word) > 1 and _is_known(word, index, known))


def _is_known(word: str, index: Index, known: Weights) -> bool:
    number = index.vocabulary.find(word)
    return (number is not None and number < index.size and known[number] > 0) or is_word(word)


def _is_cut_short(word: str, index: Index, known: Weights) -> bool:
    if len(word) < _SHORTEST_CORRECTED or not word.isalpha() or _is_known(word, index, known):
        return False
    return any(known[number] for number in index.spelled.starting_with(word, most=1, weights=known))


def _meant(word: str, index: Index, known: Weights, told: Weights, *, in_dictionary: bool) -> str:
    """The word itself when anybody knows it, else the nearest of the articles' words, else of the dictionary."""
    if len(word) < _SHORTEST_CORRECTED or not word.isalpha() or _is_known(word, index, known):
        return word
    most = 2 if len(word) >= _SHORTEST_WITH_TWO_ERRORS else 1
    near = [
        (errors, -float(told[number]), number) for number, errors in index.spelled.near(word, most=most) if told[number]
    ]
    if near:
        return index.vocabulary.words[min(near)[2]]
    return next(iter(similar_words(word)), word) if in_dictionary else word


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
