"""Markdown becomes a page: what authors may use, and that nothing harms or leaks."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.knowledge.rendering import Heading, mentions, part_of, plain, render, without_staff_blocks
from otklik.knowledge.rendering.videos import PLAYERS, video_at

SECRET = "тайна42"


def at(kind: str, name: str) -> str:
    return f"/{kind}/{name}"


# ── What authors may use ──────────────────────────────────────────────────────────────────
def test_headings_have_addresses_that_their_words_decide() -> None:
    shown = render("# Сроки\n\n### Почему так?\n\n## Сроки\n\n## Main")

    assert shown.headings == (
        Heading(level=2, text="Сроки", anchor="sroki"),
        Heading(level=3, text="Почему так?", anchor="pochemu-tak"),
        Heading(level=3, text="Сроки", anchor="sroki-2"),
        Heading(level=3, text="Main", anchor="main-2"),
    )
    assert '<h3 id="pochemu-tak">Почему так?</h3>' in shown.html


def test_a_block_for_staff_moves_no_address_of_others() -> None:
    body = ":::staff\n## Сроки\n:::\n## Сроки"

    assert [heading.anchor for heading in render(body).headings] == ["sroki"]
    assert [heading.anchor for heading in render(body, with_staff=True).headings] == ["staff-sroki", "sroki"]


def test_a_callout_is_a_note_with_its_kind_in_the_articles_language() -> None:
    body = "> [!WARNING]\n> Не платите дважды."

    assert render(body).html == (
        '<div class="callout" data-kind="warning" role="note">\n<p class="callout-label">Внимание</p>\n'
        "<p>Не платите дважды.</p>\n</div>\n"
    )
    assert '<p class="callout-label">Attention</p>' in render(body, language="en").html


def test_a_callout_may_have_its_own_title_and_a_quotation_stays_one() -> None:
    assert '<p class="callout-label">Если спешите</p>' in render("> [!TIP] Если спешите\n>\n> Позвоните.").html
    assert render("> Сказано [!TIP]").html == "<blockquote>\n<p>Сказано [!TIP]</p>\n</blockquote>\n"


def test_a_table_has_heads_of_columns_and_scrolls_in_a_frame_with_a_name() -> None:
    html = render("## Цены\n\n| Курс | Цена |\n|---|--:|\n| Excel | 100 |").html

    assert '<div class="table-frame" role="region" tabindex="0" aria-label="Таблица: Цены">' in html
    assert '<th scope="col">Курс</th>' in html
    assert '<td data-side="right">100</td>' in html


def test_a_picture_waits_has_its_size_and_perhaps_a_caption() -> None:
    html = render('![Кнопка](file:b.png "Вот она")', url_of=at, size_of=lambda _name: (640, 480)).html

    assert html == (
        '<figure><img src="/file/b.png" width="640" height="480" alt="Кнопка" loading="lazy" decoding="async">'
        "<figcaption>Вот она</figcaption></figure>\n"
    )


def test_a_picture_of_another_host_is_a_link() -> None:
    assert render("![Схема](https://cdn.example/a.png)").html == (
        '<p><a href="https://cdn.example/a.png" rel="noopener">Схема</a></p>\n'
    )


def test_links_of_the_house_lead_where_they_are_told() -> None:
    html = render("[урок](article:missed-lesson#srok) и [правила](file:rules.pdf)", url_of=at).html

    assert '<a href="/article/missed-lesson#srok" rel="noopener">урок</a>' in html
    assert '<a href="/file/rules.pdf" class="attachment" rel="noopener">правила</a>' in html


def test_what_leads_nowhere_is_said_without_a_link() -> None:
    assert (
        render('[урок](article:gone), ![схема <b>&"](file:gone.png)').html
        == "<p>урок, схема &lt;b&gt;&amp;&quot;</p>\n"
    )


@pytest.mark.parametrize(
    ("url", "player"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=10s", f"{PLAYERS[0]}/embed/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", f"{PLAYERS[0]}/embed/dQw4w9WgXcQ"),
        ("https://vk.com/video-22822305_456242110", f"{PLAYERS[1]}/video_ext.php?oid=-22822305&id=456242110"),
        ("https://vkvideo.ru/video-22822305_456242110", f"{PLAYERS[1]}/video_ext.php?oid=-22822305&id=456242110"),
        (f"https://rutube.ru/video/{'ab' * 16}/?r=a", f"{PLAYERS[2]}/play/embed/{'ab' * 16}/"),
    ],
)
def test_videos_are_known_by_their_address(url: str, player: str) -> None:
    video = video_at(url)

    assert video is not None
    assert video.player == player


@pytest.mark.parametrize(
    "url",
    [
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
        'https://youtu.be/"onload=alert(1)',
        "javascript:alert(1)//youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/@channel",
    ],
)
def test_other_addresses_are_no_videos(url: str) -> None:
    assert video_at(url) is None


def test_a_video_loads_nothing_by_itself_and_is_a_link_without_scripts() -> None:
    html = render("[Как войти](https://youtu.be/dQw4w9WgXcQ)\n\nСмотрите https://youtu.be/dQw4w9WgXcQ сами.").html

    assert html.count("<otk-video ") == 1
    assert "<iframe" not in html
    assert '<a href="https://youtu.be/dQw4w9WgXcQ" rel="noopener">Видео: Как войти (YouTube)</a></otk-video>' in html


def test_a_row_of_steps_and_code_that_the_keyboard_reaches() -> None:
    html = render("1. Раз\n2. Два\n\n```python\nprint(1)\n```").html

    assert '<ol class="in-steps">' in html
    assert '<pre tabindex="0"><code>print(1)\n</code></pre>' in html


def test_plain_words_have_no_marks() -> None:
    body = (
        "## Срок\n\n> [!TIP]\n> Ждите **три** дня.\n\nhttps://youtu.be/dQw4w9WgXcQ\n\n| a | b |\n|---|---|\n| `1` | 2 |"
    )

    assert plain(body) == "Срок Ждите три дня. a b 1 2"


def test_a_body_says_what_it_names() -> None:
    found = mentions("[a](article:one#x) ![b](file:pic.png)\n:::staff\n[c](article:two)\n:::")

    assert (found.articles, found.files) == ({"one", "two"}, {"pic.png"})


def test_a_part_is_what_stands_under_its_heading() -> None:
    body = "Начало\n\n## Срок\n\nДень\n\n### Точнее\n\nУтро\n\n## Цена\n\nНоль"

    assert part_of(body, "srok") == "## Срок\n\nДень\n\n### Точнее\n\nУтро"
    assert part_of(body, "tsena") == "## Цена\n\nНоль"
    assert part_of(body, "nichego") == ""


# ── Blocks for staff ──────────────────────────────────────────────────────────────────────
def test_staff_see_their_block_in_a_frame_with_a_name() -> None:
    html = render(f"До\n\n:::staff\n{SECRET}\n:::\n\nПосле", with_staff=True).html

    assert html == (
        "<p>До</p>\n"
        '<div class="for-staff" role="note"><p class="callout-label">Только для коллег</p>\n'
        f"<p>{SECRET}</p>\n</div>\n<p>После</p>\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        f":::staff\n{SECRET}",
        f":::staff\r\n{SECRET}\r\n:::\r\n",
        f":::staff\n:::staff\na\n:::\n{SECRET}\n:::",
        f":::staff\n:::tip\na\n:::\n{SECRET}\n:::",
        f"> :::staff\n> {SECRET}\n> :::",
        f"- :::staff\n  {SECRET}\n  :::",
        f"1. a\n   :::STAFF и слова\n   {SECRET}\n   :::",
        f"```\n:::staff\n{SECRET}\n:::\n```",
        f"текст\n::: staff\n{SECRET}\n:::",
        f"\ufeff:::staff\n{SECRET}\n:::",
        f":::staff\n[x]: /{SECRET}\n:::\n[x]",
    ],
)
def test_no_block_for_staff_leaks(body: str) -> None:
    assert SECRET not in without_staff_blocks(body)
    assert SECRET not in render(body).html
    assert SECRET not in plain(body)
    assert SECRET in render(body, with_staff=True).html or f"[x]: /{SECRET}" in body


_PIECES = st.sampled_from(
    [
        "",
        "слово",
        "- a",
        "> b",
        "```",
        "~~~",
        "    code",
        "1. x",
        "| a | b |",
        "|---|---|",
        "[x]: /u",
        ":::",
        "::::",
        ":::note",
    ]
)


@given(st.lists(_PIECES), st.lists(_PIECES), st.lists(_PIECES), st.sampled_from(["", "> ", "- ", "  ", "\t", "1) "]))
@settings(max_examples=300, deadline=None)
def test_what_stands_after_an_opening_line_and_before_its_end_is_never_shown(
    before: list[str], inside: list[str], after: list[str], mark: str
) -> None:
    inside = [line for line in inside if not line.startswith("::")]
    lines = [*[line for line in before if not line.startswith("::")], f"{mark}:::staff", *inside, SECRET, ":::", *after]

    assert SECRET not in render("\n".join(lines)).html


# ── Hostile words ─────────────────────────────────────────────────────────────────────────
class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "svg",
            "math",
            "form",
            "input",
            "base",
            "meta",
            "link",
        }:
            self.bad.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc", "formaction", "xlink:href"}:
                self.bad.append(name)
            is_link = name in {"href", "src", "player"}
            scheme = re.match(r"\s*([a-z][a-z0-9+.\-\s]*):", value or "", re.IGNORECASE) if is_link else None
            if scheme and scheme[1].lower() not in {"http", "https", "mailto", "tel"}:
                self.bad.append(value or "")


def harm_in(html: str) -> list[str]:
    seen = _Seen()
    seen.feed(html)
    seen.close()
    return seen.bad


_HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<svg/onload=alert(1)>",
        "javascript:alert(1)", "JaVaScRiPt&#58;alert(1)", "data:text/html,<script>", "[a](", ")", "![", "](", "<",
        ">", '"', "'", "&quot;", "&lt;", "[a](javascript:alert(1))", "[a](&#106;avascript:alert(1))",
        "<javascript:alert(1)>", "![a](data:image/svg+xml,<svg>)", '[a](article:x" onclick="alert(1))',
        '![" onerror="alert(1)](file:x)', "[a](<file:x onmouseover=1>)", "`", "**", "https://youtu.be/dQw4w9WgXcQ",
        "> [!TIP]", "| a |\n|---|", "\n", "\n\n", "# ", ":::staff", ":::", "file:", "article:",
        "<otk-video player=javascript:alert(1)>", "\u0000", "\u2028", "</a>", '<a href="article:x">',
    ]
)  # fmt: skip


@given(st.lists(st.one_of(_HOSTILE, st.text(max_size=12)), max_size=25).map("".join), st.booleans())
@settings(max_examples=400, deadline=None)
def test_hostile_words_do_no_harm(body: str, with_staff: bool) -> None:  # noqa: FBT001  # hypothesis gives it
    def hostile(kind: str, name: str) -> str:
        return f"/{kind}/{name}"

    assert harm_in(render(body, with_staff=with_staff, url_of=hostile).html) == []
    assert harm_in(render(body, with_staff=with_staff).html) == []
    plain(body)
    mentions(body)
