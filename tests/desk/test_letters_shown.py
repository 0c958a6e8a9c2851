"""A letter on the page of its case: its pictures in their place, what could not be read in words."""

import base64

import pytest

from otklik.cases.models import Case
from otklik.desk.templatetags.desk import with_pictures
from otklik.desk.workspace import File
from otklik.reach.models import Message
from otklik.team.models import Agent
from otklik.ui.templatetags.ui import prose
from tests.building import HELP, IVAN, arrive, make_agent
from tests.desk.visiting import desk
from tests.reach.mail.letters import attached, letter, multipart, text
from tests.reach.mail.test_pictures import PNG

pytestmark = pytest.mark.django_db
HEAD = f"From: Иван <{IVAN}>\r\nTo: {HELP}\r\nSubject: Ошибка\r\nMessage-ID: <1@mail.example>\r\n".encode()
SECRET = (
    "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m",
    "Content-Transfer-Encoding: base64",
)


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def page(anna: Agent, raw: bytes, language: str = "ru") -> str:
    arrive(raw)
    answer = desk(anna).get(f"/desk/cases/{Case.objects.get().pk}/", headers={"accept-language": language})
    return answer.text


def test_a_picture_is_seen_where_the_customer_put_it(anna: Agent) -> None:
    words = text('<p>Вот что я вижу:</p><p><img src="cid:a@b"></p><p>Что делать?</p>', "html")
    kind, body = multipart(
        words, attached(PNG, "Content-Type: image/png; name=a.png", "Content-ID: <a@b>"), kind="related"
    )

    shown = page(anna, letter(kind, body=body, head=HEAD))

    before, _, after = shown.partition(' alt="a.png" loading="lazy">')
    assert before.rindex("Вот что я вижу") < before.rindex("<img src=")
    assert after.index("Что делать?") < 200
    assert "[a.png]" not in shown


def test_the_name_of_a_picture_acts_on_no_page(anna: Agent) -> None:
    words = text('<img src="cid:a@b">', "html")
    named = "Content-Type: image/png; name=\"a&quot; onerror='x'.png\""
    kind, body = multipart(words, attached(PNG, named, "Content-ID: <a@b>"), kind="related")

    assert "onerror='x'" not in page(anna, letter(kind, body=body, head=HEAD))


def test_the_name_of_one_picture_is_not_looked_for_in_another_nor_in_an_address() -> None:
    pictures = [picture("[b.png] c.png", "/files/1"), picture("b.png", "/files/2")]

    shown = with_pictures(prose("[[b.png] c.png] https://a.example/[b.png]"), pictures)

    assert shown.count("<img ") == 2
    assert 'alt="[b.png] c.png"' in shown
    assert 'href="https://a.example/' in shown
    assert 'href="https://a.example/<' not in shown


def picture(name: str, url: str) -> File:
    return File(name=name, url=url, size=1, small="")


@pytest.mark.parametrize(
    ("headers", "body", "notice", "told"),
    [
        (SECRET, base64.b64encode(b"0\x80secret"), "encrypted", "Письмо зашифровано"),
        (
            ("Content-Type: text/html; charset=utf-8",),
            "<p>Слова</p>".encode() + b"<b><i>" * 15_000,
            "wild_html",
            "Оформление письма слишком тяжёлое",
        ),
    ],
)
def test_what_could_not_be_read_is_said(
    headers: tuple[str, ...], body: bytes, notice: str, told: str, anna: Agent
) -> None:
    shown = page(anna, letter(*headers, body=body, head=HEAD))

    assert Message.objects.get(direction="in").notices == [notice]
    assert told in shown


def test_a_letter_cut_short_says_so(anna: Agent) -> None:
    shown = page(anna, letter("Content-Type: text/plain", body=b"word " * 500_000, head=HEAD))

    assert "truncated" in Message.objects.get(direction="in").notices
    assert "Письмо слишком большое" in shown


def test_files_of_a_folded_letter_are_shown(anna: Agent) -> None:
    kind, body = multipart(text("Меня нет"), attached(b"1", "Content-Disposition: attachment; filename=plan.pdf"))

    assert "plan.pdf" in page(anna, letter(kind, "Auto-Submitted: auto-replied", body=body, head=HEAD))
