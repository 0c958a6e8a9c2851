"""Moods are learnt from a house's own scored words; figures are what their formulas say."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.topics.learning.mood import SCORES, auc, learn_mood, macro_f1, quality
from tests.topics.making import by_words

__all__ = ["by_words"]
WORDS = {
    -1: ("ужасно", "безобразие", "никто не отвечает", "верните деньги", "опять опоздали"),
    0: ("нормально", "обычный урок", "без замечаний", "всё как всегда", "пойдёт"),
    1: ("спасибо", "замечательно", "очень понравилось", "отличный преподаватель", "буду советовать"),
}


def scored(count: int, *, seed: int) -> tuple[list[str], list[int]]:
    chance = np.random.default_rng(seed)
    scores = [SCORES[place % 3] for place in range(count)]
    texts = [
        f"{WORDS[score][chance.integers(5)]}, урок {chance.integers(90)}, {WORDS[score][chance.integers(5)]}"
        for score in scores
    ]
    return texts, scores


def test_a_house_learns_from_its_own_scored_words(by_words: None) -> None:
    mood = learn_mood(*scored(300, seed=1))

    found = quality(mood, *scored(90, seed=2))

    assert mood.words.nbytes == 3 * 65_536
    assert found.macro_f1 > 0.95
    assert found.auc is not None
    assert found.auc > 0.98


def test_a_rare_mood_is_heard_too(by_words: None) -> None:
    texts, scores = scored(330, seed=1)
    kept = [place for place, score in enumerate(scores) if score != -1 or place % 15 == 0]

    mood = learn_mood([texts[place] for place in kept], [scores[place] for place in kept])

    assert quality(mood, *scored(90, seed=2)).macro_f1 > 0.9


def test_the_figures_are_what_their_formulas_say() -> None:
    said, truth = np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 2, 0])

    assert macro_f1(said, truth) == pytest.approx((2 / 4 + 2 / 3 + 4 / 5) / 3)
    assert auc(np.array([0.9, 0.8, 0.4, 0.3]), np.array([True, False, True, False])) == pytest.approx(0.75)
    assert auc(np.array([0.5, 0.5]), np.array([True, False])) == pytest.approx(0.5)
    assert auc(np.array([0.5, 0.1]), np.array([True, True])) is None


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.booleans()), min_size=2, max_size=30))
def test_the_area_counts_pairs(rows: list[tuple[float, bool]]) -> None:
    values = np.array([value for value, _true in rows], dtype=np.float32)
    is_true = np.array([true for _value, true in rows])
    pairs = [(a > b) + (a == b) / 2 for a in values[is_true] for b in values[~is_true]]

    found = auc(values, is_true)

    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


@pytest.mark.parametrize("text", ["", "!!!", "я", "слово " * 400])
def test_any_text_has_a_mood(by_words: None, text: str) -> None:
    mood = learn_mood(*scored(30, seed=1))

    [row] = mood.chances([text])

    assert row.sum() == pytest.approx(1, abs=1e-3)
