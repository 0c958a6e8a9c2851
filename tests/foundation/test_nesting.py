"""HTML nested without end is read in a time that grows with its length alone."""

import time

import pytest

from otklik.foundation.text.nesting import DEEPEST, is_costly, shallow
from otklik.knowledge.adapters.html import markdown_of
from otklik.reach.adapters.email.html import sanitise

TAGS = ["div", "blockquote", "ul", "ol", "table", "span", "dl", "kbd", "q", "h1", "center", "section", "font", "b"]


@pytest.mark.parametrize("tag", TAGS)
def test_no_tag_stands_deeper_than_anybody_nests(tag: str) -> None:
    assert sanitise(f"<{tag}>" * 9_000 + "слово").count("<") <= 2 * DEEPEST * 2
    assert "слово" in sanitise(f"<{tag}>" * 9_000 + "слово" + f"</{tag}>" * 9_000)


@pytest.mark.parametrize("read", [sanitise, markdown_of])
@pytest.mark.parametrize("part", ["<div>x", "<div><p>x", "<ul><li>x", "<a href='https://a.example/%d'><h3>x"])
def test_time_grows_with_the_number_of_nested_tags_and_not_with_its_square(read: object, part: str) -> None:
    assert callable(read)

    def seconds(tags: int) -> float:
        html = "".join(part.replace("%d", str(number)) for number in range(tags // part.count("<")))
        begun = time.thread_time()
        read(html)
        return time.thread_time() - begun

    few, many = min(seconds(4_000) for _ in range(2)), min(seconds(16_000) for _ in range(2))

    assert many < 8 * few  # four times as many; squared it would be sixteen


def test_words_stay_in_their_order_and_what_is_not_deep_stays_as_it_is() -> None:
    usual = "<div><p>один<p>два<ul><li>три<li>четыре</ul><table><tr><td>пять<td>шесть</table></div>" * 300

    assert shallow(usual) == usual
    assert shallow("<b><i>раз <u>два</u> три</i> четыре</b>", deepest=2) == "<b><i>раз два три</i> четыре</b>"


def test_after_a_deep_place_the_rest_is_as_it_was() -> None:
    deep = "<div>" * 1_000 + "дно" + "</div>" * 1_000

    assert shallow(deep + "<p><b>верх</b>").endswith("</div><p><b>верх</b>")
    assert shallow(deep).count("<div>") == shallow(deep).count("</div>") == DEEPEST


@pytest.mark.parametrize("html", ["<b", "<b '", '<b "' * 5_000, "<b '" * 5_000 + '"', "<" * 50_000, "<b <b" * 9_000])
def test_torn_tags_are_read_quickly(html: str) -> None:
    begun = time.thread_time()

    shallow(html)

    assert time.thread_time() - begun < 1


@pytest.mark.parametrize("part", ["&", "a&", "&am ", "&amp;", "&#38;", "&notit", "<b title='&am<"])
def test_a_letter_of_ampersands_is_known_before_a_tree_is_built_of_it(part: str) -> None:
    hostile = f"<p>слово {part * (900_000 // len(part))}</p>"
    begun = time.thread_time()

    shown = sanitise(hostile)

    assert is_costly(hostile)
    assert shown == ""
    assert time.thread_time() - begun < 1


def test_many_characters_by_name_or_number_are_an_ordinary_letter() -> None:
    usual = f"<p>{'&#1055;&#1088;' * 50_000}</p>" + "<p>&nbsp;слово &amp; дело&nbsp;</p>" * 10_000

    assert not is_costly(usual)
