"""A service elsewhere may know what texts mean; when it is away or talks nonsense, words must do."""

import json
import time

import numpy as np
import pytest

from otklik.knowledge.search import embedding
from otklik.knowledge.search.documents import DIMENSIONS
from otklik.knowledge.search.embedding import EmbedderAway, Remote, meaning_of
from tests.there import Play, There, falls_silent, says, there


def answer(told: object, *, status: str = "200 OK") -> Play:
    body = json.dumps(told).encode()
    return says(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode(), body)


def rows(*numbers: list[float]) -> Play:
    backwards = [{"index": place, "embedding": row} for place, row in enumerate(numbers)][::-1]
    return answer({"data": backwards})


def service(program: There, key: str = "") -> Remote:
    return Remote(f"http://127.0.0.1:{program.port}/", model="small", key=key)


def test_texts_are_sent_and_their_numbers_come_in_order() -> None:
    with there(rows([3.0, 4.0], [0.0, 2.0])) as program:
        found = service(program, key="word").embed(["возврат", ""])

    head, _, body = program.asked[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/embeddings HTTP/1.1\r\n")
    assert b"Authorization: Bearer word" in head.split(b"\r\n")
    assert json.loads(body) == {"model": "small", "input": ["возврат", " "]}
    assert found.shape == (2, DIMENSIONS)
    assert np.allclose(found[:, :2], [[0.6, 0.8], [0.0, 1.0]])


def test_many_texts_are_sent_in_parts() -> None:
    with there(rows(*[[1.0]] * 64), rows([1.0])) as program:
        assert len(service(program).embed(["слово"] * 65)) == 65

    assert len(program.asked) == 2


@pytest.mark.parametrize(
    ("play", "why"),
    [
        (answer({"data": []}, status="503 Away"), "status 503"),
        (answer({"data": []}, status="302 Found"), "status 302"),
        (answer({"error": "no model"}), "KeyError"),
        (says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{{"), "JSONDecodeError"),
        (says(), "RemoteDisconnected"),
    ],
)
def test_who_does_not_answer_in_numbers_is_away(play: Play, why: str) -> None:
    with there(play) as program, pytest.raises(EmbedderAway, match=f"^{why}$"):
        service(program).embed(["слово"])


def test_a_question_does_not_wait_for_a_slow_service(monkeypatch: pytest.MonkeyPatch) -> None:
    with there(falls_silent()) as program:
        monkeypatch.setattr(embedding, "embedder", lambda: service(program))
        began = time.monotonic()

        assert meaning_of(["слово"]) is None
        assert time.monotonic() - began < 3
