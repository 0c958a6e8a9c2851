# ruff: noqa: E501  the letters of customers, line by line as they are written
"""Replies to letters of our own in the forms of many mail programs: own words are known by knowing what was said."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otklik.reach.adapters.compose import Outgoing, page_of, text_of
from otklik.reach.adapters.email import parse, text_from_html
from otklik.reach.adapters.email.html_text import Line
from otklik.reach.adapters.email.knowing import Said
from otklik.reach.adapters.email.quotes import Situation, lines_of_text, own_text
from otklik.reach.adapters.incoming import Incoming
from otklik.ui.letters import Button, House, Owner, Pictures, Sheet
from tests.reach.mail.forms import HELP, HTML, TEXT, Form, Ours
from tests.reach.mail.letters import letter

WORDS = {
    "ru": (
        "Добрый день!\n\nУчебник мы отправили **сегодня**, он придёт до пятницы. Проверьте, пожалуйста, адрес доставки:\n\n"
        "1. Москва, улица Лесная, дом 5\n2. телефон получателя\n\nЕсли что-то не так, просто ответьте на это письмо."
    ),
    "en": (
        "Hello!\n\nWe have sent the book **today**, it will arrive by Friday. Please check the address of delivery:\n\n"
        "1. Lesnaya street 5, Moscow\n2. the phone of who receives it\n\nIf anything is wrong, just answer this letter."
    ),
}
ANSWERS = {
    "ru": (
        "Да, адрес верный, жду посылку в пятницу.",
        "Добрый день, оплатил сегодня",
        "+",
        "👍",
        "Спасибо!\n\nА можно привезти после 18:00?\nИ ещё: чек нужен бумажный.",
        "Здравствуйте, Анна!\nНет, адрес другой: Тверская, 7.",
        "Нужны ещё:\n- атлас\n- контурные карты",
    ),
    "en": (
        "Yes, the address is right, I am waiting for Friday.",
        "Good day, paid today",
        "+1",
        "👍",
        "Thanks!\n\nCould it come after 6 pm?\nAnd I need a paper receipt.",
        "Hi Anna,\nno, the address is another: Tverskaya 7.",
        "We also need:\n- an atlas\n- maps",
    ),
}


def _ours(language: str) -> Ours:
    outgoing = Outgoing(
        message_id="1@x.example", sender=None, reply_to=HELP, to=(), subject="Re", at=None,  # type: ignore[arg-type]
        words=WORDS[language], language=language, house=House(name="Горизонт", foot="Горизонт, +7 495 000-00-00"),
        sheet=Sheet(
            owner=Owner(name="Анна Смирнова", role="ведёт ваше обращение"), signature="С уважением,\nАнна",
            question="Удалось решить?", buttons=(Button(label="Да, решено", url="https://x.example/yes"),),
        ),
    )  # fmt: skip
    return Ours(text=text_of(outgoing), html=str(page_of(outgoing, Pictures(mark="cid:mark"))), language=language)


@pytest.fixture(scope="module")
def ours() -> dict[str, Ours]:
    return {language: _ours(language) for language in WORDS}


def _replies(form: Form, kind: str, ours: dict[str, Ours]) -> Iterator[tuple[str, str]]:
    for language, answers in ANSWERS.items():
        said = ours[language]
        for answer in answers:
            raw = letter(
                f"Content-Type: text/{kind}; charset=utf-8",
                "In-Reply-To: <1@gorizont.example>",
                body=form(answer, said),
                head=f"From: ivan@mail.example\r\nTo: {HELP}\r\nSubject: Re: a\r\n".encode(),
            )
            found = parse(raw)
            assert isinstance(found, Incoming)
            assert found.knowing is not None
            yield answer, found.knowing([said.text, text_from_html(said.html)], [])


FORMS = [(name, "plain", form) for name, form in TEXT.items()] + [(name, "html", form) for name, form in HTML.items()]


def _normal(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(("name", "kind", "form"), FORMS, ids=[name for name, _, _ in FORMS])
def test_own_words_of_a_reply_are_found_exactly(name: str, kind: str, form: Form, ours: dict[str, Ours]) -> None:
    wrong = [(answer, own) for answer, own in _replies(form, kind, ours) if _normal(answer) != _normal(own)]

    assert wrong == []


def test_a_reply_that_quotes_nothing_is_whole(ours: dict[str, Ours]) -> None:
    said = Said(ours=[ours["ru"].text])

    assert (
        own_text(lines_of_text("Проверьте, пожалуйста, адрес\nДа?"), said=said) == "Проверьте, пожалуйста, адрес\nДа?"
    )


@pytest.mark.parametrize("language", ["ru", "en"])
def test_answers_inside_of_the_quotation_show_the_whole(language: str, ours: dict[str, Ours]) -> None:
    """«См. ниже» is needless: a marked line that was never said is enough."""
    lines = TEXT["thunderbird"]("Ок", ours[language]).split("\n")
    lines.insert(6, "> Нет, только двенадцатого")

    found = own_text(lines_of_text("\n".join(lines)), said=Said(ours=[ours[language].text]))

    assert found == "\n".join(lines).strip("\n")


def test_a_long_unmarked_copy_of_our_letter_is_a_quotation(ours: dict[str, Ours]) -> None:
    letter_of_ours = ours["ru"].text

    assert own_text(lines_of_text(f"А зачем?\n\n{letter_of_ours}"), said=Said(ours=[letter_of_ours])) == "А зачем?"


def test_a_customer_who_says_it_again_is_heard() -> None:
    again = "Добрый день! Учебник так и не пришёл, верните, пожалуйста, деньги на карту."

    assert own_text(lines_of_text(f"Повторяю:\n\n{again}"), said=Said(theirs=[again])) == f"Повторяю:\n\n{again}"


@pytest.mark.parametrize(
    "own",
    [
        "Заявление ниже.\n\nКому: ООО «Горизонт»\nОт кого: Иванова Мария\nДата: 25.11.2026\nТема: возврат\n\nВерните 1200 рублей.",
        "Накладная\nОт: склад 7\nКому: магазин\nДата: 25.11.2026 10:15\nТема: 5 мест",
        "Вот что ответил банк:\n\nОт: Банк <bank@bank.example>\nОтправлено: 26 ноября 2026 г. 10:00\nКому: Иван\nТема: Платёж\n\nОтклонён.",
        "Банк пишет:\n\n26.11.2026, 10:00, Банк <bank@bank.example>:\n> Платёж отклонён магазином.",
        "Нужны:\n--\nАлгебра Мордкович\n--\nФизика Перышкин",
        "Нужны:\n--\nАлгебра Мордкович",
        "27.11.2026 в 15:19 я оплатил заказ.\nЧек приложил.",
        "Тема: возврат\nСумма: 1200",
    ],
)
def test_forms_of_the_customer_and_letters_of_third_parties_stay(own: str, ours: dict[str, Ours]) -> None:
    situation = Situation(known=(HELP,), sender="ivan@mail.example")
    quoted = TEXT["yandex"](own, ours["ru"])

    assert own_text(lines_of_text(own), situation, Said(ours=[ours["ru"].text])) == own
    assert _normal(own_text(lines_of_text(quoted), situation, Said(ours=[ours["ru"].text]))) == _normal(own)


_LINES = st.text(st.sampled_from("абвгд xyz.,!?>:-—\n👍+1"), max_size=80)


@given(own=_LINES, form=st.sampled_from(sorted(TEXT)))
@settings(max_examples=150, deadline=None)
def test_no_own_word_is_ever_lost_above_a_quotation(own: str, form: str) -> None:
    ours = _OURS.setdefault("ru", _ours("ru"))
    reply = TEXT[form](own, ours)

    found = own_text(lines_of_text(reply), Situation(known=(HELP,)), Said(ours=[ours.text]))

    kept = own.replace(">", " ").split()
    assert [word for word in kept if word.strip("-—:.,!?") and word not in found.replace(">", " ")] == []


_OURS: dict[str, Ours] = {}


def test_huge_repetitions_take_bounded_time() -> None:
    said = Said(ours=["да нет " * 25_000] * 20, theirs=["нет да " * 25_000] * 20)
    lines = [Line(text="да нет " * 20, depth=number % 3) for number in range(19_000)]

    began = time.thread_time()
    own_text(lines, said=said)

    assert time.thread_time() - began < 4
