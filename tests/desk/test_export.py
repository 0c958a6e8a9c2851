"""What is taken out of one person's file, and what erasing them reaches."""

import json
import zipfile
from typing import Any

import pytest

from otklik.cases.actions import erase_person, note, skip_step
from otklik.cases.export import personal_data
from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Sight
from otklik.knowledge.models import Search
from otklik.reach.models import Attachment, Message, RawMessage
from otklik.standards.actions import Words
from otklik.team.models import Agent
from tests.building import (
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_standard,
)

pytestmark = pytest.mark.django_db

PETR = "petr@mail.example"


def taken(customer: Customer, agent: Agent) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """data.json, inner/notes.json and the names of all."""
    with personal_data(customer, actor=acting(agent)) as file, zipfile.ZipFile(file) as archive:
        inner = json.loads(archive.read("inner/notes.json"))
        return json.loads(archive.read("data.json")), inner, archive.namelist()


@pytest.fixture
def case() -> Case:
    make_inbox()
    return make_case(subject="Дело Ивана")


def test_what_colleagues_wrote_among_themselves_stands_apart(case: Case) -> None:
    note(case=case, actor=acting(case.owner), text="Между нами: Иван сердит.")

    data, inner, names = taken(case.customer, case.owner)

    assert "Между нами" not in json.dumps(data, ensure_ascii=False)
    assert [one["text"] for one in inner["notes"]] == ["Между нами: Иван сердит."]
    assert inner["is_inner"] is True
    assert "inner/README.txt" in names


def test_why_a_step_was_left_out_is_taken_out_with_what_colleagues_wrote(case: Case) -> None:
    make_standard(words=Words(how=["Извинились"]), case_kind="complaint")
    theirs = make_case(owner=case.owner, customer=case.customer, kind="complaint")
    skip_step(case=theirs, number=1, because="Иван просил без извинений", actor=acting(case.owner))

    data, inner, _names = taken(case.customer, case.owner)

    assert "без извинений" not in json.dumps(data, ensure_ascii=False)
    [left] = inner["steps_left_out"]
    assert (left["case_id"], left["number"], left["because"]) == (theirs.pk, 1, "Иван просил без извинений")


def test_only_what_the_exporter_sees_is_taken_out(case: Case) -> None:
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    mine = make_case(owner=boris, customer=case.customer, subject="Дело Бориса")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)

    data, _inner, _names = taken(case.customer, Agent.objects.get(pk=boris.pk))

    assert [one["number"] for one in data["cases"]] == [mine.number]
    assert "Дело Ивана" not in json.dumps(data, ensure_ascii=False)


def written_into_ivans_case(case: Case) -> Message:
    """Пётр answers in a conversation that is Ivan's."""
    conversation = case.threads.get().conversation
    return Message.objects.create(
        conversation=conversation, direction="in", author_address=PETR, author_name="Пётр", external_id="petr-1",
        text="Моё слово: тайна Петра", full_text="Моё слово: тайна Петра", subject="Re: Дело",
    )  # fmt: skip


def test_words_in_cases_of_others_are_exported_and_erased(case: Case) -> None:
    petr = make_customer("Пётр", PETR)
    said = written_into_ivans_case(case)
    Case.objects.filter(pk=case.pk).update(preview="Моё слово: тайна Петра")

    data, _inner, _names = taken(petr, make_agent("Ольга", "olga@gorizont.example", "lead"))
    assert [one["text"] for one in data["in_cases_of_others"]] == ["Моё слово: тайна Петра"]
    erase_person(customer=petr, actor=SYSTEM)

    said.refresh_from_db()
    assert (said.text, said.full_text, said.author_address, said.author_name) == ("", "", "", "")
    assert "тайна" not in fresh(case).preview
    assert fresh(case).subject == "Дело Ивана"
    assert Message.objects.exclude(pk=said.pk).filter(conversation=said.conversation).exclude(text="").exists()


def test_an_export_out_of_sight_holds_no_words_from_cases_of_others(case: Case) -> None:
    petr = make_customer("Пётр", PETR)
    written_into_ivans_case(case)
    eve = make_agent("Ева", "eve@gorizont.example")
    Agent.objects.filter(pk=eve.pk).update(sight=Sight.OWN)

    data, _inner, _names = taken(petr, Agent.objects.get(pk=eve.pk))

    assert data["in_cases_of_others"] == []


def test_a_conversation_that_came_into_the_case_of_another_leaves_nothing_there(case: Case) -> None:
    petr = make_customer("Пётр", PETR)
    theirs = make_case(owner=case.owner, customer=petr, subject="Тайна Петра", address=PETR)
    other = make_case(owner=case.owner, customer=case.customer, subject="Тайна Петра")
    other.threads.all().delete()
    theirs.threads.update(case=other)
    Case.objects.filter(pk__in=[theirs.pk, other.pk]).update(preview="Тайна Петра", summary="Тайна открыта")

    erase_person(customer=petr, actor=SYSTEM)

    assert "айна" not in f"{fresh(theirs).subject} {fresh(theirs).preview} {fresh(theirs).summary}"
    assert "айна" not in f"{fresh(other).subject} {fresh(other).preview} {fresh(other).summary}"
    assert fresh(case).subject == "Дело Ивана"


def test_a_letter_as_it_came_and_its_files_go_too(case: Case) -> None:
    arrive(letter("Тайна", From=f"Пётр <{PETR}>"))
    petr = Customer.objects.get(contact_points__value=PETR)

    erase_person(customer=petr, actor=SYSTEM)

    assert not Attachment.objects.filter(message__conversation__customer=petr).exists()
    assert all(raw.body is None for raw in RawMessage.objects.filter(state=RawMessage.State.DELETED))
    assert RawMessage.objects.filter(state=RawMessage.State.DELETED).exists()


def test_questions_to_the_help_centre_are_exported(case: Case) -> None:
    Search.objects.create(words="как вернуть", place="site", found=0, is_answered=False, case_id=case.pk)

    data, _inner, _names = taken(case.customer, case.owner)

    assert [one["words"] for one in data["questions"]] == ["как вернуть"]
