"""What topics learn, and from when on they may take a text by themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.topics.learning.evaluation import Unreadable, evaluate, labelled_in
from otklik.topics.learning.features import WIDTH, as_bytes, features, from_bytes
from otklik.topics.learning.judging import FEWEST_EXAMPLES, learn, measured
from otklik.topics.learning.softmax import chances, fit, unseen_chances
from tests.topics.making import PARCELS, REFUNDS, by_words

__all__ = ["by_words"]


def rows_of(texts: list[str]) -> np.ndarray:
    return features(np.zeros((len(texts), 512), dtype=np.float32), texts)


def test_numbers_are_kept_as_bytes_without_losing_their_direction() -> None:
    row = np.linspace(-1, 1, 512, dtype=np.float32)

    [again] = from_bytes([as_bytes(row)])

    assert float(again @ row / np.linalg.norm(row)) > 0.9999


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=8))
def test_any_text_becomes_numbers_of_one_width(texts: list[str]) -> None:
    rows = rows_of(texts)

    assert rows.shape == (len(texts), WIDTH)
    assert np.isfinite(rows).all()
    assert (np.linalg.norm(rows, axis=1) < 1.001).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.integers(5, 12), st.randoms(use_true_random=False))
def test_chances_add_up_and_what_was_seen_is_known_again(count: int, each: int, chance: object) -> None:
    seed = chance.randrange(2**31)  # type: ignore[attr-defined]
    noise = np.random.default_rng(seed).normal(0, 0.05, (count * each, 16)).astype(np.float32)
    labels = np.repeat(np.arange(count), each)
    rows = noise + np.eye(16, dtype=np.float32)[labels]

    found = chances(rows, fit(rows, labels, count))

    assert np.allclose(found.sum(axis=1), 1, atol=1e-4)
    assert (found.argmax(axis=1) == labels).all()
    assert (unseen_chances(rows, labels, count).argmax(axis=1) == labels).all()


def told(count: int, *, right: int, surety: float = 0.9, examples: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Texts of topic 0, ``count`` of them taken for it and ``right`` of these rightly; the others are of topic 1."""
    more = (examples or right) - right
    labels = np.array([0] * right + [1] * (count - right) + [0] * more + [1] * 40)
    found = np.full((len(labels), 2), 1 - surety, dtype=np.float32)
    found[:count, 0] = surety
    found[count:, 1] = surety
    found[count : count + more] = [0.45, 0.55]
    return found, labels


def test_a_topic_earns_to_take_by_what_it_has_shown() -> None:
    [mine, _other] = measured(*told(20, right=20), 2, precision=0.9)

    assert (mine.examples, mine.taken, mine.right) == (20, 20, 20)
    assert mine.bar == pytest.approx(0.9)


def test_a_topic_that_is_often_wrong_takes_nothing_though_all_others_are_right() -> None:
    [mine, other] = measured(*told(20, right=15), 2, precision=0.9)

    assert (mine.taken, mine.right, mine.bar) == (20, 15, None)
    assert other.bar is None or other.bar > 0


@pytest.mark.parametrize(("examples", "earns"), [(FEWEST_EXAMPLES - 1, False), (FEWEST_EXAMPLES, True)])
def test_fewer_than_ten_examples_earn_nothing(examples: int, earns: bool) -> None:  # noqa: FBT001
    [mine, _other] = measured(*told(examples, right=examples), 2, precision=0.9)

    assert (mine.bar is not None) is earns


def test_what_is_nowhere_sure_enough_takes_nothing() -> None:
    found, labels = told(20, right=20)
    labels[np.arange(len(labels)) % 2 == 0] = 1 - labels[np.arange(len(labels)) % 2 == 0]

    assert [one.bar for one in measured(found, labels, 2, precision=0.9)] == [None, None]


def test_examples_teach_and_are_tried_without_having_been_seen() -> None:
    texts = [*PARCELS, *REFUNDS]
    labels = np.array([0] * len(PARCELS) + [1] * len(REFUNDS))

    learnt = learn(rows_of(texts), labels, 2, precision=0.9)

    assert [one.examples for one in learnt.measures] == [11, 11]
    assert all(one.bar is not None and one.right == one.taken for one in learnt.measures)


def test_more_examples_cover_more_and_what_is_taken_is_right(by_words: None) -> None:
    words = {
        "посылка": ("почта", "курьер", "трек"),
        "возврат": ("деньги", "карта", "сумма"),
        "урок": ("видео", "звук", "зал"),
    }
    labelled = [
        (f"{topic} {one} {number} раз {other}", topic)
        for topic, known in words.items()
        for number in range(15)
        for one in known
        for other in known
    ]

    tried = list(evaluate(labelled, precision=0.9))

    assert [one.examples for one in tried] == [3, 5, 10, 30, 100]
    assert [one.coverage for one in tried][:2] == [0, 0]
    assert tried[0].precision is None
    assert tried[3].earned == 3
    assert tried[3].coverage > 0.8
    assert tried[3].precision is not None
    assert tried[3].precision > 0.95
    assert {one.tried for one in tried[:1]} == {405 - 9}


@pytest.mark.parametrize(
    ("text", "why"),
    [("a,b\n1,2\n", "Line 2 lacks text"), ("text,label\nГде?,\n", "Line 2 lacks label"), ("text,label\n", "no rows")],
    ids=["head", "label", "empty"],
)
def test_a_file_that_is_no_table_of_texts_says_where(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        labelled_in(text)


def test_a_file_may_have_a_mark_and_other_names() -> None:
    assert labelled_in("\ufeffText,Topic\n Где посылка? ,Доставка\n") == [("Где посылка?", "Доставка")]
