"""The words of all articles: their forms, their pieces, and which of them may have been meant.

Words are numbered as they come and never forgotten, so that refreshing an index reads only the articles that changed.
"""

import re
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

import numpy as np

from otklik.foundation.text.language import lemmas

type Numbers = np.ndarray[tuple[int], np.dtype[np.int32]]
type Weights = np.ndarray[tuple[int], np.dtype[np.float32]]

PIECES = 1 << 17
_SHORTEST_PIECE, _LONGEST_PIECE = 3, 5
_WORD = re.compile(r"[a-zа-я0-9]+")
_LONGEST_WORD = 40
_CODES = 24


def words_in(text: str) -> list[str]:
    """Lower-case words and numbers, ё as е."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(text.lower().replace("ё", "е"))]


@lru_cache(maxsize=100_000)
def pieces_of(word: str) -> tuple[int, ...]:
    """Hashed runs of 3 to 5 letters of a word, its borders counted as letters: what survives a typing error."""
    edged = f" {word} "
    found = [
        edged[start : start + size]
        for size in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1)
        for start in range(max(len(edged) - size + 1, 0))
    ]
    return tuple(zlib.crc32(piece.encode()) % PIECES for piece in found)


class Vocabulary:
    """Numbers for words. Written by one thread (whoever refreshes the index), read by many."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._of_lemma: defaultdict[str, list[int]] = defaultdict(list)
        self._pieces: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self.words)

    def number(self, word: str) -> int:
        """The word's number; a new one is taken in."""
        known = self._numbers.get(word)
        if known is not None:
            return known
        self._numbers[word] = number = len(self.words)
        self._pieces.append(pieces_of(word))
        for lemma in lemmas(word):
            self._of_lemma[lemma].append(number)
        self.words.append(word)
        return number

    def find(self, word: str) -> int | None:
        return self._numbers.get(word)

    def forms_of(self, word: str) -> list[int]:
        """Numbers of all words that may be forms of this one."""
        return list(dict.fromkeys(number for lemma in lemmas(word) for number in self._of_lemma.get(lemma, ())))

    def pieces(self) -> tuple[Numbers, Numbers]:
        """(first place of each word, pieces of all words one after another); the last place closes the row."""
        starts = np.zeros(len(self._pieces) + 1, dtype=np.int32)
        np.cumsum([len(row) for row in self._pieces], out=starts[1:])
        flat = (piece for row in self._pieces for piece in row)
        return starts, np.fromiter(flat, dtype=np.int32, count=int(starts[-1]))

    def spelled(self) -> "Spelled":
        return Spelled(self.words)


class Spelled:
    """Words as rows of letter codes and in order, so that the nearest to a mistyped one, and those that a beginning
    goes on with, are found without a loop over all."""

    def __init__(self, words: Iterable[str]) -> None:
        words = list(words)
        self._order = sorted(range(len(words)), key=words.__getitem__)
        self._sorted = [words[number] for number in self._order]
        kept = [word[:_CODES] for word in words]
        self._codes = np.zeros((len(kept), _CODES), dtype=np.uint16)
        for row, word in enumerate(kept):
            self._codes[row, : len(word)] = [ord(letter) for letter in word]
        self._lengths = np.fromiter(map(len, kept), dtype=np.int16, count=len(kept))
        self._letters = np.fromiter(map(_letters_of, kept), dtype=np.uint64, count=len(kept))

    def starting_with(self, prefix: str, *, most: int, weights: Weights) -> list[int]:
        """Numbers of words that begin so, the weightiest first."""
        first = bisect_left(self._sorted, prefix)
        last = bisect_left(self._sorted, f"{prefix}\uffff", lo=first)
        return sorted(sorted(self._order[first:last]), key=lambda number: -float(weights[number]))[:most]

    def near(self, word: str, *, most: int) -> Iterator[tuple[int, int]]:
        """(number, errors) of words at most ``most`` typing errors away: a letter lost, added, wrong, two swapped."""
        word = word[:_CODES]
        unlike = np.bitwise_count(self._letters ^ np.uint64(_letters_of(word)))
        close = np.flatnonzero((np.abs(self._lengths - len(word)) <= most) & (unlike <= 2 * most))
        if not len(close):
            return
        errors = _errors(word, self._codes[close], self._lengths[close])
        for place in np.flatnonzero(errors <= most):
            yield int(close[place]), int(errors[place])


@lru_cache(maxsize=100_000)
def _letters_of(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits


def _errors(
    word: str,
    codes: np.ndarray[tuple[int, int], np.dtype[np.uint16]],
    lengths: np.ndarray[tuple[int], np.dtype[np.int16]],
) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    """Typing errors between ``word`` and each row (optimal string alignment), all rows at once."""
    count, width = codes.shape
    before_last = np.zeros((count, width + 1), dtype=np.int16)
    last = np.tile(np.arange(width + 1, dtype=np.int16), (count, 1))
    for row, letter in enumerate(map(ord, word), start=1):
        now = np.empty_like(last)
        now[:, 0] = row
        for column in range(1, width + 1):
            is_same = codes[:, column - 1] == letter
            best = np.minimum(last[:, column - 1] + ~is_same, np.minimum(last[:, column], now[:, column - 1]) + 1)
            if row > 1 and column > 1:
                is_swapped = (codes[:, column - 2] == letter) & (codes[:, column - 1] == ord(word[row - 2]))
                best = np.where(is_swapped, np.minimum(best, before_last[:, column - 2] + 1), best)
            now[:, column] = best
        before_last, last = last, now
    return last[np.arange(count), lengths]
