"""The inbox: the right cases, in the right order, cheaply, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases.actions import mark_solved, reply
from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.foundation.http.paging import encode_cursor
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def numbers(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="case-(\d+)"', html)]


def many(count: int, owner: Agent) -> list[Case]:
    """Cases of one customer, quickly: copies of the first."""
    first = make_case(owner=owner)
    now = timezone.now()
    rows = []
    for index in range(count - 1):
        copy = Case.objects.get(pk=first.pk)
        copy.pk, copy.due_at, copy.last_word_at = None, now + timedelta(hours=index), now - timedelta(minutes=index)
        rows.append(copy)
    return [first, *Case.objects.bulk_create(rows)]


def test_cases_stand_by_promise_and_solved_ones_last() -> None:
    anna = make_agent()
    late, soon, solved = (make_case(owner=anna, subject=name) for name in ("late", "soon", "solved"))
    Case.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(minutes=12))
    Case.objects.filter(pk=soon.pk).update(due_at=timezone.now() + timedelta(days=3))
    mark_solved(case=fresh(solved), actor=acting(anna), summary="Сделано.")

    html = desk(anna).get("/desk/?view=mine").text

    assert numbers(html) == [late.pk, soon.pk, solved.pk]
    assert html.count('class="group"') == 3
    assert 'data-tone="late"' in html


@pytest.mark.parametrize("sort", ["promise", "word", "created"])
def test_pages_go_there_and_back_without_loss(sort: str) -> None:
    anna = make_agent()
    made = {case.pk for case in many(120, anna)}
    browser = desk(anna)
    url, seen, trail = f"/desk/?view=mine&sort={sort}", [], []
    while url:
        html = browser.get(url).text
        trail.append(numbers(html))
        seen += trail[-1]
        older = re.search(r'href="([^"]+)" rel="next"', html)
        url = f"/desk/{older[1].replace('&amp;', '&')}" if older else ""

    newer = re.search(r'href="([^"]+)" rel="prev"', html)

    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == made
    assert newer
    assert numbers(browser.get(f"/desk/{newer[1].replace('&amp;', '&')}").text) == trail[-2]


def test_a_page_costs_the_same_however_many_rows() -> None:
    anna = make_agent()
    many(60, anna)
    browser = desk(anna)
    browser.get("/desk/")

    with CaptureQueriesContext(connection) as asked:
        browser.get("/desk/?view=open")

    assert len(asked) <= 6


def test_filters_narrow_and_a_wrong_address_is_refused_kindly() -> None:
    anna = make_agent()
    plain, complaint = make_case(owner=anna), make_case(owner=anna, kind="complaint")
    browser = desk(anna)

    assert numbers(browser.get("/desk/?view=open&kind=complaint").text) == [complaint.pk]
    assert set(numbers(browser.get("/desk/?view=nonsense&sort=x&owner=y").text)) == {plain.pk, complaint.pk}
    for cursor in ("rubbish", encode_cursor([9, "2026-01-01T00:00:00+00:00", 1]), encode_cursor([0, None, 1])):
        assert browser.get(f"/desk/?after={cursor}").status_code == 422


@pytest.mark.parametrize("view", ["mine", "open", "waiting", "at-risk", "all", "undelivered", "solved", "came-back"])
def test_an_agent_of_own_sight_sees_no_case_of_others(view: str) -> None:
    anna, boris = make_agent(), make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    case = make_case(owner=anna)
    Case.objects.filter(pk=case.pk).update(is_undelivered=True, came_back=1, due_at=timezone.now())

    html = desk(Agent.objects.get(pk=boris.pk)).get(f"/desk/?view={view}").text

    assert numbers(html) == []
    assert case.subject not in html
    assert '<span class="pill"' not in html


def test_tagging_many_is_taken_back_by_one_press() -> None:
    anna = make_agent()
    one, two = make_case(owner=anna), make_case(owner=anna)
    browser = desk(anna)

    page = browser.post("/desk/bulk", {"case": [one.pk, two.pk], "do": "tag", "tag": " Склад "}, follow=True).text

    assert fresh(one).tags == fresh(two).tags == ["склад"]
    undo = re.search(r'action="(/desk/undo/[^"]+)"', page)
    assert undo
    browser.post(undo[1])
    assert fresh(one).tags == fresh(two).tags == []


def test_handing_over_many_touches_no_case_of_others() -> None:
    anna, olga = make_agent(), make_lead()
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)
    case, other = make_case(owner=boris), make_case(owner=anna, customer=make_customer("Пётр", "petr@mail.example"))
    browser = desk(Agent.objects.get(pk=boris.pk))
    page = browser.post("/desk/bulk", {"case": [case.pk, other.pk], "do": "hand_over", "to": olga.pk})

    onward = page.headers["Location"]
    assert onward == f"/desk/hand-over?case={case.pk}&to={olga.pk}"
    assert fresh(case).owner == boris
    typed = {f"{name}_{one.pk}": "on" for name in ("take", "summary") for one in (case, other)}
    browser.post(f"{onward}&case={other.pk}", typed | {"to": olga.pk})
    assert fresh(case).owner == olga
    assert fresh(other).owner == anna


def test_the_desk_asks_to_log_in() -> None:
    assert Client().get("/desk/").headers["Location"].startswith("/account/login/")


def test_the_next_case_is_the_next_of_the_list_that_one_may_see() -> None:
    anna = make_agent()
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)
    mine, hidden, below = make_case(owner=anna), make_case(owner=boris), make_case(owner=anna)
    browser = desk(Agent.objects.get(pk=anna.pk))

    answer = browser.get(f"/desk/cases/{mine.pk}/onward?list={hidden.pk},x,,{below.pk},{mine.pk}")

    assert answer.headers["Location"] == f"/desk/cases/{below.pk}/"


def test_without_a_list_the_next_case_is_ones_own_most_urgent_and_then_the_list() -> None:
    anna = make_agent()
    here, other = make_case(owner=anna), make_case(owner=anna)
    browser = desk(anna)

    assert browser.get(f"/desk/cases/{here.pk}/onward").headers["Location"] == f"/desk/cases/{other.pk}/"
    mark_solved(case=fresh(other), actor=acting(anna), summary="Сделано.")
    assert browser.get(f"/desk/cases/{here.pk}/onward").headers["Location"] == "/desk/"
    assert Client().get(f"/desk/cases/{here.pk}/onward").headers["Location"].startswith("/account/login/")


def test_an_answer_may_lead_to_the_next_case() -> None:
    anna = make_agent()
    here, other = make_case(owner=anna), make_case(owner=anna)

    answer = desk(anna).post(f"/desk/cases/{here.pk}/reply", {"text": "Готово.", "then": "next", "rest": str(other.pk)})

    assert answer.headers["Location"] == f"/desk/cases/{here.pk}/onward?list={other.pk}"


def test_a_row_shows_words_and_no_signs_of_formatting() -> None:
    anna = make_agent()
    case = make_case(owner=anna)
    text = "**Иван**, [статья](https://help.example/a), `код` и ~~старое~~.\n\n## Шаги\n\n> цитата; 2 * 3 * 4 и a_b_c"

    reply(case=case, actor=acting(anna), text=text)
    run_jobs()

    said = "Иван, статья, код и старое. Шаги цитата; 2 * 3 * 4 и a_b_c"
    assert said in desk(anna).get("/desk/?view=mine").text.replace("&gt;", ">")
    assert said[:70] in desk(anna).get("/desk/search?q=Шаги").text.replace("<mark>", "").replace("</mark>", "")
    Case.objects.filter(pk=case.pk).update(preview="старая **строка**")
    assert "старая строка" in desk(anna).get("/desk/?view=mine").text


@pytest.mark.parametrize("path", ["/desk/nothing", "/desk/cases/999999/", "/desk/settings/agents/", "/desk/team/"])
def test_a_page_that_cannot_be_shown_wears_the_desks_face(path: str) -> None:
    answer = desk().get(path, headers={"Referer": "http://testserver/desk/?view=open"})

    assert answer.status_code in {403, 404}
    assert 'data-face="desk"' in answer.text
    assert 'href="/desk/?view=open" data-back' in answer.text
    assert 'data-face="portal"' in Client().get("/nothing").text


def test_what_is_not_there_is_not_called_forbidden() -> None:
    answer = desk().get("/desk/cases/999999/")

    assert answer.status_code == 404
    assert "По этому адресу ничего нет" in answer.text
    assert "Так сделать нельзя" not in answer.text


def test_the_way_back_never_leads_to_another_house() -> None:
    answer = desk().get("/desk/nothing", headers={"Referer": "https://evil.example/desk/x"})

    assert "evil.example" not in answer.text
    assert 'href="/desk/" data-back' in answer.text
