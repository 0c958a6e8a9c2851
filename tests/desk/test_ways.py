"""By which way an answer leaves: shown before a word is written, with the others that are open, one press away."""

import re

import pytest
from django.utils import timezone

from otklik.cases.actions import add_conversation, answer_and_solve, reply
from otklik.cases.models import Case
from otklik.cases.queries import Ways, case_file, ways_of
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import SYSTEM
from otklik.reach.actions import add_http_channel, pause_channel
from otklik.reach.models import Conversation, Delivery, Inbox, Message
from otklik.reach.queries import inbox_by_id
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import IVAN, acting, arrive, fresh, letter, make_agent, make_case, make_inbox, refused, run_jobs
from tests.desk.visiting import desk
from tests.reach.channels.other_side import SECRET, knock, word

pytestmark = pytest.mark.django_db
ELSEWHERE = "https://shop.example/otklik"


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def shop(anna: Agent) -> Inbox:
    make_inbox()
    return add_http_channel(name="Лавка", base_url=ELSEWHERE, secret=SECRET, is_operator=True, actor=SYSTEM)


@pytest.fixture
def case(shop: Inbox) -> Case:
    """Vera writes in the app of the shop; a mail address of hers is known, too."""
    knock(shop, word())
    case = Case.objects.get()
    ContactPoint.objects.create(customer=case.customer, kind="email", value="vera@mail.example")
    return fresh(case)


def ways(case: Case, via: str = "") -> Ways:
    return ways_of(case_file(fresh(case), agent_id=None), via=via)


def key(case: Case, kind: str) -> str:
    return next(one.key for one in ways(case).all if one.kind == kind)


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def editor(page: str) -> str:
    return page.split('id="editor"')[1]


# ── What is shown ─────────────────────────────────────────────────────────────────────────
def test_only_a_letter_is_offered_as_it_came(case: Case, anna: Agent) -> None:
    assert "(.eml)" not in desk(anna).get(f"/desk/cases/{case.pk}/").text

    arrive(letter("Это письмо"))

    assert "(.eml)" in desk(anna).get(f"/desk/cases/{Case.objects.latest('id').pk}/").text


def test_the_way_of_their_last_word_is_chosen_and_the_others_stand_beside_it(case: Case, anna: Agent) -> None:
    page = editor(desk(anna).get(f"/desk/cases/{case.pk}/").text)

    assert page.count('name="via"') == 2
    assert re.search(rf'value="{key(case, "http")}"[^>]*checked', page)
    assert "Лавка" in plain(page)
    assert "vera@mail.example" in plain(page)


def test_one_way_alone_is_no_choice(anna: Agent) -> None:
    case = make_case(owner=anna)

    page = editor(desk(anna).get(f"/desk/cases/{case.pk}/").text)

    assert 'name="via"' not in page
    assert IVAN in page


def test_a_shut_way_says_so_and_which_others_are_open(case: Case, anna: Agent) -> None:
    ContactPoint.objects.create(customer=case.customer, kind="phone", value="+79005550142")
    ContactPoint.objects.filter(kind__startswith="http").update(bounce="hard", bounced_at=timezone.now())

    page = editor(desk(anna).get(f"/desk/cases/{case.pk}/").text)

    assert "Клиент закрыл этот путь" in plain(page)
    assert "Открыты: письмо на vera@mail.example; звонок на 8 (900) 555-01-42." in plain(page)
    assert page.count("data-shut") == 1


def test_where_no_other_way_is_known_it_says_so(case: Case) -> None:
    ContactPoint.objects.filter(kind="email").delete()
    ContactPoint.objects.update(bounce="hard")

    assert "Других путей не знаем" in ways(case).others


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"problem": "HTTP 401", "problem_since": timezone.now()}, "Ответ подождёт, пока его не откроют."),
        ({"settings": {}}, "Этот канал только принимает слова."),
    ],
    ids=["broken", "one way"],
)
def test_a_door_that_is_shut_says_why(case: Case, shop: Inbox, values: dict[str, object], said: str) -> None:
    Inbox.objects.filter(pk=shop.pk).update(**values)
    inbox_by_id.forget()

    chosen = ways(case).chosen

    assert chosen is not None
    assert said in chosen.shut


def test_letters_that_come_back_shut_an_address(case: Case, shop: Inbox) -> None:
    ContactPoint.objects.filter(kind="email").update(bounce="hard")
    pause_channel(inbox=shop, actor=SYSTEM)

    assert [bool(one.shut) for one in ways(case).all] == [True, True]


def test_a_press_shows_whom_the_other_way_reaches(case: Case, anna: Agent) -> None:
    browser, mail = desk(anna), key(case, "email")

    part = browser.get(f"/desk/cases/{case.pk}/?via={mail}", headers={"HX-Request": "true"}).text
    assert "vera@mail.example" in part
    assert "Лавка" not in part
    whole = browser.get(f"/desk/cases/{case.pk}/?via={mail}").text
    assert re.search(rf'value="{mail}"[^>]*checked', editor(whole))


# ── What leaves ───────────────────────────────────────────────────────────────────────────
def test_an_answer_leaves_by_the_chosen_way_and_theirs_comes_back_into_the_case(case: Case, anna: Agent) -> None:
    done = desk(anna).post(
        f"/desk/cases/{case.pk}/reply", {"text": "Он едет.", "via": key(case, "email"), "then": "send"}
    )
    assert done.status_code == 302

    ours = Message.objects.get(purpose="answer")
    assert ours.deliveries.get().address == "vera@mail.example"
    sender = {"From": "Вера <vera@mail.example>", "Message_ID": "<v@mail.example>"}
    arrive(letter("Спасибо, жду!", In_Reply_To=f"<{ours.external_id}>", **sender))
    assert Case.objects.count() == 1
    assert ways(case).all[0].to == "vera@mail.example"


def test_it_may_be_solved_by_another_way_and_looked_at_before(case: Case, anna: Agent) -> None:
    mail, browser, talks = key(case, "email"), desk(anna), Conversation.objects.count()

    seen = browser.post(f"/desk/cases/{case.pk}/preview?then=solve", {"text": "Привезли.", "via": mail})
    assert "vera@mail.example" in seen.text
    assert Conversation.objects.count() == talks

    letter_ = answer_and_solve(case=fresh(case), actor=acting(anna), text="Привезли.", via=mail)
    assert letter_.conversation.address == "vera@mail.example"
    assert fresh(case).state == Case.State.SOLVED


def test_a_messenger_that_knows_them_from_elsewhere_is_a_way_too(case: Case, shop: Inbox, anna: Agent) -> None:
    other = make_case(owner=anna, customer=case.customer, address="vera@mail.example")

    reply(case=other, actor=acting(anna), text="Ваш счёт.", via=key(other, "http"))
    knock(shop, word("m-2", "А когда доставка?"))

    said = Message.objects.filter(direction="in").latest("id")
    assert said.conversation.thread.case == other
    assert Delivery.objects.get(message__purpose="answer").address == "vera-17"


def test_who_has_no_way_is_answered_on_their_page_until_another_is_chosen(anna: Agent) -> None:
    case = make_case(owner=anna, address="")

    page = editor(desk(anna).get(f"/desk/cases/{case.pk}/").text)

    assert re.search(r'value=""[^>]*checked', page)
    answer = reply(case=case, actor=acting(anna), text="Едет.", via=key(case, "email"))
    assert answer.deliveries.get().address == IVAN


def test_two_talks_of_one_case_are_two_ways(case: Case, anna: Agent) -> None:
    talk = Conversation.objects.create(
        inbox=Inbox.objects.get(kind="email"), customer=case.customer, address="vera@mail.example"
    )
    add_conversation(case=case, conversation_id=talk.pk)

    assert [one.key for one in ways(case).all] == [f"c{Conversation.objects.get(peer='vera-17').pk}", f"c{talk.pk}"]
    answer = reply(case=case, actor=acting(anna), text="Едет.", via=f"c{talk.pk}")
    assert answer.conversation == talk


@pytest.mark.parametrize("via", ["c999999", "p999999", "x", "c²"])
def test_a_way_that_is_none_is_refused(case: Case, anna: Agent, via: str) -> None:
    with refused("way_unknown"):
        reply(case=case, actor=acting(anna), text="Едет.", via=via)


def test_the_ways_of_others_are_none(case: Case, anna: Agent) -> None:
    other = make_case(owner=anna)
    talk, point = Conversation.objects.latest("id"), ContactPoint.objects.get(value=IVAN)
    assert other.customer != case.customer

    for via in (f"c{talk.pk}", f"p{point.pk}"):
        with refused("way_unknown"):
            reply(case=case, actor=acting(anna), text="Едет.", via=via)


def test_a_program_reads_the_ways_and_chooses_one(case: Case, anna: Agent) -> None:
    program = Program(anna)

    listed = program.get(f"/cases/{case.pk}/ways").json()["items"]
    assert [(one["channel"], one["to"], one["is_chosen"]) for one in listed] == [
        ("http", "", True),
        ("email", "vera@mail.example", False),
    ]
    said = program.post(f"/cases/{case.pk}/messages", {"kind": "reply", "text": "Едет.", "via": listed[1]["key"]})
    run_jobs()
    assert (said.status_code, said.json()["channel"]) == (201, "email")
