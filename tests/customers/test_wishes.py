"""How a person likes to be served: written down by colleagues or by themselves, read beside every case, forgotten."""

import json
import zipfile
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from otklik.cases.actions import erase_person
from otklik.cases.export import personal_data
from otklik.cases.macros import fill, values_for
from otklik.cases.models import Case
from otklik.customers.actions import Wished, edit_customer, merge_customers, write_wishes
from otklik.customers.manner import FIELDS, changes_of, in_one_line, name_for
from otklik.customers.models import Customer, Wishes
from otklik.customers.queries import newest_wishes, wishes_written
from otklik.foundation.actors import SYSTEM, Actor, ActorKind, Role, Sight
from otklik.foundation.models import Event
from otklik.foundation.sentences import names_for, sentence
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    outbox,
    refused,
)
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
OLGA = Wished(
    pace="short", channel="email", form="patronymic", called_as="Ольга Сергеевна", needs=["no_phone", "large_print"],
    own_words="вход с коляской", upset="три письма без ответа",
)  # fmt: skip
ABOUT = "customers.wishes_changed"


def write(case: Case, actor: Actor | None = None, was: int | None = None, **words: Any) -> Wishes | None:
    return write_wishes(customer=case.customer, actor=actor or acting(case.owner), wished=Wished(**words), was=was)


# ── Written ───────────────────────────────────────────────────────────────────────────────
def test_it_is_written_with_whoever_wrote_it_and_history_has_no_word_of_it() -> None:
    case = make_case()
    write_wishes(customer=case.customer, actor=acting(case.owner), wished=OLGA)

    held = newest_wishes(case.customer_id)
    assert held is not None
    assert (held.number, held.agent_name, held.agent_id) == (1, "Анна Смирнова", case.owner_id)
    assert held.needs == ["large_print", "no_phone"]
    event = Event.objects.get(name=ABOUT)
    assert event.payload["fields"] == [f"wish_{name}" for name in FIELDS]
    assert "Ольга" not in json.dumps(event.payload, ensure_ascii=False)
    with translation.override("ru"):
        assert "темп" in sentence(event, names_for([event]))
        assert in_one_line(held) == [
            "коротко", "письмом", "обращаться: Ольга Сергеевна", "крупный шрифт, не звонить", "вход с коляской",
            "расстроило: три письма без ответа",
        ]  # fmt: skip


def test_the_same_once_more_changes_nothing() -> None:
    case = make_case()
    write(case, pace="short")
    write(case, pace=" short ".strip())

    assert Wishes.objects.count() == Event.objects.filter(name=ABOUT).count() == 1


def test_nothing_said_is_nothing_written() -> None:
    case = make_case()

    assert write(case) is None
    assert not Wishes.objects.exists()


def test_customers_write_about_themselves_and_about_nobody_else() -> None:
    case = make_case()
    petr = make_customer("Пётр", "petr@mail.example")

    held = write(case, customer_actor(case), pace="detailed")

    assert held is not None
    assert (held.agent_name, held.agent_id) == ("", None)
    with refused("not_allowed"):
        write(case, Actor(kind=ActorKind.CUSTOMER, pk=petr.pk), pace="short")


def test_nobody_writes_about_a_person_out_of_sight() -> None:
    case = make_case()
    stranger = Actor(kind=ActorKind.AGENT, pk=make_agent("Вера", "vera@gorizont.example").pk, role=Role.AGENT,
                     sight=Sight.OWN)  # fmt: skip

    with refused("not_found"):
        write(case, stranger, pace="short")
    with refused("not_allowed"):
        write(case, Actor(kind=ActorKind.AGENT, pk=case.owner_id, role=None, sight=Sight.ALL), pace="short")


def test_who_has_read_something_older_is_told() -> None:
    case = make_case()
    write(case, was=0, pace="short")
    with refused("changed_meanwhile"):
        write(case, was=0, pace="detailed")

    held = write(case, was=1, pace="detailed")

    assert held is not None
    assert held.number == 2


def test_calls_are_not_chosen_by_who_wants_none() -> None:
    case = make_case()
    with refused("wishes_contradict"):
        write(case, channel="phone", needs=["no_phone"])
    with pytest.raises(IntegrityError, match="nobody_is_called_who_wants_no_phone"), transaction.atomic():
        Wishes.objects.create(customer=case.customer, number=1, channel="phone", needs=["no_phone", "large_print"])


def test_a_patronymic_has_to_be_known_and_a_name_is_one() -> None:
    case = make_case()
    with refused("patronymic_missing"):
        write(case, form="patronymic")
    with refused("name_invalid"):
        write(case, called_as="Жмите на evil.example")
    with pytest.raises(IntegrityError, match="who_is_called_by_patronymic_has_told_it"), transaction.atomic():
        Wishes.objects.create(customer=case.customer, number=1, form="patronymic")


def test_nothing_is_written_about_who_was_erased_or_merged() -> None:
    case = make_case()
    Customer.objects.filter(pk=case.customer_id).update(merged_into=make_customer("Пётр", "petr@mail.example"))
    with refused("customer_gone"):
        write(case, SYSTEM, pace="short")
    erased = make_customer("Мария", "maria@mail.example")
    erase_person(customer=erased, actor=SYSTEM)
    with refused("customer_gone"):
        write_wishes(customer=erased, actor=SYSTEM, wished=Wished(pace="short"))


@locks("customers.actions.wishes.write_wishes")
@pytest.mark.django_db(transaction=True)
def test_of_two_who_have_read_the_same_one_is_told() -> None:
    case = make_case()

    said = while_open(
        lambda: write(case, was=0, pace="short"), lambda: write(case, customer_actor(case), was=0, pace="detailed")
    )

    assert said == ["done", "changed_meanwhile"]
    assert [row.pace for row in wishes_written(case.customer_id)] == ["short"]


def test_every_change_is_a_sentence() -> None:
    case = make_case()
    write(case, pace="short", needs=["no_phone"])
    write(case, customer_actor(case), pace="detailed")

    with translation.override("ru"):
        newest, first = changes_of(wishes_written(case.customer_id))
    assert (first.author, first.sentences) == ("Анна Смирнова", ["Темп: «коротко».", "Что нужно: «не звонить»."])
    assert newest.author == ""
    assert newest.sentences == [
        "Темп: «с подробностями», было «коротко».",
        "Что нужно: больше ничего, было «не звонить».",
    ]


# ── What people are called ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("form", "name", "called"),
    [
        ("patronymic", "Козлов Иван Петрович", "Иван Петрович"),
        ("patronymic", "Иван Петрович Козлов", "Иван Петрович"),
        ("patronymic", "Вересаева Ольга Сергеевна", "Ольга Сергеевна"),
        ("patronymic", "Илья Ильич Обломов", "Илья Ильич"),
        ("patronymic", "Мамедов Али Гасан оглы", ""),
        ("patronymic", "Иван Козлов", ""),
        ("patronymic", "Анна Ковалевич", ""),
        ("patronymic", "", ""),
        ("first_name", "Козлов Иван Петрович", "Иван"),
        ("first_name", "Иван Козлов", "Иван"),
        ("first_name", "John Smith", "John"),
        ("first_name", "", ""),
        ("", "Иван Козлов", ""),
    ],
)
def test_the_name_says_what_somebody_is_called_or_nothing(form: str, name: str, called: str) -> None:
    assert name_for(form, name) == called


def test_templates_and_letters_call_them_so() -> None:
    case = make_case(customer=make_customer("Козлов Иван Петрович"))
    assert values_for(case, acting(case.owner))["customer.first_name"] == "Козлов"
    write(case, form="patronymic")

    values = values_for(fresh(case), acting(case.owner))
    assert fill("{{ customer.greeting }} {{customer.first_name}}", values) == (
        "Здравствуйте, Иван Петрович! Иван Петрович"
    )
    arrive(letter("Ещё один вопрос", Subject="Другое дело"))
    mail = message_from_bytes(outbox()[-1], policy=policy.default)
    words = mail.get_body(("plain",))
    assert words is not None
    assert "Иван Петрович, ваше письмо" in words.get_content()
    assert "Козлов Иван Петрович" in str(mail["To"])


def test_without_a_name_a_greeting_has_none() -> None:
    case = make_case(customer=make_customer(""))
    assert values_for(case, acting(case.owner))["customer.greeting"] == "Здравствуйте!"


def test_what_was_taken_from_a_name_follows_it_when_it_is_corrected() -> None:
    case = make_case(customer=make_customer("Ивван Козлов"))
    write(case, form="first_name", pace="short")

    edit_customer(customer=fresh(case).customer, actor=SYSTEM, changes={"name": "Иван Козлов"})

    assert fresh(case).customer.greeted_as == "Иван"
    held = newest_wishes(case.customer_id)
    assert held is not None
    assert (held.number, held.called_as, held.pace) == (2, "Иван", "short")
    write(case, called_as="Ваня")
    edit_customer(customer=fresh(case).customer, actor=SYSTEM, changes={"name": "Пётр Козлов"})
    assert fresh(case).customer.greeted_as == "Ваня"


# ── Read, taken out, joined, forgotten ────────────────────────────────────────────────────
def test_it_stands_beside_the_case_in_one_line_with_the_way_to_change_it() -> None:
    case = make_case()
    anna = desk(case.owner)
    assert "Пока никто не записал" in anna.get(f"/desk/cases/{case.pk}/").text
    write_wishes(customer=case.customer, actor=acting(case.owner), wished=OLGA)

    page = anna.get(f"/desk/cases/{case.pk}/").text

    assert "обращаться: Ольга Сергеевна" in page
    assert f"/desk/customers/{case.customer_id}/wishes" in page


def test_a_colleague_writes_it_on_its_page() -> None:
    case = make_case()
    anna, path = desk(case.owner), f"/desk/customers/{case.customer_id}/wishes"
    assert anna.get(path).status_code == 200

    answer = anna.post(path, {"was": 0, "pace": "short", "needs": ["no_phone"]})

    assert answer.status_code == 302
    assert "не звонить" in anna.get(path).text
    wrong = anna.post(path, {"was": 1, "form": "patronymic"})
    assert wrong.status_code == 422
    assert "Отчество пока неизвестно" in wrong.text


def test_after_a_warning_that_somebody_else_wrote_saving_again_is_meant() -> None:
    case = make_case()
    anna, path = desk(case.owner), f"/desk/customers/{case.customer_id}/wishes"
    write(case, customer_actor(case), pace="short")

    told = anna.post(path, {"was": 0, "pace": "detailed"})

    assert told.status_code == 422
    assert 'name="was" value="1"' in told.text
    assert anna.post(path, {"was": 1, "pace": "detailed"}).status_code == 302


def test_it_is_taken_out_with_everything_else() -> None:
    case = make_case()
    write(case, upset="три письма без ответа")
    write(case, customer_actor(case))

    with personal_data(case.customer, actor=SYSTEM) as archive:
        data = json.loads(zipfile.ZipFile(archive).read("data.json"))

    assert [row["upset"] for row in data["how_to_serve"]] == ["три письма без ответа", ""]
    assert [row["written_by"] for row in data["how_to_serve"]] == ["Анна Смирнова", ""]


def test_it_is_erased_with_them() -> None:
    case = make_case()
    write_wishes(customer=case.customer, actor=SYSTEM, wished=OLGA)
    petr = make_customer("Пётр", "petr@mail.example")
    write_wishes(customer=petr, actor=SYSTEM, wished=Wished(pace="short", called_as="Петя"))

    erase_person(customer=case.customer, actor=SYSTEM)

    assert list(Wishes.objects.values_list("customer", flat=True)) == [petr.pk]
    assert fresh(case).customer.greeted_as == ""
    assert Customer.objects.get(pk=petr.pk).greeted_as == "Петя"


def test_of_two_records_of_one_person_what_both_say_is_kept() -> None:
    into, other = make_customer(), make_customer("И. Козлов", "i.kozlov@work.example")
    write_wishes(customer=into, actor=SYSTEM, wished=Wished(channel="phone", upset="Долго ждал"))
    write_wishes(customer=other, actor=SYSTEM, wished=Wished(pace="short", needs=["no_phone"], called_as="Ваня",
                                                             upset="Не то прислали"))  # fmt: skip

    merge_customers(into=into, other=other, actor=SYSTEM)

    held = newest_wishes(into.pk)
    assert held is not None
    assert (held.number, held.pace, held.channel, held.needs) == (2, "short", "", ["no_phone"])
    assert held.upset == "Долго ждал; Не то прислали"
    assert Customer.objects.get(pk=into.pk).greeted_as == "Ваня"
    assert newest_wishes(other.pk) is None


@pytest.mark.parametrize("who", ["into", "other"])
def test_of_two_records_what_only_one_says_is_kept(who: str) -> None:
    people = {"into": make_customer(), "other": make_customer("И. Козлов", "i.kozlov@work.example")}
    write_wishes(customer=people[who], actor=SYSTEM, wished=Wished(called_as="Ваня"))
    people = {name: Customer.objects.get(pk=row.pk) for name, row in people.items()}

    merge_customers(into=people["into"], other=people["other"], actor=SYSTEM)

    assert [row.called_as for row in wishes_written(people["into"].pk)] == ["Ваня"]
    assert Customer.objects.get(pk=people["into"].pk).greeted_as == "Ваня"
    assert Customer.objects.get(pk=people["other"].pk).addressed_as == ""
