"""Machines at both ends: two houses, ticket systems, mailboxes that send on. No letter is caused by a machine's."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone, translation

from otklik.cases import letters
from otklik.cases.actions import mark_solved, reply
from otklik.cases.models import Case
from otklik.cases.queries import conversation_to_answer
from otklik.reach.adapters.compose import Outgoing, compose
from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Address, Incoming
from otklik.reach.models import GateRefusal, Message
from otklik.ui.letters import House as Letterhead
from tests.building import IVAN, acting, letter, make_agent, make_case
from tests.stories.houses import House, Post, Robot, Wire, read, street, written

PARTNER = "partner@mail.example"
ASKS = "Здравствуйте! Когда приедет поставка?"
_numbers = count(1)


@pytest.fixture
def houses(tmp_path: Path, transactional_db: None) -> Iterator[list[House]]:
    with street(tmp_path, "sever.example", "yug.example") as both:
        yield both


@pytest.fixture
def house(tmp_path: Path, transactional_db: None) -> Iterator[House]:
    with street(tmp_path, "sever.example") as [one]:
        yield one


def said_by(house: House) -> list[str]:
    """What the house has written to others, by purpose."""
    with house.open():
        return list(Message.objects.filter(direction="out").order_by("id").values_list("purpose", flat=True))


def answer_and_solve(house: House, post: Post) -> None:
    """A person of the house does what people do, with time for the post in between."""
    with house.open():
        case = Case.objects.earliest("id")
        reply(case=case, actor=acting(case.owner), text="Поставка приедет завтра.")
    post.carry()
    with house.open():
        case = Case.objects.earliest("id")
        mark_solved(case=case, actor=acting(case.owner), summary="Поставка приехала.")
    post.carry()


# ── Two houses ────────────────────────────────────────────────────────────────────────────
def whole(_letter: EmailMessage) -> None:
    """Nothing is lost on the way."""


def _lose(*names: str) -> Wire:
    def lose(letter: EmailMessage) -> None:
        for name in names:
            del letter[name]

    return lose


def _rename(letter: EmailMessage) -> None:
    _lose("Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "Reply-To", "Message-ID")(letter)
    letter["Message-ID"] = f"<{next(_numbers)}@relay.example>"


WIRES: dict[str, Wire] = {
    "whole": whole,
    "without the signs of a machine": _lose("Auto-Submitted", "X-Auto-Response-Suppress"),
    "without any reference": _lose(
        "Auto-Submitted", "X-Auto-Response-Suppress", "In-Reply-To", "References", "Reply-To"
    ),
    "under other ids": _rename,
}


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("words", [ASKS, "Good afternoon! When will the delivery come?"])
def test_two_houses_tell_each_other_once_that_a_letter_has_come(houses: list[House], wire: str, words: str) -> None:
    sever, yug = houses
    post = Post(houses=houses, wire=WIRES[wire])

    post.carry(written(sever.address, yug.address, words))

    assert said_by(yug) == ["acknowledgement"]
    assert said_by(sever) == []
    with sever.open():
        assert Message.objects.get().automatic_because


def test_what_people_of_one_house_write_causes_nothing_in_the_other(houses: list[House]) -> None:
    sever, yug = houses
    post = Post(houses=houses)
    post.carry(written(sever.address, yug.address, ASKS))

    answer_and_solve(yug, post)

    assert said_by(yug) == ["acknowledgement", "answer", "question"]
    assert said_by(sever) == []
    with yug.open():
        assert Case.objects.get().state == Case.State.SOLVED


# ── Other machines ────────────────────────────────────────────────────────────────────────
def ticket_system(words: str, *, refers: bool, subject: str = "[#{number}] {subject}") -> Robot:
    """Notes each letter under a number, and says so in some words."""

    def note(come: EmailMessage) -> list[EmailMessage]:
        number = next(_numbers)
        said = {"In_Reply_To": str(come["Message-ID"])} if refers else {}
        to = str(come["Reply-To"]) if refers and come["Reply-To"] else come["From"].addresses[0].addr_spec
        title = subject.format(number=number, subject=come["Subject"])
        return [written(PARTNER, to, words.format(number=number), Subject=title, **said)]

    return note


def sends_on(come: EmailMessage, *, to: str) -> list[EmailMessage]:
    """A mailbox that forwards as people do: in its own name, with the letter below."""
    body = come.get_body(("plain",))
    assert body is not None
    words = f"---------- Пересылаемое сообщение ----------\nОт: {come['From']}\nТема: {come['Subject']}\n\n"
    return [written(PARTNER, to, words + body.get_content(), Subject=f"Fwd: {come['Subject']}")]


def hands_on(come: EmailMessage, *, to: str, sender: str = "") -> list[EmailMessage]:
    """A mailbox that passes a letter on as it is; a list does it in its own name."""
    same = read(come.as_bytes())
    same.replace_header("To", to)
    if sender:
        same.replace_header("From", sender)
        same["List-Id"] = "<partners.mail.example>"
    return [same]


HOME = "help@sever.example"
ROBOTS: dict[str, Robot] = {
    "away": ticket_system("Я в отпуске до 15 января.", refers=True),
    "away, refers to nothing": ticket_system("Я в отпуске до 15 января.", refers=False),
    "tickets": ticket_system("Ваша заявка № {number} зарегистрирована.", refers=True),
    "tickets, refer to nothing": ticket_system("Your request #{number} has been received.", refers=False),
    "tickets in words nobody knows": ticket_system("Number {number}. Office hours: 9 to 5.", refers=False),
    "sends on": partial(sends_on, to=HOME),
    "hands on": partial(hands_on, to=HOME),
    "a list": partial(hands_on, to=HOME, sender=f"Партнёры <{PARTNER}>"),
}


@pytest.mark.parametrize("robot", ROBOTS)
def test_no_machine_gets_a_second_letter_for_what_it_sent_by_itself(house: House, robot: str) -> None:
    post = Post(houses=[house], robots={PARTNER: ROBOTS[robot]})
    post.carry(written(PARTNER, house.address, ASKS))
    assert said_by(house) == ["acknowledgement"]

    answer_and_solve(house, post)

    assert said_by(house) == ["acknowledgement", "answer", "question"]
    with house.open():
        assert Case.objects.earliest("id").state == Case.State.SOLVED


@pytest.mark.parametrize("robot", ["hands on", "a list"])
def test_our_own_letter_that_comes_home_is_nobodys_word(house: House, robot: str) -> None:
    post = Post(houses=[house], robots={PARTNER: ROBOTS[robot]})
    post.carry(written(PARTNER, house.address, ASKS))

    answer_and_solve(house, post)

    with house.open():
        assert Message.objects.get(direction="in").full_text.strip() == ASKS
        assert Case.objects.get().waits_for == Case.WaitsFor.CUSTOMER


def test_words_written_above_our_letter_under_its_id_are_a_persons(house: House) -> None:
    post = Post(houses=[house])
    post.carry(written(PARTNER, house.address, ASKS))
    with house.open():
        ours = Message.objects.get(direction="out")
    above = "А можно раньше? " * 80

    post.carry(written(PARTNER, house.address, above + ours.full_text, Message_ID=f"<{ours.external_id}>"))

    with house.open():
        assert Message.objects.filter(direction="in", full_text__startswith="А можно раньше?").exists()


def test_a_machine_that_shows_by_nothing_that_it_is_one_comes_to_rest(house: House) -> None:
    robot = ticket_system("Number {number}. Office hours: 9 to 5.", refers=False, subject="Ticket {number}")
    post = Post(houses=[house], robots={PARTNER: robot}, rounds=48)

    post.carry(written(PARTNER, house.address, ASKS))

    assert said_by(house) == ["acknowledgement"] * 12
    with house.open():
        assert list(GateRefusal.objects.values_list("step", flat=True)) == ["acknowledgement_cap"]


def test_a_letter_that_goes_round_and_comes_again_is_one_letter(house: House) -> None:
    post = Post(houses=[house])
    one = written(PARTNER, house.address, ASKS)

    for number in range(8):
        round_ = read(b"Received: from relay.example; round %d\r\n" % number + one.as_bytes())
        round_["Delivered-To"] = house.address
        post.carry(round_)

    assert said_by(house) == ["acknowledgement"]
    with house.open():
        assert Message.objects.filter(direction="in").count() == 1


@pytest.mark.parametrize("visitor", [HOME, f"visitor@mail.example, {HOME}"])
def test_a_form_filled_in_with_our_own_address_writes_to_nobody_for_ever(house: House, visitor: str) -> None:
    post = Post(houses=[house])
    form = written("robot@site.example", house.address, "Имя: Ира\nТекст: перезвоните", Reply_To=visitor)

    rounds = post.carry(form)

    assert rounds < post.rounds
    assert len(said_by(house)) <= 1


# ── What another house writes, and what only looks so ─────────────────────────────────────
def _sheets(case: Case) -> dict[str, Callable[[], letters.Written]]:
    conversation = conversation_to_answer(case)
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    return {
        "receipt": lambda: letters.receipt(case, conversation, None),
        "new owner": lambda: letters.new_owner(case, conversation),
        "deputy": lambda: letters.deputy_named(case, boris, conversation),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("kind", ["receipt", "new owner", "deputy"])
def test_what_another_house_writes_by_itself_is_known_by_its_words(kind: str, language: str) -> None:
    case = make_case()
    with translation.override(language):
        by_itself = _sheets(case)[kind]()
        raw = compose(
            Outgoing(
                message_id="1@sever.example",
                sender=Address(email=HOME, name="Север"),
                reply_to="",
                to=[Address(email=IVAN)],
                subject=by_itself.subject,
                words=by_itself.words,
                sheet=by_itself.sheet,
                house=Letterhead(name="Север"),
                mark=b"\x89PNG",
                at=timezone.now(),
                language=language,
            )
        )

    found = parse(raw)

    assert isinstance(found, Incoming)
    assert found.automatic_because == "receipt"


@pytest.mark.parametrize(
    "words",
    [
        "Ваше письмо у меня, но прочитать его не могу.",
        "Добрый день!\nИван, ваше письмо у меня\nРазберусь завтра.",
        "Теперь с вами я\U0001f642 Олег передал дела.",
        "Вот что мне ответили:\n\nАнна Смирнова\nведёт ваш вопрос\n\nваше письмо у меня\n",
    ],
)
def test_who_only_speaks_like_that_is_a_person(words: str) -> None:
    found = parse(letter(words))

    assert isinstance(found, Incoming)
    assert found.automatic_because == ""
