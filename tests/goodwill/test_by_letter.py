"""A lead answers the letter itself: heard only from that lead, by that very letter, proven, and clear."""

import smtplib
from email.message import Message as Letter
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from otklik.cases.models import Alert, Case
from otklik.cases.vows import VowKind, running
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.goodwill.actions import answer_asked, ask_lead, hear_lead, withdraw
from otklik.goodwill.checks import answers
from otklik.goodwill.handlers import hear_the_lead
from otklik.goodwill.models import AskedLead, Entry, Gesture, LeadsLetter
from otklik.goodwill.understanding import Word, understood
from otklik.reach.adapters.incoming import Address, Incoming, Verdicts
from otklik.reach.events import LetterReturned
from otklik.reach.models import Message, RawMessage
from otklik.team.actions import edit_agent
from otklik.team.models import Agent
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_lead, refused, run_jobs
from tests.goodwill.building import RUBLE, make_budget, make_gift, settle_the_ledger, wish
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
MX = "mx.gorizont.example"
PROVEN = f"{MX}; dmarc=pass header.from=gorizont.example"


@pytest.fixture(autouse=True)
def trusted(settings: LazySettings) -> None:
    settings.TRUSTED_MAIL_HOSTS = (MX,)


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def gesture(olga: Agent) -> Gesture:
    """Anna asks for cards of 3,000 rubles, and Olga has the letter."""
    case = make_case()
    make_budget(case.team, 10_000)
    return asked(case)


def asked(case: Case, **gift: Any) -> Gesture:
    cards = make_gift("cards", 3000, **gift)
    amount = 3000 * RUBLE if cards.is_open else None
    row = ask_lead(case=case, wish=wish(cards, reason="Вторая задержка", amount=amount), actor=acting(case.owner))
    run_jobs()
    return row


def question() -> Letter:
    return mail.outbox[0].message()


def write(text: str, **headers: str) -> RawMessage:
    """Olga answers the letter that she got first; the worker does its jobs."""
    asks = question()
    usual = {
        "From": "Ольга Петрова <olga@gorizont.example>", "To": str(asks["Reply-To"]), "Subject": "Re: Карточки",
        "In_Reply_To": str(asks["Message-ID"]), "Message_ID": f"<{abs(hash((text, *headers.items())))}@lead.example>",
        "Authentication_Results": PROVEN,
    }  # fmt: skip
    return arrive(letter(text, **usual | headers))


def became() -> list[str]:
    return list(LeadsLetter.objects.order_by("pk").values_list("became", flat=True))


def nothing_was_given() -> bool:
    return Gesture.objects.get().state == "waiting" and not Entry.objects.filter(kind="given").exists()


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
def test_a_yes_by_letter_gives_at_once_and_lead_and_agent_hear_of_it(gesture: Gesture, olga: Agent) -> None:
    raw = write(
        "Да, конечно!\n\nС уважением,\nОльга Петрова\n\n01.12.2026 10:00, Горизонт пишет:\n> «нет, потому что…»"
    )

    settle_the_ledger()
    row = Gesture.objects.get()
    assert (row.state, row.decided_by, row.decision) == ("given", olga, "Да, конечно!")
    assert RawMessage.objects.get(pk=raw.pk).state == "returned"
    assert Alert.objects.filter(agent=gesture.agent, reason="goodwill.agreed").exists()
    assert (mail.outbox[-1].to, became()) == ([olga.email], ["yes"])


def test_no_case_and_no_customer_come_of_it(gesture: Gesture) -> None:
    write("Да")

    assert (Case.objects.count(), Message.objects.filter(direction="in").count()) == (1, 1)


def test_a_no_by_letter_tells_its_reason(gesture: Gesture, olga: Agent) -> None:
    write("Нет, потому что карточек нет на складе")

    row = Gesture.objects.get()
    assert (row.state, row.decision) == ("declined", "Нет, потому что карточек нет на складе")


def test_a_no_without_a_reason_comes_back(gesture: Gesture) -> None:
    write("Нет")

    assert nothing_was_given()
    assert became() == ["reason_missing"]
    assert f"/goodwill/{gesture.pk}/" in mail.outbox[-1].body


def test_a_yes_to_less_gives_less_of_an_open_gift_and_keeps_what_was_asked(olga: Agent) -> None:
    case = make_case()
    make_budget(case.team, 10_000)
    asked(case, is_open=True)

    write("ok, дайте 500")

    row = Gesture.objects.get()
    assert (row.state, row.amount, row.wished) == ("given", 500 * RUBLE, 3000 * RUBLE)
    assert Entry.objects.get(kind="given").amount == 500 * RUBLE
    assert Event.objects.get(name="goodwill.given").payload["amount"] == 500 * RUBLE


@pytest.mark.parametrize("amount", [0, 3001 * RUBLE])
def test_a_lead_gives_no_more_than_was_asked_and_not_nothing(olga: Agent, amount: int) -> None:
    case = make_case()
    make_budget(case.team, 10_000)
    row = asked(case, is_open=True)

    with refused("amount_invalid"):
        answer_asked(gesture=row, is_yes=True, words="", amount=amount, actor=acting(olga))


def test_what_has_a_price_is_given_only_for_its_price(gesture: Gesture) -> None:
    write("Да, 500")

    assert nothing_was_given()
    assert became() == ["amount_invalid"]


def test_the_address_alone_brings_the_answer_home(gesture: Gesture) -> None:
    write("Да", In_Reply_To="")

    assert became() == ["yes"]


def test_the_message_id_alone_brings_the_answer_home(gesture: Gesture) -> None:
    write("Да", To="help@gorizont.example")

    assert became() == ["yes"]


# ── Not heard ─────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"From": "Ольга Петрова <olga@private.example>"}, "not_theirs"),
        ({"From": "Анна <anna@gorizont.example>"}, "not_theirs"),
        ({"Authentication_Results": f"{MX}; dmarc=fail; spf=pass"}, "not_proven"),
        ({"Authentication_Results": f"{MX}; spf=pass; dkim=pass"}, "not_proven"),
        ({"Authentication_Results": "evil.example; dmarc=pass"}, "not_proven"),
        ({"Authentication_Results": ""}, "not_proven"),
    ],
)
def test_only_the_leads_own_proven_letter_counts(gesture: Gesture, headers: dict[str, str], code: str) -> None:
    write("Да", **headers)

    assert nothing_was_given()
    assert became() == [code]
    assert mail.outbox[-1].to == ["olga@gorizont.example"]


def test_a_mark_that_we_did_not_write_is_a_letter_like_any_other(gesture: Gesture) -> None:
    number = AskedLead.objects.get().pk

    write("Да", To=f"help+goodwill-{number}-0123456789ab@gorizont.example", In_Reply_To="")

    assert nothing_was_given()
    assert became() == []
    assert Case.objects.count() == 2


@pytest.mark.parametrize(
    "text", ["Давайте обсудим завтра", "Да? А сколько осталось?", "Да, но не сейчас", "Да. 500, нет, 700"]
)
def test_what_is_unclear_gives_nothing_and_comes_back_with_the_link(gesture: Gesture, text: str) -> None:
    write(text)

    assert nothing_was_given()
    assert became() == ["unclear"]
    assert f"/goodwill/{gesture.pk}/" in mail.outbox[-1].body


def test_the_same_letter_again_is_heard_once(gesture: Gesture) -> None:
    write("Да", Message_ID="<one@lead.example>")
    letters = len(mail.outbox)
    write("Да", Message_ID="<one@lead.example>", Received="by a list that sends it again")

    assert (became(), len(mail.outbox)) == (["yes"], letters)


def test_a_second_answer_changes_nothing_and_is_told_so(gesture: Gesture) -> None:
    write("Да")
    write("Нет, потому что передумала")

    assert Gesture.objects.get().state == "given"
    assert became() == ["yes", "answered_already"]
    assert Entry.objects.filter(kind="given").count() == 1


def test_what_was_withdrawn_is_not_given_by_letter(gesture: Gesture) -> None:
    withdraw(gesture=gesture, actor=acting(gesture.agent))

    write("Да")

    assert became() == ["answered_already"]
    assert not Entry.objects.filter(kind="given").exists()


def test_a_lead_who_may_not_decide_any_more_is_told_so(gesture: Gesture, olga: Agent) -> None:
    make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    edit_agent(agent=olga, actor=SYSTEM, changes={"role": "agent"})

    write("Да")

    assert nothing_was_given()
    assert became() == ["not_allowed"]
    assert mail.outbox[-1].to == [olga.email]


def test_a_machine_that_answers_for_her_is_not_heard_and_gets_no_answer(gesture: Gesture) -> None:
    letters = len(mail.outbox)

    write("Да", Auto_Submitted="auto-replied")

    assert nothing_was_given()
    assert (became(), len(mail.outbox)) == ([], letters)


def test_whoever_has_left_is_not_heard(gesture: Gesture, olga: Agent) -> None:
    Agent.objects.filter(pk=olga.pk).update(is_active=False)

    write("Да")

    assert became() == []
    assert nothing_was_given()


def test_more_letters_than_a_person_writes_are_not_answered(gesture: Gesture) -> None:
    for number in range(12):
        write("Давайте обсудим", Message_ID=f"<{number}@lead.example>")

    assert len(became()) == 10


def test_letters_about_other_questions_are_counted_apart(gesture: Gesture) -> None:
    more = wish(make_gift("more", 3000), reason="Третья задержка")
    row = ask_lead(case=make_case(owner=gesture.agent), wish=more, actor=acting(gesture.agent))
    run_jobs()
    other = AskedLead.objects.get(gesture=row)
    many = [LeadsLetter(asked=other, letter_id=str(at), became="unclear", at=timezone.now()) for at in range(10)]
    LeadsLetter.objects.bulk_create(many)

    write("Да")

    assert became()[-1] == "yes"


def test_a_word_back_that_did_not_leave_is_tried_again_and_gives_once(
    gesture: Gesture, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = write("Давайте обсудим")
    LeadsLetter.objects.update(mailed_at=None)
    happened = LetterReturned(raw_id=raw.pk, app="goodwill", number=AskedLead.objects.get().pk)

    def refuse(_mail: EmailMultiAlternatives) -> int:
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("otklik.goodwill.letters.EmailMultiAlternatives.send", refuse)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            hear_the_lead(happened)
    letters = len(mail.outbox)
    hear_the_lead(happened)
    hear_the_lead(happened)

    assert len(mail.outbox) == letters + 1


def test_a_house_that_cannot_judge_senders_does_not_offer_to_answer_by_letter(
    olga: Agent, settings: LazySettings
) -> None:
    settings.TRUSTED_MAIL_HOSTS = ()
    case = make_case()
    make_budget(case.team, 10_000)

    asked(case)

    assert question()["Reply-To"] is None
    assert [is_well for is_well, _said in answers()] == [None]
    assert "ответьте на это письмо" not in mail.outbox[0].body.lower()


def test_the_letter_says_how_it_is_answered_and_bears_two_buttons(gesture: Gesture) -> None:
    body = mail.outbox[0].body

    assert [is_well for is_well, _said in answers()] == [True]
    assert "ответьте на это письмо" in body.lower()
    assert f"/goodwill/{gesture.pk}/?say=yes" in body
    assert f"/goodwill/{gesture.pk}/?say=no" in body


@pytest.mark.django_db(transaction=True)
@locks("goodwill.actions.hearing.hear_lead")
def test_of_two_letters_at_once_one_gives(settings: LazySettings) -> None:
    olga = make_lead()
    case = make_case()
    make_budget(case.team, 10_000)
    asked(case)
    number = AskedLead.objects.get(lead=olga).pk

    def yes(name: str) -> object:
        came = Incoming(
            external_id=name, sender=Address(email=olga.email), own_text="Да", verdicts=Verdicts(dmarc="pass")
        )
        return hear_lead(asked_id=number, letter=came)

    assert while_open(lambda: yes("one"), lambda: yes("two")) == ["done", "done"]
    assert sorted(became()) == ["answered_already", "yes"]
    assert Entry.objects.filter(kind="given").count() == 1


# ── While it waits ────────────────────────────────────────────────────────────────────────
def test_what_the_customer_is_told_is_a_promise_of_the_case_until_the_next_word(olga: Agent) -> None:
    case = make_case()
    make_budget(case.team, 10_000)
    gift = make_gift("cards", 3000)
    told = "О подарке напишу вам до 16:00."

    row = ask_lead(case=case, wish=wish(gift, reason="Вторая задержка"), actor=acting(case.owner), told=told)
    run_jobs()

    vow = running(fresh(case), VowKind.NEXT_WORD)
    assert vow is not None
    assert vow.due_at == row.answer_by
    assert Message.objects.get(pk=vow.letter_id).text == told


def test_without_a_letter_nothing_is_promised(gesture: Gesture) -> None:
    assert running(fresh(gesture.case), VowKind.NEXT_WORD) is None


# ── Understood ────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("да", None), ("Да.", None), ("ОК", None), ("Yes, go ahead", None), ("Согласна", None), ("Марина,\nда", None),
        ("Добрый день, Анна!\nДа, дайте.", None), ("Конечно, дайте. Спасибо, Анна!", None), ("Да\n\nОльга", None),
        ("Да.\nИзвинитесь от меня.", None), ("ok, дайте 500", 500), ("Ок, дайте 1 500 ₽", 1500), ("Да, 500р.", 500),
        ("yes, give 500", 500), ("да, верните 420,50 руб.", 420.5),
    ],
)  # fmt: skip
def test_a_clear_yes(text: str, amount: float | None) -> None:
    kopecks = None if amount is None else int(amount * RUBLE)

    assert understood(text) == Word(is_yes=True, words=text, amount=kopecks)


@pytest.mark.parametrize(
    "text",
    [
        "нет, потому что нет на складе",
        "Нет: бюджет на исходе",
        "No, because we are out of them",
        "нет потому что дорого",
    ],
)
def test_a_clear_no_with_its_reason(text: str) -> None:
    assert understood(text) == Word(is_yes=False, words=text)


@pytest.mark.parametrize(
    "text",
    [
        "", "👍", "да нет, наверное", "Да, но позже", "Нет возражений, дайте", "нет проблем", "No problem", "Не надо",
        "No more than 500", "Нет, дайте 500", "Нет, не против", "Хорошо, подумаю", "Да, 500 или 1000",
        "Да. Не более 500", "Да. Отклоните, пожалуйста", "Да ладно!", "Sure, cancel it", "of course not", "ок?",
        "Да, если останется", "Дайте подумать", "ok " * 1000,
    ],
)  # fmt: skip
def test_what_could_mean_something_else_means_nothing(text: str) -> None:
    assert understood(text) is None
