import re

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from otklik.cases.actions import confirm_satisfaction
from otklik.cases.models import Case
from otklik.foundation.http.edge import DatabaseAway
from otklik.foundation.kept_rules import changed_rules
from otklik.foundation.policies import set_policy
from otklik.portal.queries import company
from otklik.team.actions import go_away
from tests.building import acting, customer_actor, make_agent, make_case, make_inbox
from tests.portal.typing_in import once

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}
PAGES = ["/", "/contact/", "/my/", "/privacy/", "/privacy/request/", "/accessibility/", "/how-we-count/"]


@pytest.fixture(autouse=True)
def forget_figures() -> None:
    cache.clear()


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_page_leads_to_a_person_and_obeys_the_policy(client: Client, path: str, language: str) -> None:
    make_agent()
    make_inbox()
    set_policy("company.phone", "8 800 555-01-42")

    page = client.get(path, headers={"accept-language": language})

    assert page.status_code == 200
    foot = page.text[page.text.index('<footer class="p-foot"') :]
    assert 'href="/contact/"' in foot
    assert 'href="tel:+78005550142"' in foot
    assert 'href="/accessibility/"' in foot
    assert 'href="/privacy/"' in foot
    assert page.text.count("<h1") == 1
    assert not re.search(r"\sstyle=|<script(?![^>]*src=)|\son\w+=|<c-|\{%|\{\{", page.text)
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))
    assert client.head(path).status_code == 200


def test_pages_work_in_an_empty_house(client: Client) -> None:
    for path in PAGES:
        assert client.get(path).status_code == 200, path


def test_the_start_page_names_who_is_here_and_not_who_is_away(client: Client) -> None:
    anna = make_agent()
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    go_away(agent=boris, actor=acting(boris))

    page = client.get("/").text

    assert anna.first_name in page
    assert "Борис" not in page


def test_no_figure_is_shown_without_enough_answers(client: Client) -> None:
    case = make_case()
    confirm_satisfaction(case=case, actor=customer_actor(case), satisfaction=5)

    assert "How we count" not in client.get("/", headers=EN).text
    assert "too few" in client.get("/how-we-count/", headers=EN).text


def test_the_figure_counts_the_last_word_of_each_case(client: Client) -> None:
    anna = make_agent()
    for _number in range(30):
        case = make_case(owner=anna)
        confirm_satisfaction(case=case, actor=customer_actor(case), satisfaction=5)
    cache.clear()

    page = client.get("/", headers=EN).text

    assert "100 % of 30" in page


def test_the_start_page_needs_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    make_agent()
    make_inbox()
    client.get("/")

    with django_assert_max_num_queries(9):  # type: ignore[operator]
        client.get("/")


def test_a_request_about_ones_data_is_a_case(client: Client) -> None:
    make_agent()

    answer = client.post(
        "/privacy/request/", {"once": once(), "email": "ivan@mail.example", "wish": "erase"}, headers=EN
    )

    assert answer.status_code == 302
    assert (Case.objects.get().kind, Case.objects.get().subject) == ("request", "Erase what you keep about me")


def test_a_request_without_a_wish_is_asked_again(client: Client) -> None:
    make_agent()

    answer = client.post("/privacy/request/", {"once": once(), "email": "ivan@mail.example"}, headers=EN)

    assert answer.status_code == 422
    assert "Choose one of the three" in answer.text


def test_machines_find_what_they_look_for(client: Client) -> None:
    make_inbox()

    robots, security = client.get("/robots.txt"), client.get("/.well-known/security.txt")

    assert "Disallow: /case/" in robots.text
    assert "Contact: mailto:help@gorizont.example" in security.text
    assert re.search(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z", security.text)
    assert client.get("/favicon.ico").status_code == 302


def test_the_language_is_switched_without_scripts(client: Client) -> None:
    client.post("/i18n/setlang/", {"language": "en", "next": "/contact/"})

    assert '<html lang="en"' in client.get("/contact/").text


@pytest.mark.parametrize("path", ["/no-such-page/", "/account/login/", "/case/broken/"])
def test_the_company_stands_on_pages_that_nobody_drew(client: Client, path: str) -> None:
    set_policy("company.name", value="Горизонт")
    set_policy("company.phone", value="+78005550142")

    page = client.get(path).content.decode()

    assert "Горизонт" in page
    assert "8 (800) 555-01-42" in page


def test_while_the_database_is_away_the_page_knows_the_house_and_asks_nothing(
    rf: RequestFactory, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    set_policy("company.name", value="Горизонт")
    company()
    changed_rules.forget()
    request = rf.get("/contact/")

    with django_assert_num_queries(0):
        answer = DatabaseAway(lambda _request: HttpResponse()).process_exception(request, OperationalError())

    assert answer is not None
    assert answer.status_code == 503
    assert "Горизонт" in answer.content.decode()


def test_a_phone_may_keep_the_portal(client: Client) -> None:
    set_policy("company.name", value="Учебный центр «Горизонт»")

    answer = client.get("/manifest.webmanifest")

    assert answer["Content-Type"] == "application/manifest+json"
    assert answer.json()["name"] == "Учебный центр «Горизонт»"
    assert len(answer.json()["short_name"]) <= 12
    assert 'rel="manifest" href="/manifest.webmanifest"' in client.get("/").content.decode()


def test_published_figures_say_how_sure_they_are_and_how_old(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = {"answered": 263, "solved": 81, "rated": 20, "happy": 19, "silent": 4}
    monkeypatch.setattr("otklik.portal.queries.house._count", lambda: counts)

    page = client.get("/how-we-count/", headers=EN).text

    assert "31 %, from 26 to 37 %, 263 answers" in page
    assert "95 %, from 76 to 99 %, 20 answers, too early to judge: 20 of 30" in page
    assert "anew every 10 minutes" in page
