"""Pictures of a letter stand where the customer put them, however the HTML names them."""

import base64

import pytest

from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Incoming
from tests.reach.mail.letters import attached, letter, multipart, text

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def read(raw: bytes) -> Incoming:
    found = parse(raw)
    assert isinstance(found, Incoming)
    return found


def with_picture(source: str, *headers: str, name: str = "image001.png") -> Incoming:
    named = (f'Content-Type: image/png; name="{name}"', *headers)
    words = text(f"<p>Вот:</p><p><img src={source}></p><p>Что делать?</p>", "html")
    kind, body = multipart(words, attached(PNG, *named), kind="related")
    return read(letter(kind, body=body))


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ('"cid:image001.png@01DB"', ("Content-ID: <image001.png@01DB>",)),
        ('"CID:image001.png@01DB"', ("Content-ID: <image001.png@01DB>",)),
        ("cid:image001.png%4001DB", ("Content-ID: <image001.png@01DB>",)),
        ('"cid:image001.png@01DB"', ()),
        ('"image001.png"', ()),
        ("image001.png", ("Content-Disposition: attachment; filename=image001.png",)),
        ("'file:///C:/Users/ivan/AppData/Local/Temp/image001.png'", ()),
        ('"file:///C:\\Temp\\image001.png"', ()),
    ],
)
def test_a_picture_stands_in_its_place(source: str, headers: tuple[str, ...]) -> None:
    found = with_picture(source, *headers)

    assert found.own_text.split() == ["Вот:", "[image001.png]", "Что", "делать?"]
    assert [(file.name, file.is_inline) for file in found.files] == [("image001.png", True)]
    assert f'src="cid:{found.files[0].content_id}"' in found.html


def test_a_picture_with_a_name_of_many_words() -> None:
    found = with_picture('"Снимок%20экрана.png"', name="Снимок экрана.png")

    assert "[Снимок экрана.png]" in found.own_text


def test_a_picture_written_into_the_html_stands_there_too() -> None:
    data = base64.b64encode(PNG).decode()
    found = read(
        letter("Content-Type: text/html; charset=utf-8", body=f'Вот: <img src="data:image/png;base64,{data}">')
    )

    assert found.own_text == "Вот: [image-1.png]"
    assert found.files[0].content == PNG


def test_pictures_of_one_name_are_told_apart() -> None:
    words = text('<img src="cid:a"> и <img src="cid:b">', "html")
    files = [attached(PNG, "Content-Type: image/png; name=image.png", f"Content-ID: <{name}>") for name in "ab"]
    kind, body = multipart(words, *files, kind="related")

    found = read(letter(kind, body=body))

    assert found.own_text == "[image.png] и [image-2.png]"
    assert [file.name for file in found.files] == ["image.png", "image-2.png"]


def test_a_picture_that_did_not_come_leaves_no_trace() -> None:
    assert read(letter("Content-Type: text/html", body='See <img src="cid:lost"> this')).own_text.split() == [
        "See",
        "this",
    ]


def test_a_picture_on_the_internet_is_never_loaded_by_itself() -> None:
    found = read(letter("Content-Type: text/html", body='<img src="http://x.example/a.png"> Hi'))

    assert " src=" not in found.html
    assert 'data-remote-src="http://x.example/a.png"' in found.html
