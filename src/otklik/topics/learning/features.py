"""Texts as rows of numbers: what they mean, and beside it pieces of their words.

Meaning comes from the embedder of the help centre, here on this machine unless the house names a service of its own.
"""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from otklik.knowledge.derivation import made_by as embedded_by
from otklik.knowledge.search.embedding import embedder

MEANING, PIECES = 512, 256
WIDTH = MEANING + PIECES
LONGEST = 1_000
"""Letters of a text that are read."""
_WEIGHT_OF_PIECES = 0.3
_VERSION = 1
_WORD = re.compile(r"\w+")
_AT_ONCE = 64

type Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]


def made_by() -> str:
    """Names who makes the numbers: another name, and they are made anew."""
    return f"topics-{_VERSION}:{embedded_by()}"[:60]


def meanings_of(texts: Sequence[str]) -> Rows:
    """A row for each text, of length 1; zeros where nobody can say. Raises ``EmbedderAway``."""
    found = np.zeros((len(texts), MEANING), dtype=np.float32)
    for start in range(0, len(texts), _AT_ONCE):
        part = [text[:LONGEST] for text in texts[start : start + _AT_ONCE]]
        found[start : start + len(part)] = embedder().embed(part)
    return found


def as_bytes(row: Rows) -> bytes:
    """One row as 512 signed bytes."""
    largest = max(float(np.abs(row).max(initial=0)), 1e-9)
    return np.round(row / largest * 127).astype(np.int8).tobytes()


def from_bytes(kept: Sequence[bytes]) -> Rows:
    rows = np.stack([np.frombuffer(one, dtype=np.int8) for one in kept]).astype(np.float32)
    return _of_length_one(rows)


def features(meanings: Rows, texts: Sequence[str]) -> Rows:
    """What is learnt from: the meaning, and .3 of pieces of words, which alone must do where nobody knows meanings."""
    pieces = np.stack([_pieces(text[:LONGEST]) for text in texts]) if len(texts) else np.zeros((0, PIECES), np.float32)
    return np.hstack([meanings, _WEIGHT_OF_PIECES * pieces]).astype(np.float32)


def _pieces(text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """Runs of 3 to 5 letters, counted by their checksum, with a sign so that those that fall together cancel out."""
    counts = np.zeros(PIECES, dtype=np.float32)
    for word in _WORD.findall(text.lower().replace("ё", "е")):
        framed = f"<{word}>"
        for size in (3, 4, 5):
            for start in range(len(framed) - size + 1):
                sum_of = zlib.crc32(framed[start : start + size].encode())
                counts[sum_of % PIECES] += 1 if sum_of >> 31 else -1
    counts = np.sign(counts) * np.sqrt(np.abs(counts))
    return np.asarray(counts / max(float(np.linalg.norm(counts)), 1e-9), dtype=np.float32)


def _of_length_one(rows: Rows) -> Rows:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), dtype=np.float32)
