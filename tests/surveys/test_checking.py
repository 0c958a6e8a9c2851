"""What is wrong with a survey is said before anybody is asked; and what is right is walked through to the end."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.surveys.checking import flaws
from otklik.surveys.examples import EXAMPLES, example
from otklik.surveys.walking import holds, walk
from tests.surveys.making import DELIVERY, page, question, survey_of, written

TWO = [{"id": "a", "text": "А"}, {"id": "b", "text": "Б"}]


def codes(*pages: dict[str, Any], **more: Any) -> list[str]:
    return [one.code for one in flaws(written(survey_of(*pages, **more)))]


def sat(is_: str, value: Any = None, key: str = "sat") -> dict[str, Any]:
    return {"question": key, "is": is_} | ({} if value is None else {"value": value})


def test_a_good_survey_has_no_flaws() -> None:
    assert flaws(written(DELIVERY)) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_can_be_published_and_has_the_shape_of_one(name: str) -> None:
    found = example(name)

    assert flaws(found) == []
    assert written(dict(found.source)).pages == found.pages


def test_nothing_to_ask() -> None:
    assert codes() == ["questions_missing"]
    assert codes(page("a", question("q")), page("b")) == ["questions_missing"]


def test_two_of_one_key() -> None:
    assert codes(page("a", question("q")), page("a", question("r"))) == ["key_taken"]
    assert codes(page("a", question("q"), question("q", "text"))) == ["key_taken"]
    assert codes(page("end", question("q"))) == ["key_taken"]
    assert codes(page("a", question("q", "single", options=[*TWO, TWO[0]]))) == ["key_taken"]


def test_a_translation_of_one_is_a_translation_of_all() -> None:
    both = {"ru": "Как?", "en": "How?"}

    assert codes(page("a", question("q", text=both)), languages=["ru", "en"], title=both) == []
    assert codes(page("a", question("q")), languages=["ru", "en"], title=both) == ["words_missing"]
    assert codes(page("a", question("q", text=both, hint="Да")), languages=["ru", "en"], title=both) == [
        "words_missing"
    ]
    assert codes(page("a", question("q")), title="") == ["words_missing"]


def test_what_an_instrument_needs() -> None:
    assert codes(page("a", question("q", "single", options=TWO[:1]))) == ["options_missing"]
    assert codes(page("a", question("q", "matrix"))) == ["options_missing"]
    assert codes(page("a", question("q", "servqual"))) == ["dimension_missing"]


def test_a_condition_looks_back() -> None:
    later = page("b", question("late"))
    assert codes(page("a", question("sat"), show_if=sat("equals", 1)), later) == ["condition_unknown"]
    assert codes(page("a", question("sat"), question("r", show_if=sat("equals", 1)))) == ["condition_unknown"]
    assert codes(page("a", question("q")), page("b", question("sat"), show_if=sat("equals", 1, "zzz"))) == [
        "condition_unknown"
    ]


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        (question("sat"), sat("at_most", 6)),
        (question("sat"), sat("equals", "1")),
        (question("sat"), sat("has", 3)),
        (question("sat"), sat("answered", 3)),
        (question("sat", "single", options=TWO), sat("equals", "c")),
        (question("sat", "single", options=TWO), sat("at_least", 1)),
        (question("sat", "multiple", options=TWO), sat("equals", "a")),
        (question("sat", "consent"), sat("equals", 1)),
        (question("sat", "text"), sat("equals", "a")),
    ],
)
def test_a_condition_compares_what_can_be_compared(asked: dict[str, Any], condition: dict[str, Any]) -> None:
    assert codes(page("a", asked), page("b", question("q"), show_if=condition)) == ["condition_unfit"]


def test_a_circle_is_said_in_words() -> None:
    pages = (page("a", question("sat")), page("b", question("q"), then=[{"if": sat("equals", 1), "go": "a"}]))

    [flaw] = flaws(written(survey_of(*pages)))

    assert flaw.code == "survey_loops"
    assert "a → b → a" in flaw.text


def test_a_jump_into_nowhere() -> None:
    assert codes(page("a", question("q"), then=[{"go": "nowhere"}])) == ["page_unknown"]


def test_a_page_that_is_jumped_over_for_ever() -> None:
    a = page("a", question("sat"), then=[{"go": "c"}])
    assert codes(a, page("b", question("q")), page("c", question("r"))) == ["page_unreachable"]


def test_a_page_that_no_answers_lead_to() -> None:
    a = page("a", question("sat"), then=[{"if": sat("at_most", 3), "go": "c"}])
    b = page("b", question("q"), show_if=sat("at_most", 3))
    assert codes(a, b, page("c", question("r"))) == ["page_unreachable"]
    never = {"all": [sat("at_most", 2), sat("at_least", 4)]}
    assert codes(page("a", question("sat")), page("b", question("q"), question("r", show_if=never))) == [
        "question_unreachable"
    ]


def test_a_page_that_may_be_left_out_lets_the_next_follow() -> None:
    a, b = page("a", question("sat")), page("b", question("q"), show_if=sat("equals", 1), then=[{"go": "end"}])

    survey = written(survey_of(a, b, page("c", question("r"))))

    assert flaws(survey) == []
    assert [step.page.key for step in walk(survey, {"sat": 1})] == ["a", "b"]
    assert [step.page.key for step in walk(survey, {"sat": 5})] == ["a", "c"]


def test_absence_compares_as_false() -> None:
    for is_ in ("equals", "not_equals", "at_least", "at_most", "has", "has_not"):
        assert not holds(_condition(sat(is_, 3)), {})
    assert holds(_condition(sat("not_answered")), {})
    assert not holds(_condition(sat("answered")), {})
    assert holds(_condition(sat("answered")), {"sat": 0})
    assert holds(_condition(sat("has", "a")), {"sat": ["a", "b"]})
    assert not holds(_condition(sat("at_most", 3)), {"sat": 4})
    assert holds(_condition({"any": [sat("equals", 1), sat("equals", 2)]}), {"sat": 2})
    assert not holds(_condition({"all": [sat("equals", 1), sat("equals", 2)]}), {"sat": 2})


def _condition(data: dict[str, Any]) -> Any:
    pages = survey_of(page("a", question("sat")), page("b", question("q"), show_if=data))
    return written(pages).pages[1].show_if


def test_an_answer_to_what_was_not_shown_leads_nowhere() -> None:
    a = page("a", question("sat"))
    b = page("b", question("why", "single", options=TWO), show_if=sat("at_most", 3))
    c = page("c", question("r"), show_if=sat("equals", "a", "why"))
    survey = written(survey_of(a, b, c))

    assert [step.page.key for step in walk(survey, {"sat": 5, "why": "a"})] == ["a"]


NUMBERS = st.integers(1, 3)
ATOMS = st.builds(
    lambda key, is_, value: {"question": key, "is": is_} | ({} if "answered" in is_ else {"value": value}),
    st.sampled_from(["q0", "q1", "q2"]),
    st.sampled_from(["equals", "not_equals", "at_least", "at_most", "answered", "not_answered"]),
    NUMBERS,
)
CONDITIONS = st.none() | ATOMS | st.builds(lambda way, atoms: {way: atoms}, st.sampled_from(["all", "any"]),
                                           st.lists(ATOMS, min_size=1, max_size=3))  # fmt: skip
JUMPS = st.lists(
    st.builds(lambda c, go: {"if": c, "go": go}, CONDITIONS, st.sampled_from(["p0", "p1", "p2", "p3", "end"])),
    max_size=2,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(CONDITIONS, JUMPS), min_size=4, max_size=4))
def test_whatever_may_be_published_is_seen_by_somebody_and_ends(shapes: list[Any]) -> None:
    """Found by trying every answer there is, not only those that the check tells apart."""
    scale = {"least": 1, "most": 3}
    pages = [
        page(f"p{at}", question(f"q{at}", "rating", scale=scale), show_if=condition, then=jumps)
        for at, (condition, jumps) in enumerate(shapes)
    ]
    survey = written(survey_of(*pages))
    found = flaws(survey)

    seen: set[str] = set()
    for chosen in product([None, 1, 2, 3], repeat=4):
        values = {f"q{at}": value for at, value in enumerate(chosen) if value is not None}
        way = [step.page.key for step in walk(survey, values)]
        if not found:
            assert len(way) == len(set(way))
        seen |= set(way)

    if not found:
        assert seen == {"p0", "p1", "p2", "p3"}
    if {one.code for one in found} == {"page_unreachable"}:
        assert seen != {"p0", "p1", "p2", "p3"}
