"""A case turns out to be another customer's: who is answered, who sees what; a letter that a colleague passed on."""

import threading

import pytest
from django.db import connection
from django.test import Client

from otklik.cases.actions import change_customer, confirm_satisfaction, mark_solved, merge_cases, note, reply
from otklik.cases.events import CustomerChanged
from otklik.cases.handlers import welcome
from otklik.cases.models import Case, FormerCustomer
from otklik.cases.queries import case_link
from otklik.cases.search import search
from otklik.customers.actions import erase_customer, identify, merge_customers
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.voice.models import Invitation
from tests.api.calling import Program
from tests.building import IVAN, acting, arrive, fresh, letter, make_agent, make_case, make_customer, outbox, run_jobs
from tests.desk.visiting import desk
from tests.stories.test_from_first_word_to_satisfied import plain
from tests.together import locks

OLEG = "oleg@client.example"
FORWARDED = """Коллеги, это вам.

-------- Пересылаемое сообщение --------
От кого: Олег <oleg@client.example>
Кому: judge@example.test
Дата: Суббота, 28 ноября 2026, 10:00 +03:00
Тема: Сломался сайт

Не открывается сайт."""


def make_oleg() -> Customer:
    return identify(kind="email", value=OLEG, name="Олег Петров")


def give(case: Case, *, may_see_own: bool = False) -> Case:
    change_customer(case=case, actor=acting(case.owner), to=make_oleg(), may_see_own=may_see_own)
    run_jobs()
    return fresh(case)


@pytest.mark.django_db
class TestWhoIsAnswered:
    def test_the_new_customer_is_told_who_serves_them_and_gets_the_answers(self) -> None:
        case = give(make_case())

        welcome_letter = outbox()[-1]
        reply(case=case, actor=acting(case.owner), text="Чиним")
        run_jobs()

        assert case.customer.name == "Олег Петров"
        assert b"X-Envelope-To: oleg@client.example" in welcome_letter
        assert case.owner.name in plain(welcome_letter)
        assert b"X-Envelope-To: oleg@client.example" in outbox()[-1]
        assert "Чиним" in plain(outbox()[-1])

    def test_the_former_one_is_a_stranger_now_and_the_new_one_is_heard(self) -> None:
        case = make_case()
        first = Message.objects.get(conversation__thread__case=case, purpose="acknowledgement")
        case = give(case)
        last = Message.objects.filter(conversation__thread__case=case).latest("id")

        arrive(letter("Это я, Иван", In_Reply_To=f"<{first.external_id}>", Message_ID="<old@x.example>"))
        arrive(
            letter("Спасибо", From=f"Олег <{OLEG}>", In_Reply_To=f"<{last.external_id}>", Message_ID="<new@x.example>")
        )

        said = dict(Message.objects.filter(direction="in").values_list("external_id", "is_sender_verified"))
        assert (said["old@x.example"], said["new@x.example"]) == (False, True)
        assert Case.objects.count() == 1

    def test_the_reaction_run_twice_sends_one_letter(self) -> None:
        case = give(make_case())
        happened = Event.objects.get(name="cases.customer_changed")
        before = len(outbox())

        welcome(CustomerChanged(case_id=case.pk, customer_id=case.customer_id, **happened.payload))
        run_jobs()

        assert len(outbox()) == before

    def test_search_finds_it_by_the_new_name(self) -> None:
        case = give(make_case())

        assert [hit.case_id for hit in search("Олег", actor=SYSTEM, size=5).hits] == [case.pk]


@pytest.mark.django_db
class TestWhoSeesWhat:
    def test_the_former_customer_sees_nothing_unless_it_is_decided(self, client: Client) -> None:
        case = make_case()
        link = case_link(case)
        give(case)

        assert client.get(f"/case/{link}/").status_code == 404

    def test_they_may_keep_what_was_between_them_and_us(self, client: Client) -> None:
        case = make_case(text="Слова Ивана")
        link = case_link(case)
        reply(case=case, actor=acting(case.owner), text="Ответ Ивану")
        note(case=fresh(case), actor=acting(case.owner), text="Заметка для своих")
        run_jobs()
        case = give(case, may_see_own=True)
        reply(case=case, actor=acting(case.owner), text="Ответ Олегу")
        run_jobs()

        page = client.get(f"/case/{link}/")

        assert page.status_code == 200
        assert "Ответ Ивану" in page.text
        assert "Ответ Олегу" not in page.text
        assert "Заметка" not in page.text
        assert "Олег" not in page.text
        assert client.post(f"/case/{link}/", {"text": "Ещё"}).status_code == 404
        assert client.post(f"/case/{link}/solved/").status_code == 404

    def test_the_new_customer_does_not_read_the_former_ones_words(self, client: Client) -> None:
        case = make_case(text="Секрет Ивана")
        reply(case=case, actor=acting(case.owner), text="Ответ Ивану")
        run_jobs()
        case = give(case)
        reply(case=case, actor=acting(case.owner), text="Ответ Олегу")
        run_jobs()

        page = client.get(f"/case/{case_link(case)}/").text

        assert "Ответ Олегу" in page
        assert "Секрет" not in page
        assert "Ответ Ивану" not in page

    def test_an_erased_former_customer_has_no_way_in(self, client: Client) -> None:
        case = make_case()
        link = case_link(case)
        ivan = case.customer
        give(case, may_see_own=True)

        erase_customer(customer=ivan, actor=SYSTEM)

        assert client.get(f"/case/{link}/").status_code == 404

    def test_given_back_it_is_wholly_theirs_again(self, client: Client) -> None:
        case = make_case(text="Слова Ивана")
        ivan = case.customer
        case = give(case, may_see_own=True)

        change_customer(case=case, actor=acting(case.owner), to=ivan)

        case = fresh(case)
        assert case.customer == ivan
        assert not FormerCustomer.objects.exists()
        assert "Слова Ивана" in client.get(f"/case/{case_link(case)}/").text

    def test_the_question_to_the_former_customer_is_dead(self, client: Client) -> None:
        case = make_case()
        mark_solved(case=case, actor=acting(case.owner), summary="Готово")
        run_jobs()
        token = Invitation.objects.get().token
        case = give(fresh(case))

        assert client.get(f"/answer/{token}").status_code == 404
        assert client.post(f"/answer/{token}", {"solved": "yes"}).status_code == 404
        assert fresh(case).state == Case.State.SOLVED
        with pytest.raises(Refusal) as refused:
            confirm_satisfaction(case=fresh(case), actor=acting(case.owner))
        assert refused.value.code == "only_the_customer"


@pytest.mark.django_db
class TestRefusals:
    def refused(self, case: Case, to: Customer, **values: object) -> str:
        with pytest.raises(Refusal) as refused:
            change_customer(case=case, actor=acting(case.owner), to=to, **values)  # type: ignore[arg-type]
        return refused.value.code

    def test_the_same_customer(self) -> None:
        case = make_case()

        assert self.refused(case, case.customer) == "same_customer"

    def test_one_who_was_erased_or_merged(self) -> None:
        case = make_case()
        oleg, other = make_oleg(), make_customer("Олег", "oleg2@client.example")
        merge_customers(into=other, other=oleg, actor=SYSTEM)

        assert self.refused(case, oleg) == "customer_gone"
        erase_customer(customer=other, actor=SYSTEM)
        assert self.refused(case, other) == "customer_gone"

    def test_a_case_that_went_elsewhere(self) -> None:
        case = make_case()
        into = make_case(owner=case.owner, customer=case.customer)
        merge_cases(into=into, other=case, actor=SYSTEM)

        assert self.refused(fresh(case), make_oleg()) == "merged_already"

    def test_a_word_that_nobody_has_read(self) -> None:
        case = make_case()
        seen = Message.objects.filter(conversation__thread__case=case).latest("id")
        arrive(letter("Ещё слово", In_Reply_To=f"<{seen.external_id}>"))

        assert self.refused(case, make_oleg(), seen_message_id=seen.pk) == "changed_meanwhile"

    def test_an_agent_who_does_not_see_the_case(self) -> None:
        case = make_case()
        other = make_agent("Игорь Лыткин", "igor@gorizont.example")
        other.sight = "own"

        with pytest.raises(Refusal) as refused:
            change_customer(case=case, actor=acting(other), to=make_oleg())

        assert refused.value.code == "not_found"


@pytest.mark.django_db
class TestDoors:
    def test_the_api(self) -> None:
        case = make_case()
        program = Program(case.owner)

        changed = program.post(f"/cases/{case.pk}/customer", {"customer": {"email": OLEG, "name": "Олег"}})
        again = program.post(f"/cases/{case.pk}/customer", {"customer": OLEG})

        assert (changed.status_code, changed.json()["customer"]["email"]) == (200, OLEG)
        assert (again.status_code, again.json()["code"]) == (422, "same_customer")

    def test_the_page(self) -> None:
        case = make_case()
        client = desk(case.owner)

        empty = client.post(f"/desk/cases/{case.pk}/customer", {})
        done = client.post(f"/desk/cases/{case.pk}/customer", {"email": OLEG, "name": "Олег", "may_see_own": "on"})

        assert empty.status_code == 422
        assert done.status_code == 302
        assert fresh(case).customer.name == "Олег"
        assert FormerCustomer.objects.get().case == case
        assert "передано другому клиенту" in client.get(f"/desk/cases/{case.pk}/").text


@pytest.mark.django_db
class TestPassedOn:
    @pytest.fixture
    def judge(self) -> None:
        make_agent("Судья", "judge@example.test", Role.LEAD)

    def arrive(self, **headers: str) -> Case:
        sent = {"From": "Судья <judge@example.test>", "Subject": "Fwd: Сломался сайт"} | headers
        arrive(letter(FORWARDED, **sent))
        return Case.objects.get()

    @pytest.mark.usefixtures("judge")
    def test_a_colleague_gets_no_receipt_and_is_offered_the_author(self) -> None:
        before = len(outbox())
        case = self.arrive()

        page = desk(case.owner).get(f"/desk/cases/{case.pk}/").text
        form = desk(case.owner).get(f"/desk/cases/{case.pk}/customer").text

        assert len(outbox()) == before
        assert OLEG in page
        assert f"/desk/cases/{case.pk}/customer" in page
        assert f'value="{OLEG}"' in form

    @pytest.mark.usefixtures("judge")
    def test_once_taken_the_author_is_answered_and_nothing_is_offered(self) -> None:
        case = self.arrive()

        desk(case.owner).post(f"/desk/cases/{case.pk}/customer", {"email": OLEG, "name": "Олег"})
        run_jobs()
        reply(case=fresh(case), actor=acting(case.owner), text="Чиним")
        run_jobs()

        assert fresh(case).customer.name == "Олег"
        assert b"X-Envelope-To: oleg@client.example" in outbox()[-1]
        assert "Сделать клиентом" not in desk(case.owner).get(f"/desk/cases/{case.pk}/").text

    def test_a_customer_who_passes_something_on_is_a_customer(self) -> None:
        make_agent()
        before = len(outbox())

        case = self.arrive(From=f"Иван <{IVAN}>")

        assert len(outbox()) == before + 1
        assert "Сделать клиентом" not in desk(case.owner).get(f"/desk/cases/{case.pk}/").text

    @pytest.mark.usefixtures("judge")
    def test_a_colleague_who_writes_for_themselves_is_a_customer(self) -> None:
        before = len(outbox())

        arrive(letter("У меня самого не открывается сайт.", From="Судья <judge@example.test>"))

        assert len(outbox()) == before + 1


@locks("cases.actions.handing.change_customer")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_customer_at_once_both_are_written_one_after_the_other() -> None:
    case = make_case()
    others = [make_oleg(), make_customer("Мария", "maria@mail.example")]
    errors: list[BaseException] = []

    def change(to: Customer) -> None:
        try:
            change_customer(case=Case.objects.get(pk=case.pk), actor=SYSTEM, to=to)
        except BaseException as error:  # noqa: BLE001  (shown below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=(to,)) for to in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    changes = Event.objects.filter(name="cases.customer_changed").order_by("id")
    assert errors == []
    assert [row.payload["from_customer_id"] for row in changes][1] == changes[0].customer_id
    assert fresh(case).customer_id == changes[1].customer_id


@pytest.mark.django_db
def test_programs_are_offered_the_author_of_a_letter_that_was_passed_on_until_the_case_is_theirs() -> None:
    anna = make_agent()
    arrive(letter(FORWARDED, From="Анна <anna@gorizont.example>", Subject="Fwd: Сломался сайт"))
    case, program = Case.objects.get(), Program(anna)

    offered = program.get(f"/cases/{case.pk}").json()["passed_on"]
    given = program.post(f"/cases/{case.pk}/customer", {"customer": offered})
    after = program.get(f"/cases/{case.pk}").json()

    assert offered == {"name": "Олег", "email": OLEG}
    assert given.status_code == 200
    assert (after["passed_on"], after["customer"]["email"]) == (None, OLEG)
