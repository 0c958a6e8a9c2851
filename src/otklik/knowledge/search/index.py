"""The index in memory: how near each article is to what was asked, by words, by pieces of words and by meaning.

Articles are rows of word numbers; everything else is arithmetic over whole arrays. Nothing here knows the database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from otklik.knowledge.search.documents import DIMENSIONS, Circle, Document, Manner, Vectors, manner_of
from otklik.knowledge.search.vocabulary import PIECES, Numbers, Spelled, Vocabulary, Weights, words_in

_TITLE_COUNTS, _QUESTION_COUNTS = 3, 2
_SATURATION, _LENGTH_MATTERS = 1.2, 0.75
_ROWS_AT_ONCE = 4096
_COMMON_COUNTS = 0.5
_EVEN_COUNTS = 0.5
_MOST_COMPARED = 8192


@dataclass(frozen=True, kw_only=True)
class Read:
    """A document after reading: its words by number, and how much each counts."""

    document: Document
    words: Numbers
    counts: Weights


def read(document: Document, vocabulary: Vocabulary) -> Read:
    """Number the words of a document."""
    counted = Counter(words_in(f"{document.body} {document.section}"))
    for text, times in ((document.title, _TITLE_COUNTS), *((one, _QUESTION_COUNTS) for one in document.questions)):
        for word in words_in(text):
            counted[word] += times
    numbers = np.fromiter(map(vocabulary.number, counted), dtype=np.int32, count=len(counted))
    return Read(
        document=document,
        words=numbers,
        counts=np.fromiter(counted.values(), dtype=np.float32, count=len(counted)),
    )


@dataclass(frozen=True, kw_only=True)
class Features:
    """For each document (a row), how near it is. All are 0..1 or a cosine, comparable between sets of articles."""

    words: Weights
    pieces: Weights
    unit_meaning: Weights
    centre_meaning: Weights
    body_meaning: Weights


def _sums(values: Weights, starts: np.ndarray[tuple[int], Any]) -> Weights:
    """Sums of the rows that begin at ``starts``; empty rows are 0."""
    total = np.zeros(len(values) + 1, dtype=np.float64)
    np.cumsum(values, out=total[1:])
    sums: Weights = (total[starts[1:]] - total[starts[:-1]]).astype(np.float32)
    return sums


def _norms(vectors: Vectors) -> Weights:
    squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32)
    norms: Weights = np.maximum(np.sqrt(squares), 1).astype(np.float32)
    return norms


def _telling(
    rows: np.ndarray[tuple[int, int], np.dtype[np.float32]], freedom: int
) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """What makes ways equally long in which questions of one article differ (``rows``: each less their middle).

    Fisher's linear discriminant; the spread is shrunk half way to an even one, for there are fewer rows than ways.
    """
    spread = rows.T @ rows / max(freedom, 1)
    even = max(float(np.trace(spread)) / DIMENSIONS, 1e-9) * np.eye(DIMENSIONS, dtype=np.float32)
    both = (1 - _EVEN_COUNTS) * spread + _EVEN_COUNTS * even
    return np.linalg.inv(np.linalg.cholesky(both)).T.astype(np.float32)


def _whole_numbers(rows: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> Vectors:
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    return np.round(rows / largest * 127).astype(np.int8)


class _Cut(NamedTuple):
    units: Vectors
    body: Vectors
    passages: Vectors


def _cut(document: Document) -> _Cut:
    """The vectors of a document by what they say; a body in one piece is its own passage."""
    assert document.vectors is not None, "only of documents that have them"
    units, body, passages = np.split(document.vectors, [first := len(document.questions) + 1, first + 1])
    return _Cut(units, body, passages if len(passages) else body)


class Texts:
    """Rows of weighted words, and the cosine of each row with a query in the space of word pieces."""

    def __init__(self, rows: Sequence[tuple[Numbers, Weights]], grams: "Grams") -> None:
        self.starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(words) for words, _counts in rows], out=self.starts[1:])
        self.words = np.concatenate([words for words, _counts in rows] or [np.zeros(0, dtype=np.int32)])
        counts = np.concatenate([counts for _words, counts in rows] or [np.zeros(0, dtype=np.float32)])
        self.weights = (1 + np.log(counts)).astype(np.float32)
        self.norms = grams.norms(self)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def sums(self, values: Weights) -> Weights:
        """For each row, the sum of ``values`` (one for each entry)."""
        return _sums(values, self.starts)

    def cosines(self, nearness: Weights) -> Weights:
        """``nearness``: of each word of the vocabulary to the query."""
        return self.sums(self.weights * nearness[self.words]) / self.norms


class Grams:
    """Pieces of all words with how telling each piece is."""

    def __init__(self, vocabulary: Vocabulary, rows: Sequence[tuple[Numbers, Weights]]) -> None:
        self.starts, self.flat = vocabulary.pieces()
        self.telling = self._telling(rows)
        self.unknown = float(np.log(1 + len(rows)) + 1)

    def _telling(self, rows: Sequence[tuple[Numbers, Weights]]) -> Weights:
        """Inverse document frequency of each piece, as in tf-idf with smoothing."""
        seen = np.zeros(PIECES, dtype=np.int32)
        for words, _counts in rows:
            if len(words):
                seen[self.of(words)] += 1
        return (np.log((1 + len(rows)) / (1 + seen)) + 1).astype(np.float32)

    def of(self, words: Numbers) -> Numbers:
        """Pieces of these words, one after another."""
        lengths = self.starts[words + 1] - self.starts[words]
        ends = np.cumsum(lengths)
        places = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        pieces: Numbers = self.flat[np.repeat(self.starts[words], lengths) + places]
        return pieces

    def norms(self, texts: "Texts") -> Weights:
        found = np.ones(len(texts), dtype=np.float32)
        for row in range(len(texts)):
            part = slice(texts.starts[row], texts.starts[row + 1])
            words = texts.words[part]
            if not len(words):
                continue
            lengths = self.starts[words + 1] - self.starts[words]
            pieces = self.of(words)
            order = np.argsort(pieces)
            sorted_pieces = pieces[order]
            weights = (np.repeat(texts.weights[part], lengths) * self.telling[pieces])[order]
            first = np.flatnonzero(np.diff(sorted_pieces, prepend=-1))
            found[row] = np.sqrt(np.square(np.add.reduceat(weights, first)).sum())
        return found

    def nearness(self, weighted: Mapping[int, float]) -> Weights:
        """Of each word to a query of weighted pieces; the query is brought to length 1."""
        query = np.zeros(PIECES, dtype=np.float32)
        for piece, weight in weighted.items():
            query[piece] = (1 + np.log(weight)) * self.telling[piece] if weight >= 1 else weight * self.telling[piece]
        query /= float(np.linalg.norm(query)) or 1.0
        return _sums((query * self.telling)[self.flat], self.starts)


class Index:
    """An immutable picture of all documents; a refresh makes a new one out of the rows read before."""

    def __init__(
        self, rows: Sequence[Read], vocabulary: Vocabulary, *, circles: Sequence[Circle] | None = None
    ) -> None:
        """``circles`` of the rows; None: everybody may read all."""
        self.vocabulary = vocabulary
        self.size = len(vocabulary)
        self.documents = [row.document for row in rows]
        whole = [(row.words, row.counts) for row in rows]
        self.grams = Grams(vocabulary, whole)
        self.texts = Texts(whole, self.grams)
        self.counts = np.concatenate([row.counts for row in rows] or [np.zeros(0, dtype=np.float32)])
        self._by_word()
        self._known_to(circles or [Circle.EVERYBODY] * len(rows))
        self._lengths()
        self.manner = manner_of(self.documents)
        self._meanings(rows)
        self._centres()
        self.spelled = Spelled(vocabulary.words[: self.size])

    def __len__(self) -> int:
        return len(self.documents)

    def _by_word(self) -> None:
        """The same rows by word: who has it and how often."""
        order = np.argsort(self.texts.words, kind="stable")
        lengths = np.diff(self.texts.starts)
        self.holders = np.repeat(np.arange(len(self), dtype=np.int32), lengths)[order]
        self.held = self.counts[order]
        self.frequency = np.bincount(self.texts.words, minlength=self.size).astype(np.float32)
        self.first = np.zeros(self.size + 1, dtype=np.int64)
        np.cumsum(self.frequency, out=self.first[1:])

    def _known_to(self, circles: Sequence[Circle]) -> None:
        """How often each word stands in what each circle may read."""
        circle = np.repeat(np.array(circles, dtype=np.int8), np.diff(self.texts.starts))
        self.known_to = {
            one: np.bincount(self.texts.words[circle <= one], minlength=self.size).astype(np.float32) for one in Circle
        }

    def _lengths(self) -> None:
        lengths = self.texts.sums(self.counts)
        mean = float(lengths.mean()) if len(lengths) else 1.0
        self.damping = _SATURATION * (1 - _LENGTH_MATTERS + _LENGTH_MATTERS * lengths / (mean or 1.0))

    def _meanings(self, rows: Sequence[Read]) -> None:
        none = np.zeros((0, DIMENSIONS), dtype=np.int8)
        known = [(place, row.document) for place, row in enumerate(rows) if row.document.vectors is not None]
        cut = [_cut(document) for _place, document in known]
        places = np.array([place for place, _document in known], dtype=np.int64)
        self.unit_vectors: Vectors = np.concatenate([part.units for part in cut] or [none])
        self.unit_vector_owners = np.repeat(places, [len(part.units) for part in cut])
        self.body_vectors: Vectors = np.concatenate([part.body for part in cut] or [none])
        self.body_vector_owners = places
        self.passage_vectors: Vectors = np.concatenate([part.passages for part in cut] or [none])
        self.passage_owners = np.repeat(places, [len(part.passages) for part in cut])
        self.unit_norms, self.body_norms = _norms(self.unit_vectors), _norms(self.body_vectors)

    def _centres(self) -> None:
        """What all questions of a house have in common tells none of them apart: half of it is taken out, and the
        middle of each article's questions is kept, as far as ways count that tell articles apart. Only where most
        articles have questions."""
        self.common = np.zeros(DIMENSIONS, dtype=np.float32)
        self.centre_vectors: Vectors = np.zeros((0, DIMENSIONS), dtype=np.int8)
        self.centre_norms = np.zeros(0, dtype=np.float32)
        if self.manner is not Manner.EXAMPLES or not len(self.unit_vectors):
            return
        both = ((self.unit_vectors, self.unit_norms), (self.body_vectors, self.body_norms))
        sums = [np.einsum("ij,i->j", vectors, 1 / norms, dtype=np.float32) for vectors, norms in both]
        self.common = (_COMMON_COUNTS * sum(sums) / sum(len(norms) for _vectors, norms in both)).astype(np.float32)
        self.unit_vectors, added = self._without_common(self.unit_vectors, self.unit_norms, self.unit_vector_owners)
        self.body_vectors, _same = self._without_common(self.body_vectors, self.body_norms, self.body_vector_owners)
        self.unit_norms, self.body_norms = _norms(self.unit_vectors), _norms(self.body_vectors)
        count = np.bincount(self.unit_vector_owners, minlength=len(self)).astype(np.float32)
        middles = added / np.maximum(count, 1)[:, None]
        some = slice(0, _MOST_COMPARED)
        owners = self.unit_vector_owners[some]
        rows = self.unit_vectors[some] / self.unit_norms[some, None] - middles[owners]
        self.telling = _telling(rows.astype(np.float32), len(rows) - len(np.unique(owners)))
        self.centre_vectors = _whole_numbers((middles[self.body_vector_owners] @ self.telling).astype(np.float32))
        self.centre_norms = _norms(self.centre_vectors)

    def _without_common(
        self, vectors: Vectors, norms: Weights, owners: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> tuple[Vectors, np.ndarray[tuple[int, int], np.dtype[np.float32]]]:
        """The vectors less what is common, and their sums by owner."""
        changed = np.empty_like(vectors)
        sums = np.zeros((len(self), DIMENSIONS), dtype=np.float32)
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            rows: np.ndarray[tuple[int, int], np.dtype[np.float32]] = (
                vectors[part] / norms[part, None] - self.common
            ).astype(np.float32)
            rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
            np.add.at(sums, owners[part], rows)
            changed[part] = _whole_numbers(rows)
        return changed, sums

    def apart(self, meaning: Weights) -> Weights:
        """A question less what all articles have in common, of length 1."""
        rest = meaning - self.common
        return np.asarray(rest / (float(np.linalg.norm(rest)) or 1.0), dtype=np.float32)

    def told_apart(self, rest: Weights) -> Weights:
        """The same as far as it tells articles apart, of length 1: to compare with their middles."""
        telling = rest @ self.telling
        return np.asarray(telling / (float(np.linalg.norm(telling)) or 1.0), dtype=np.float32)

    # ── Nearness ──────────────────────────────────────────────────────────────────────────
    def by_words(self, terms: Sequence[Sequence[int]], unknown: int) -> Weights:
        """BM25 over ``terms`` (each a list of words of which any will do), as a share of the best possible.
        ``unknown`` terms stand nowhere but weigh."""
        score = np.zeros(len(self), dtype=np.float32)
        rarest = float(np.log(1 + (len(self) + 0.5) / 0.5))
        possible = unknown * rarest
        for words in terms:
            found = self._count(words)
            holders = float(np.count_nonzero(found))
            telling = float(np.log(1 + (len(self) - holders + 0.5) / (holders + 0.5)))
            possible += telling
            score += telling * found * (_SATURATION + 1) / (found + self.damping)
        return score / ((possible or 1.0) * (_SATURATION + 1))

    def _count(self, words: Sequence[int]) -> Weights:
        total = np.zeros(len(self), dtype=np.float32)
        for word in words:
            if word < self.size:
                part = slice(self.first[word], self.first[word + 1])
                total[self.holders[part]] += self.held[part]
        return total

    def best_unit(self, values: Weights, owners: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Weights:
        best = np.zeros(len(self), dtype=np.float32)
        np.maximum.at(best, owners, values)
        return best

    def by_meaning(self, vectors: Vectors, norms: Weights, asked: Weights) -> Weights:
        """Cosines of rows with a query of length 1."""
        found = np.empty(len(vectors), dtype=np.float32)
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            part = vectors[start : start + _ROWS_AT_ONCE].astype(np.float32)
            found[start : start + _ROWS_AT_ONCE] = part @ asked
        return found / norms

    def by_passage(self, rows: np.ndarray[Any, np.dtype[np.int64]], asked: Weights) -> Weights:
        """For each of these rows the cosine of its nearest passage."""
        is_wanted = np.zeros(len(self), dtype=np.bool_)
        is_wanted[rows] = True
        wanted = np.flatnonzero(is_wanted[self.passage_owners])
        vectors = self.passage_vectors[wanted]
        best = self.best_unit(self.by_meaning(vectors, _norms(vectors), asked), self.passage_owners[wanted])
        return np.asarray(best[rows])
