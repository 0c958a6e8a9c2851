"""Somebody looks for an answer alone: finds it, or comes to a person who knows what was looked for."""

import re

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.knowledge.actions import Words, publish, write_article
from otklik.knowledge.models import Search, SelfService
from otklik.knowledge.visits import trail_of_visit
from otklik.reach.models import Attachment
from tests.building import make_agent, make_inbox, run_jobs
from tests.portal.typing_in import once, picture, typed

pytestmark = pytest.mark.django_db
IVAN = {"accept-language": "ru", "user-agent": "Mozilla/5.0 Firefox/140"}


@pytest.fixture(autouse=True)
def article() -> None:
    words = Words(
        title="Как вернуть деньги за учебник?",
        body="Напишите нам, и деньги за учебник вернутся за три дня.",
        summary="Деньги вернутся за три дня.",
        questions=["Хочу вернуть деньги за учебник"],
    )
    written = write_article(words=words, actor=SYSTEM)
    publish(version=written.versions.get(), actor=SYSTEM)


def test_nothing_fits_and_the_person_already_knows_it(client: Client) -> None:
    anna = make_agent()
    make_inbox()

    page = client.get("/help/search", {"q": "синхрофазотрон"}, headers=IVAN).text
    way = re.search(r'class="btn primary" href="(/contact/\?q=[^"]+)"', page)
    assert way is not None
    client.post(f"/help/read/{_number(client)}", headers=IVAN)

    form = client.get(way[1], headers=IVAN).text
    assert 'value="синхрофазотрон"' in form
    assert "<q>синхрофазотрон</q>" in form
    assert "Как вернуть деньги за учебник?" in form
    assert re.search(r'name="carry" value="1" checked', form)
    client.post("/contact/", typed(subject="синхрофазотрон", text="Не включается.", carry="1"), headers=IVAN)
    run_jobs()

    case = Case.objects.get()
    assert Search.objects.get().case_id == case.pk
    client.force_login(anna)
    desk = client.get(f"/desk/cases/{case.number}/").text
    assert "Before they wrote" in desk or "До обращения" in desk
    assert "<q>синхрофазотрон</q>" in desk
    assert "Как вернуть деньги за учебник?" in desk


def test_who_does_not_want_to_carry_it_along_does_not(client: Client) -> None:
    make_agent()
    client.get("/help/search", {"q": "мой секрет"}, headers=IVAN)

    client.post("/contact/", typed(text="Не включается.", subject=""), headers=IVAN)

    assert Case.objects.count() == 1
    assert Search.objects.get().case_id is None


def test_an_article_found_in_time_is_counted_once(client: Client) -> None:
    page = client.get("/help/search", {"q": "вернуть деньги за учебник"}, headers=IVAN).text
    chosen = re.search(r'href="(/help/kak-vernut[^"?]+)\?s=\d+"', page)
    assert chosen is not None
    for word in ("y", "s", "s"):
        client.post(f"{chosen[1]}/said", {"word": word, "language": "ru"}, headers=IVAN)

    assert SelfService.objects.count() == 1
    assert not Case.objects.exists()


def test_before_it_is_sent_an_article_may_help_and_sending_is_one_press_away(client: Client) -> None:
    make_agent()
    make_inbox()
    letter = typed(subject="", text="Хочу вернуть деньги за учебник", attachments=[picture()])

    offer = client.post("/contact/", letter, headers=IVAN)
    assert offer.status_code == 200
    assert "Как вернуть деньги за учебник?" in offer.text
    assert not Case.objects.exists()
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', offer.text))
    changed = client.post("/contact/", {**kept, "change": "1"}, headers=IVAN)
    assert "Хочу вернуть деньги за учебник" in changed.text
    assert not Case.objects.exists()

    sent = client.post("/contact/", kept, headers=IVAN)

    assert sent.status_code == 302
    case = Case.objects.get()
    assert case.preview == "Хочу вернуть деньги за учебник"
    assert list(Attachment.objects.values_list("name", flat=True)) == ["статус.png"]


def test_this_solved_it_before_sending_is_the_success_we_count(client: Client) -> None:
    make_agent()
    offer = client.post("/contact/", typed(subject="", text="Хочу вернуть деньги за учебник"), headers=IVAN).text
    number = re.search(r'form="solved-form" name="article" value="(\d+)"', offer)
    assert number is not None

    for _twice in range(2):
        answer = client.post("/help/solved/", {"article": number[1]}, headers=IVAN)
    assert client.get(answer["Location"], headers=IVAN).status_code == 200

    assert SelfService.objects.get().place == "form"
    assert not Case.objects.exists()
    assert not trail_of_visit("")


@pytest.mark.parametrize("kind", ["complaint", "thanks", "suggestion"])
def test_who_complains_is_not_given_something_to_read(client: Client, kind: str) -> None:
    make_agent()

    answer = client.post("/contact/", typed(kind=kind, text="Хочу вернуть деньги за учебник", once=once(kind)))

    assert answer.status_code == 302


def _number(client: Client) -> int:
    page = client.get("/help/kak-vernut-dengi-za-uchebnik", headers=IVAN).text
    found = re.search(r'data-read="/help/read/(\d+)"', page)
    assert found is not None
    return int(found[1])
