"""Answers told from questions by nothing but their colour: the colour stays, as a class that both themes can show."""

import pytest

from otklik.reach.adapters.email import sanitise, show


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('<div style="color:red">Нет</div>', '<div class="ink-red">Нет</div>'),
        ('<p style="margin:0;color: #00B050">Да</p>', '<p class="ink-green">Да</p>'),
        ('<span style="color:rgb(31, 73, 125)">Да</span>', '<span class="ink-blue">Да</span>'),
        ('<font size=2 color="#7030A0" face=Arial>Да</font>', '<span class="ink-purple">Да</span>'),
        ("<font size=2>Вопрос <font color=blue>Ответ</font></font>", 'Вопрос <span class="ink-blue">Ответ</span>'),
        ('<span style="background:yellow">Да</span>', '<span class="mark-yellow">Да</span>'),
        (
            '<span style="background-color:#92d050;color:#f60">Да</span>',
            '<span class="ink-orange mark-green">Да</span>',
        ),
    ],
)
def test_a_colour_stays_as_a_class(written: str, kept: str) -> None:
    assert sanitise(written) == kept
    assert show(kept, {}) == kept


@pytest.mark.parametrize(
    "style",
    [
        "color:black",
        "color:#222",
        "color:#fff",
        "color:rgb(90,90,95)",
        "background-color:#f5f5f5",
        "border-color:red",
        "color:url(https://evil.example/)",
        "color:",
        "color: ;x",
        "position:fixed",
    ],
)
def test_what_is_no_colour_of_an_answer_leaves_nothing(style: str) -> None:
    assert sanitise(f'<span style="{style}">x</span>') == "<span>x</span>"


def test_a_newsletter_does_not_paint_its_tables() -> None:
    kept = sanitise('<table><tbody><tr><td style="background:#ff0000">x</td></tr></tbody></table>')

    assert kept == "<table><tbody><tr><td>x</td></tr></tbody></table>"


@pytest.mark.parametrize(
    "hostile",
    [
        '<span class="ink-red evil">x</span>',
        '<span style="color:red" class="real-host">x</span>',
        "<font color='red\"><script>alert(1)</script>'>x</font>",
        '<p>style="color:red"</p>',
    ],
)
def test_nothing_else_comes_in_with_it(hostile: str) -> None:
    kept = sanitise(hostile)

    assert "script" not in kept
    assert "evil" not in kept
    assert "real-host" not in kept


def test_thousands_of_open_fonts_stay_small() -> None:
    assert len(sanitise("<font color=red>x" * 19_000)) < 200_000
