"""Templates are indented for people; pages come without it, and no space that shows is won or lost."""

import re
from pathlib import Path

import pytest

import otklik
from otklik.ui.loader import unindented

SENTENCES = re.compile(r"\{% (blocktranslate|comment)\b.*?\{% end\1 %\}|\{#.*?#\}|<(script|style)\b.*?</\2>", re.DOTALL)
PARTED = re.compile(r"[^\s>]\n\s*(?:\{% (?:if|endif|for|endfor|with|endwith)\b[^%]*%\}\s*)*[,.;)»”]")


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("<ul>\n  <li>\n    One\n  </li>\n  <li>Two</li>\n</ul>\n", "<ul><li>One</li><li>Two</li></ul>"),
        ('<a\n  href="{% url "x" 1 %}"\n  class="btn"\n>Go</a>', '<a href="{% url "x" 1 %}" class="btn">Go</a>'),
        ('<hr\n  id="a"\n  {% if b > 1 %}hidden{% endif %}\n>', '<hr id="a" {% if b > 1 %}hidden{% endif %}>'),
        (
            "<hr\n  {% if a %}a{% endif %}\n  {% if b %}b{% endif %}\n  {% if c %}\n    c\n  {% endif %}\n>",
            "<hr {% if a %}a{% endif %} {% if b %}b{% endif %} {% if c %}c{% endif %}>",
        ),
        ('<c-icon\n  name="x"\n/>', '<c-icon name="x"/>'),
        (
            '<a\n  {% if b %}\n    id="a"\n  {% else %}\n    id="b"\n  {% endif %}\n  {% if c %}\n  d\n{% endif %}>',
            '<a {% if b %}id="a"{% else %}id="b"{% endif %} {% if c %}d{% endif %}>',
        ),
        ('<i\n  class="\n    a\n    b\n  "\n  style="c: d;\n    e: f"></i>', '<i class="a b" style="c: d; e: f"></i>'),
        ("<a{% if b %}\n  c\n{% endif %}>", "<a{% if b %} c{% endif %}>"),
        ("<p>\n  one\n  <b>two</b>\n  three\n  four\n</p>", "<p>one <b>two</b> three four</p>"),
        ("<td>\n  {% if x %}{{ x }}{% endif %}\n</td>", "<td>{% if x %}{{ x }}{% endif %}</td>"),
        ("<b>a</b>\n\n\n  {{ b }}", "<b>a</b>\n{{ b }}"),
        ("one\u00a0\n  two", "one\u00a0 two"),
        ("no break, <b>two  spaces</b>", "no break, <b>two  spaces</b>"),
    ],
)
def test_line_breaks_that_only_order_the_source_go(written: str, sent: str) -> None:
    assert unindented(written) == sent
    assert unindented(sent) == sent


@pytest.mark.parametrize(
    "kept",
    [
        "<pre>\n  a\n\n  b\n</pre>",
        "<textarea>\n  a\n</textarea>",
        "<script>\n  let a;\n</script>",
        "<style>\n  a { color: red }\n</style>",
        "{% blocktranslate %}One\n  sentence\n{% endblocktranslate %}",
        "{% blocktranslate count n=1 %}One\n  {% plural %}\n  Many{% endblocktranslate %}",
        "{% comment %}\n  <p>\n{% endcomment %}",
        "<!-- one\n  two -->",
        '<i title="one\n  two"></i>',
    ],
)
def test_what_may_not_change_is_kept(kept: str) -> None:
    assert unindented(kept) == kept


def templates_of_ours() -> list[Path]:
    return sorted(Path(otklik.__file__).parent.rglob("templates/**/*.html"))


def test_attributes_that_come_and_go_stay_apart() -> None:
    glued = re.compile(r"endif %\}\{% if ")
    sources = [path.read_text(encoding="utf-8") for path in templates_of_ours()]

    assert sum(len(glued.findall(unindented(one))) for one in sources) == sum(
        len(glued.findall(one)) for one in sources
    )


def test_no_line_break_parts_a_word_from_its_comma() -> None:
    templates = templates_of_ours()
    parted = [
        f"{path.name}: {found[0]!r}"
        for path in templates
        for found in PARTED.finditer(SENTENCES.sub("…", path.read_text(encoding="utf-8")))
    ]

    assert len(templates) > 200
    assert parted == []


@pytest.mark.parametrize(
    "parted",
    [
        "{{ a }}\n  , b",
        "{% translate 'a' %}\n  {% if b %}, {{ b }}{% endif %}",
        "</a>{% endif %}\n  {% for b in c %}. {{ b }}",
    ],
)
def test_a_parted_comma_is_found(parted: str) -> None:
    assert PARTED.search(SENTENCES.sub("…", parted))
