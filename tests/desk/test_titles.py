"""What the house says in place of words is kept as no words: each reader is told in their own language."""

from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from otklik.cases.actions import edit_case, erase_cases
from otklik.cases.macros import values_for
from otklik.cases.models import Case
from otklik.knowledge.actions import edit_draft, publish, restore, start_draft, write_article
from otklik.knowledge.actions.writing import Words
from otklik.reach.actions import release_held
from otklik.reach.models import Message, RawMessage
from otklik.team.models import Agent
from tests.building import acting, arrive, fresh, letter, make_agent, make_case, make_lead, refused
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def seen(agent: Agent, address: str, language: str) -> str:
    agent.language = language
    agent.save(update_fields=["language"])
    return desk(agent).get(address).text


def without_subject(anna: Agent) -> Case:
    case = make_case(owner=anna)
    Case.objects.filter(pk=case.pk).update(subject="")
    return fresh(case)


def test_a_letter_that_says_nothing_has_no_subject_and_each_reader_is_told_so(anna: Agent) -> None:
    arrive(letter("", Subject=""))

    case = Case.objects.get()

    assert case.subject == ""
    assert "Без темы" in seen(anna, f"/desk/cases/{case.pk}/", "ru")
    assert "Without a subject" in seen(anna, f"/desk/cases/{case.pk}/", "en")
    assert "Without a subject" in seen(anna, "/desk/", "en")


def test_a_case_without_a_subject_is_edited_without_inventing_one(anna: Agent) -> None:
    case = without_subject(anna)
    typed = {"subject": "", "kind": "complaint", "priority": "normal", "team": case.team_id}

    desk(anna).post(f"/desk/cases/{case.pk}/edit", typed)

    assert (fresh(case).subject, fresh(case).kind) == ("", "complaint")


def test_a_subject_that_is_there_is_not_taken_away(anna: Agent) -> None:
    case = make_case(owner=anna)

    with refused("subject_missing"):
        edit_case(case=case, actor=acting(anna), changes={"subject": " "})


def test_an_erased_case_has_no_subject(anna: Agent) -> None:
    case = make_case(owner=anna)

    erase_cases(customer_id=case.customer_id)

    assert fresh(case).subject == ""


def test_a_prepared_text_names_the_case_in_the_language_of_the_customer(anna: Agent) -> None:
    case = without_subject(anna)
    case.customer.language = "en"

    with translation.override("ru"):
        values = values_for(case, acting(anna))

    assert values["case.subject"] == "Without a subject"


def test_a_released_letter_that_cannot_be_read_says_so_to_each_reader(anna: Agent) -> None:
    arrive(b"\r\n\r\n")

    release_held(raw=RawMessage.objects.get(), actor=acting(make_lead()))

    message = Message.objects.get()
    assert (message.text, message.notices) == ("", ["unreadable"])


def test_a_version_brought_back_names_the_earlier_one_until_its_words_change() -> None:
    olga = make_lead()
    article = write_article(words=Words(title="Возврат", body="Первое"), actor=acting(olga))
    first = article.versions.get()
    publish(version=first, actor=acting(olga))
    draft = start_draft(article=article, actor=acting(olga))
    draft = edit_draft(version=draft, words=Words(title="Возврат", body="Второе"), actor=acting(olga))
    publish(version=draft, actor=acting(olga))

    again = restore(version=first, actor=acting(olga))
    shown = [seen(olga, reverse("knowledge:versions", args=[article.pk]), language) for language in ("ru", "en")]
    same = edit_draft(version=again, words=Words(title="Возврат", body="Первое", change_note="Так"), actor=acting(olga))
    kept = same.as_in
    other = edit_draft(version=again, words=Words(title="Возврат", body="Третье"), actor=acting(olga))

    assert "Как в версии 1" in shown[0]
    assert "As in version 1" in shown[1]
    assert (kept, other.as_in) == (1, None)


# ── What is stored already ────────────────────────────────────────────────────────────────
def run(migration: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(import_module(migration)._THERE)


@pytest.mark.parametrize("words", ["Without a subject", "Без темы", "Erased", "Удалено"])
def test_old_words_of_the_house_go(anna: Agent, words: str) -> None:
    case = make_case(owner=anna)
    Case.objects.filter(pk=case.pk).update(subject=words)

    run("otklik.cases.migrations.0014_no_subject_is_no_sentence")

    assert fresh(case).subject == ""


def test_the_same_words_of_a_customer_or_an_agent_stay(anna: Agent) -> None:
    arrive(letter("Пришёл пустой бланк", Subject="Без темы"))
    said, edited = Case.objects.get(), make_case(owner=anna)
    edit_case(case=edited, actor=acting(anna), changes={"subject": "Удалено"})

    run("otklik.cases.migrations.0014_no_subject_is_no_sentence")

    assert (fresh(said).subject, fresh(edited).subject) == ("Без темы", "Удалено")


def test_an_old_letter_that_could_not_be_read_becomes_a_notice(anna: Agent) -> None:
    told = "Письмо не удалось прочитать. Оригинал приложен."
    arrive(b"\r\n\r\n")
    release_held(raw=RawMessage.objects.get(), actor=acting(make_lead()))
    Message.objects.update(text=told, full_text=told, notices=[])

    run("otklik.reach.migrations.0017_unreadable_is_no_sentence")

    message = Message.objects.get()
    assert (message.text, message.full_text, message.notices) == ("", "", ["unreadable"])


def test_an_old_note_of_the_house_becomes_the_number_of_the_version() -> None:
    olga = acting(make_lead())
    article = write_article(words=Words(title="Возврат", body="Первое"), actor=olga)
    publish(version=article.versions.get(), actor=olga)
    own = start_draft(article=article, actor=olga)
    article.versions.filter(pk=own.pk).update(change_note="Как в версии 1", body="Не то же")
    run("otklik.knowledge.migrations.0010_as_in_is_no_sentence")
    typed = article.versions.values_list("change_note", "as_in").get(pk=own.pk)
    article.versions.filter(pk=own.pk).update(body="Первое")

    run("otklik.knowledge.migrations.0010_as_in_is_no_sentence")

    assert typed == ("Как в версии 1", None)
    assert article.versions.values_list("change_note", "as_in").get(pk=own.pk) == ("", 1)
