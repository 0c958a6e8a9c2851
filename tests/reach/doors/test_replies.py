"""Replies to letters as they really left: what they repeat is folded, what was never said stays."""

from email import message_from_bytes, policy

import pytest

from otklik.cases.actions import reply
from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from otklik.reach.models import Message
from tests.building import HELP, IVAN, acting, arrive, make_agent, make_case, outbox
from tests.reach.mail.forms import HTML, TEXT, Ours

pytestmark = pytest.mark.django_db(transaction=True)

FORMS = {name: ("plain", TEXT[name]) for name in ("thunderbird", "mail.ru app", "the bat")} | {
    name: ("html", HTML[name]) for name in ("gmail web html", "outlook web html", "yandex html", "samsung html")
}
ANSWER = "Здравствуйте!\n\nУчебник отправлен сегодня. Проверьте, пожалуйста, адрес: Лесная, 5.\n\nЖдём вашего слова."


def _answered() -> Ours:
    case = make_case(owner=make_agent())
    reply(case=case, actor=acting(case.owner), text=ANSWER)
    run_jobs()
    left = message_from_bytes(outbox()[-1], policy=policy.default)
    plain, html = left.get_body(("plain",)), left.get_body(("html",))
    assert plain is not None
    assert html is not None
    return Ours(text=str(plain.get_content()), html=str(html.get_content()), language="ru")


def _heard(body: str, kind: str, number: int = 1) -> Message:
    last = Message.objects.filter(direction="out").latest("id")
    head = (
        f"From: Иван <{IVAN}>\r\nTo: {HELP}\r\nSubject: Re: a\r\nMessage-ID: <word{number}@mail.example>\r\n"
        f"In-Reply-To: <{last.external_id}>\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n"
    )
    arrive((head + body).encode())
    return Message.objects.get(external_id=f"word{number}@mail.example")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("own", ["+", "Да, адрес верный.\n\nЖду в пятницу."])
def test_what_a_reply_repeats_of_our_letter_is_folded(own: str, form: str) -> None:
    kind, write = FORMS[form]
    ours = _answered()

    heard = _heard(write(own, ours), kind)

    assert heard.text.split() == own.split()
    assert "Учебник отправлен сегодня" in heard.full_text


def test_answers_between_the_lines_of_our_letter_are_shown_with_them() -> None:
    ours = _answered()
    quoted = "\n".join(f"> {line}" for line in ours.text.split("\n"))
    body = "27.11.2026 15:19, Анна пишет:\n" + quoted.replace("Лесная, 5.", "Лесная, 5.\n> нет, Тверская, 7")

    heard = _heard(body, "plain")

    assert heard.text == heard.full_text
    assert "Тверская, 7" in heard.text


def test_the_own_earlier_letter_is_known_too() -> None:
    _answered()
    first = _heard("Адрес верный, только домофон сломан, звоните на мобильный заранее.", "plain")

    again = _heard(f"И ещё нужен чек\n\n27.11.2026, Иван:\n> {first.text}", "plain", number=2)

    assert again.text == "И ещё нужен чек"
