"""Pictures and attachments of an article, and the page as each reader gets it."""

import io
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import read_file
from otklik.foundation.models import StoredFile
from otklik.knowledge.actions import Words, add_file, publish, remove_file, set_article, write_article
from otklik.knowledge.models import Article, ArticleFile, Audience
from otklik.knowledge.queries import COLLEAGUE, STRANGER, in_work, shown
from tests.building import acting, make_lead

pytestmark = pytest.mark.django_db


def picture(width: int = 40, height: int = 20, kind: str = "PNG", **options: object) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(target, kind, **options)
    return target.getvalue()


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def article(actor: Actor, body: str = "Слово", slug: str = "urok", **values: object) -> Article:
    return write_article(words=Words(title="Урок", body=body), actor=actor, values={"slug": slug, **values})


def live(actor: Actor, **values: object) -> Article:
    written = article(actor, **values)  # type: ignore[arg-type]
    version = in_work(written)
    assert version is not None
    publish(version=version, actor=actor)
    return written


def test_a_file_gets_a_name_that_markdown_can_hold_and_comes_once(olga: Actor) -> None:
    about = article(olga)

    first = add_file(article=about, name="Кнопка (1) «вход».PNG", content=picture(), actor=olga)
    again = add_file(article=about, name="другая.png", content=picture(), actor=olga)
    other = add_file(article=about, name="Кнопка (1) «вход».png", content=picture(50), actor=olga)

    assert (first.name, first.width, first.height) == ("Кнопка-1-вход.png", 40, 20)
    assert again == first
    assert other.name == "Кнопка-1-вход-2.png"


def test_a_file_may_take_the_place_of_another(olga: Actor) -> None:
    about = article(olga)
    add_file(article=about, name="a.png", content=picture(), actor=olga)

    add_file(article=about, name="a.png", content=picture(64, 32), actor=olga, replaces=True)

    row = ArticleFile.objects.get()
    assert (row.name, row.width) == ("a.png", 64)
    assert StoredFile.objects.count() == 1


def test_a_huge_picture_is_made_smaller_and_forgets_where_it_was_taken(olga: Actor) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Camera of Anna"

    row = add_file(
        article=article(olga), name="a.jpg", content=picture(4000, 1000, "JPEG", exif=exif.tobytes()), actor=olga
    )

    assert (row.width, row.height) == (600, 2400)
    assert b"Camera of Anna" not in read_file(row.file)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", lambda: b"\x89PNG\r\n\x1a\nnonsense", "picture_unreadable"),
        ("a.png", lambda: picture(8000, 7600), "picture_too_large"),
        ("a.exe", lambda: b"MZ", "file_is_program"),
        ("a.txt", lambda: b"", "file_empty"),
        ("a.bin", lambda: b"x" * 20_000_001, "file_too_large"),
    ],
)
def test_what_is_no_good_is_refused(olga: Actor, name: str, content: Callable[[], bytes], code: str) -> None:
    about = article(olga)

    with pytest.raises(Refusal) as refused:
        add_file(article=about, name=name, content=content(), actor=olga)

    assert refused.value.code == code
    assert not ArticleFile.objects.exists()


def test_a_drawing_that_could_act_is_only_ever_a_download(olga: Actor) -> None:
    about = article(olga, "![схема](file:a.svg)")
    add_file(article=about, name="a.svg", content=b"<svg onload='alert(1)'/>", content_type="image/svg+xml", actor=olga)
    version = in_work(about)
    assert version is not None

    html = shown(version, reader=COLLEAGUE, address_of=str).html

    assert "-d." in html  # its address says: download


def test_a_removed_file_is_gone_with_its_bytes(olga: Actor) -> None:
    row = add_file(article=article(olga), name="a.txt", content=b"abc", actor=olga)

    remove_file(file=row, actor=olga)

    assert not StoredFile.objects.exists()


def test_links_lead_only_to_what_the_reader_may_read(olga: Actor) -> None:
    live(olga, slug="open")
    live(olga, slug="secret", audience=Audience.STAFF)
    moved = live(olga, slug="old")
    set_article(article=moved, actor=olga, values={"slug": "new"})
    about = article(olga, "[a](article:open) [b](article:secret) [c](article:old) ![d](file:p.png)")
    add_file(article=about, name="p.png", content=picture(), actor=olga)
    version = in_work(about)
    assert version is not None

    def page(is_staff: bool) -> str:  # noqa: FBT001  # the only thing that differs
        reader = COLLEAGUE if is_staff else STRANGER
        return shown(version, reader=reader, address_of=lambda one: f"/help/{one.slug}").html

    with CaptureQueriesContext(
        connection,
    ) as asked:
        outside = page(is_staff=False)
    assert len(asked) == 3
    assert '<a href="/help/open"' in outside
    assert '<a href="/help/new"' in outside
    assert "secret" not in outside
    assert 'width="40" height="20"' in outside
    assert '<a href="/help/secret"' in page(is_staff=True)
