"""HTML of strangers: safe to show, honest in its links, good to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otklik.reach.adapters.email import sanitise, show, text_from_html, with_remote_images


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' java\nscript:alert(1)'>x</a>",
        "<a href='data:text/html,alert(1)'>x</a>",
        "<iframe src=http://evil.example></iframe>",
        "<form action=http://evil.example><input name=alert></form>",
        "<style>@import 'http://evil.example/alert'</style>",
        "<p style='background:url(http://evil.example/alert)'>x</p>",
        "<link rel=stylesheet href=http://evil.example/alert>",
        "<meta http-equiv=refresh content='0;url=http://evil.example/alert'>",
        "<base href=http://evil.example/alert>",
        "<object data=http://evil.example/alert></object>",
        "<video poster=http://evil.example/alert></video>",
        "<table background=http://evil.example/alert><tr><td>x</td></tr></table>",
        "<img srcset='http://evil.example/alert 2x'>",
        "<div hx-get=/alert data-on-click=alert id=alert class=alert>x</div>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        "<<b>script>alert(1)</script>",
        "<b title='>'><img src=x onerror=alert(1)>'>x</b>",
    ],
)
def test_nothing_acts(hostile: str) -> None:
    for safe in (
        sanitise(hostile),
        show(sanitise(hostile), {}, remote_images=True),
        show(hostile, {}, remote_images=True),
    ):
        tags = "".join(piece.partition(">")[0] for piece in safe.split("<")[1:]).lower()
        assert not any(bad in tags for bad in ("alert", "script", "evil", "style", "form", "onerror", "iframe", "hx-"))


def test_remote_images_wait_for_the_agent() -> None:
    kept = sanitise('<p>Hi <img src="https://pixel.example/1.gif?a=1&b=2" width="1" alt="x"></p>')

    assert kept == (
        '<p>Hi <img class="remote-image" data-remote-src="https://pixel.example/1.gif?a=1&amp;b=2" '
        'width="1" alt="x"></p>'
    )
    assert show(kept, {}) == kept
    assert with_remote_images(kept) == (
        '<p>Hi <img src="https://pixel.example/1.gif?a=1&amp;b=2" referrerpolicy="no-referrer" loading="lazy" '
        'width="1" alt="x"></p>'
    )


def test_a_forged_remote_source_does_not_come_alive() -> None:
    assert with_remote_images('<img class="remote-image" data-remote-src="javascript:alert(1)">') == (
        '<img class="remote-image" data-remote-src="javascript:alert(1)">'
    )
    assert sanitise('<img data-remote-src="https://evil.example/">') == "<img>"


def test_pictures_of_the_letter_are_shown_from_our_store() -> None:
    kept = sanitise('<img src="cid:one@x"><img src="cid:gone@x">')

    assert kept == '<img src="cid:one@x"><img src="cid:gone@x">'
    assert show(kept, {"one@x": '/files/1"?a&b'}) == '<img src="/files/1&quot;?a&amp;b"><img>'


REAL = '<span class="real-host"> [evil.example]</span>'
REST = 'rel="noopener noreferrer nofollow" target="_blank"'


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            '<a href="https://shop.example/a">our shop</a>',
            f'<a href="https://shop.example/a" title="shop.example" {REST}>our shop</a>',
        ),
        (
            '<a href="https://www.bank.example/">bank.example</a>',
            f'<a href="https://www.bank.example/" title="www.bank.example" {REST}>bank.example</a>',
        ),
        (
            '<a href="https://evil.example/">https://bank.ru/login</a>',
            f'<a href="https://evil.example/" title="evil.example" {REST}>https://bank.ru/login</a>{REAL}',
        ),
        (
            '<a href="https://bank.ru@evil.example/"><b>bank.ru</b></a>',
            f'<a href="https://bank.ru@evil.example/" title="evil.example" {REST}><b>bank.ru</b></a>{REAL}',
        ),
        (
            r'<a href="https:\\evil.example\bank.ru">сбербанк.рф</a>',
            "<a>сбербанк.рф</a>",
        ),
        ('<a href="mailto:a@b.example">write</a>', f'<a href="mailto:a@b.example" {REST}>write</a>'),
        ('<a href="/relative">x</a>', "<a>x</a>"),
        (
            '<a href="https://shop.example/">a@b.example</a>',
            f'<a href="https://shop.example/" title="shop.example" {REST}>a@b.example</a>',
        ),
    ],
)
def test_links_say_where_they_lead(written: str, kept: str) -> None:
    assert sanitise(written) == kept
    assert show(kept, {}) == kept


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("One<br>Two<br><br>Three", "One\nTwo\n\nThree"),
        ("<p>One <b>bold</b>\n  word</p>", "One bold word"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n\n  - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>", "a | b\nc | d"),
        ("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>", "a"),
        ('<a href="https://x.example/">site</a>', "site <https://x.example/>"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="mailto:a@x.example">write</a>', "write"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<blockquote>q<br>r</blockquote>own", "> q\n> r\n\nown"),
        ("a&nbsp;&lt;b&gt; &amp; c", "a <b> & c"),
        ('<img alt="😊"><img alt="logo.png">', "😊"),
        ("<style>p{}</style><title>t</title><script>s</script>x", "x"),
        ("<p class=MsoNormal>One</p><p class=MsoNormal>Two</p>", "One\nTwo"),
        ("<h1>Head</h1>text<hr>more", "Head\n\ntext\n________________________________\nmore"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_html_reads_well_as_text(html: str, text: str) -> None:
    assert text_from_html(html) == text


@given(st.text(alphabet="<>/=\"' abpimgscrtd&;:#\n", max_size=200))
def test_any_html_becomes_stable_html(html: str) -> None:
    kept = sanitise(html)

    assert "<script" not in kept
    assert show(kept, {}) == show(show(kept, {}), {})
    text_from_html(html)
