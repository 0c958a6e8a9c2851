"""Kind words reach whom they praise; and a customer is thanked by one person, in words of their own, once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import edit_case, erase_person, mark_solved, mark_spam, reply
from otklik.cases.models import Alert, Case
from otklik.cases.queries import case_link
from otklik.foundation.actors import SYSTEM
from otklik.reach.models import Message
from otklik.suggestions import actions
from otklik.suggestions.models import Praise, Thanked
from otklik.suggestions.queries import debt_of, debts, praises, shown_praises
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.desk.visiting import desk
from tests.suggestions.making import done, make_suggestion, olga

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def thanks(text: str = "Спасибо, всё чудесно!", **about: object) -> Case:
    return make_case(kind="thanks", text=text, **about)  # type: ignore[arg-type]


# ── Kind words ────────────────────────────────────────────────────────────────────────────
def test_they_reach_whoever_accompanies_the_case_and_their_lead_at_once_and_once() -> None:
    lead = make_lead()
    case = thanks()

    praise = Praise.objects.get()
    assert (praise.agent, praise.words) == (case.owner, "Спасибо, всё чудесно!")
    told = Alert.objects.filter(reason="suggestions.praised").values_list("agent_id", flat=True)
    assert set(told) == {case.owner_id, lead.pk}
    actions.hear_praise(case=case)
    assert Alert.objects.filter(reason="suggestions.praised").count() == 2


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Передайте Борису, что он умница", "Борис Ким"),
        ("Анна и Борис — молодцы", "Анна Смирнова"),
        ("Спасибо Тамаре", "Анна Смирнова"),
        ("Спасибо Борису Киму, а не Борису Орлову", "Анна Смирнова"),
    ],
    ids=["named", "two", "nobody", "namesakes"],
)
def test_whom_they_name_is_praised_if_it_is_one(words: str, name: str) -> None:
    make_agent("Борис Ким", "boris@gorizont.example")
    if "Орлов" in words:
        make_agent("Борис Орлов", "orlov@gorizont.example")

    thanks(words)

    assert Praise.objects.get().agent.name == name


def test_what_turns_out_to_be_thanks_is_heard_and_spam_is_not() -> None:
    case = make_case(text="Спасибо вам")
    assert not Praise.objects.exists()
    edit_case(case=case, actor=acting(case.owner), changes={"kind": "thanks"})
    run_jobs()
    assert Praise.objects.get().case == case

    other = make_case(owner=case.owner, customer=case.customer)
    mark_spam(case=other, actor=SYSTEM)
    edit_case(case=fresh(other), actor=SYSTEM, changes={"kind": "thanks"})
    run_jobs()

    assert Praise.objects.count() == 1


def test_thanks_are_answered_with_thanks_and_the_rail_reminds() -> None:
    case = thanks()
    anna = desk(case.owner)
    assert [one.is_answered for one in praises(acting(case.owner))] == [False]
    page = anna.get("/desk/thanks/").text
    entry = page.partition('<a href="/desk/thanks/" aria-current="page">')[2]
    assert '<span class="pill" data-tone="accent">1</span>' in entry[:300]

    reply(case=case, actor=acting(case.owner), text="И вам спасибо!")
    run_jobs()

    assert [one.is_answered for one in praises(acting(case.owner))] == [True]


def test_the_customer_allows_and_somebody_approves_before_others_read_it(client: Client) -> None:
    case = thanks("Спасибо, всё чудесно! Иван, 8 900 123-45-67")
    praise, link = Praise.objects.get(), case_link(case)
    with refused("consent_missing"):
        actions.show_praise(praise=praise, words="Чудесно", actor=olga())
    assert "May we show them to others" in client.get(f"/case/{link}/", headers=EN).text

    client.post(f"/case/{link}/kind-words/", {"show": "yes"})
    with refused("words_missing"):
        actions.show_praise(praise=praise, words=" ", actor=olga())
    lead = desk(Agent.objects.get(pk=olga().pk))
    assert lead.post(f"/desk/thanks/{praise.pk}/show", {"words": "Всё чудесно!"}).status_code == 302
    page = client.get("/ideas/", headers=EN).text
    assert "Всё чудесно!" in page
    assert "8 900" not in page
    lead.post(f"/desk/thanks/{praise.pk}/hide")
    assert shown_praises() == []
    actions.show_praise(praise=praise, words="Всё чудесно!", actor=olga())
    client.post(f"/case/{link}/kind-words/", {"show": "no"})

    assert shown_praises() == []


def test_a_form_just_sent_says_nothing_for_its_address(client: Client) -> None:
    case = thanks()
    conversation = Message.objects.get(direction="in").conversation_id

    client.post(f"/case/{case_link(case, typed_in=conversation)}/kind-words/", {"show": "yes"})

    assert Praise.objects.get().may_be_shown is None


def test_kind_words_are_forgotten_with_the_person() -> None:
    case = thanks()
    actions.allow_praise(case=case, is_allowed=True)
    actions.show_praise(praise=Praise.objects.get(), words="Чудесно", actor=olga())

    erase_person(customer=case.customer, actor=SYSTEM)
    run_jobs()

    praise = Praise.objects.get()
    assert (praise.words, praise.shown_words, praise.shown_at) == ("", "", None)


# ── Whom to thank ─────────────────────────────────────────────────────────────────────────
def reasons(actor: object) -> list[tuple[str, int]]:
    return [(one.reason, one.case.pk) for one in debts(actor, timezone.now())]  # type: ignore[arg-type]


def test_whoever_suggested_what_is_done_is_thanked_once_in_words_of_ones_own() -> None:
    case = make_case()
    anna = desk(case.owner)
    row = make_suggestion(case.customer, case=case, title="Записи на полгода")
    assert reasons(acting(case.owner)) == []
    done(row)
    assert reasons(acting(case.owner)) == [("suggested", case.pk)]
    address = f"/desk/thanks/suggested/{row.pk}/{case.pk}"
    assert address in anna.get("/desk/thanks/whom").text
    assert "Записи на полгода" in anna.get(address).text

    assert anna.post(address, {"words": " "}).status_code == 422
    assert anna.post(address, {"words": "Иван, это вы придумали. Спасибо!"}).status_code == 302
    assert anna.post(address, {"words": "Ещё раз"}).status_code == 404

    letter = Message.objects.get(purpose="answer")
    assert (letter.text, letter.agent) == ("Иван, это вы придумали. Спасибо!", case.owner)
    assert Thanked.objects.count() == 1
    assert reasons(acting(case.owner)) == []


def test_two_who_saw_the_same_reason_thank_once() -> None:
    case = make_case()
    row = done(make_suggestion(case.customer, case=case))
    debt = debt_of(SYSTEM, timezone.now(), reason="suggested", source=row.pk, case=case.pk)
    actions.thank(debt=debt, words="Спасибо", actor=acting(case.owner))

    with refused("thanked_already"):
        actions.thank(debt=debt, words="Спасибо", actor=olga())

    assert Message.objects.filter(purpose="answer").count() == 1


def test_patience_and_faithfulness_are_reasons_too() -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(created_at=timezone.now() - timedelta(days=12))
    for _number in range(9):
        make_case(owner=case.owner, customer=case.customer)
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    assert [reason for reason, _case in reasons(SYSTEM)] == ["tenth"]
    record_answer(invitation=Invitation.objects.get(), is_solved=True)
    run_jobs()

    assert sorted(reason for reason, _case in reasons(SYSTEM)) == ["tenth", "waited"]


def test_whoever_sees_no_case_of_theirs_thanks_nobody() -> None:
    case = make_case()
    row = done(make_suggestion(case.customer, case=case))
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")

    actor = acting(Agent.objects.get(pk=boris.pk))

    assert reasons(actor) == []
    with refused("not_found"):
        debt_of(actor, timezone.now(), reason="suggested", source=row.pk, case=case.pk)
    assert desk(Agent.objects.get(pk=boris.pk)).get("/desk/thanks/whom").status_code == 200
