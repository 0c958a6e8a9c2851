"""My account, alerts, the audit page and the lead's board."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from otklik.cases.actions import mark_solved, note, reply
from otklik.cases.figures import outcomes, team_figures
from otklik.cases.models import Alert
from otklik.foundation.figures import wilson
from otklik.foundation.models import Event
from otklik.team.actions import come_back
from otklik.voice.actions import give_up_waiting, record_answer
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["me", "alerts"])
def test_every_agent_has_their_own_pages(page: str) -> None:
    assert desk().get(f"/desk/{page}/").status_code == 200


@pytest.mark.parametrize("page", ["audit", "team"])
def test_leads_see_history_and_figures_and_agents_do_not(page: str) -> None:
    assert desk(make_lead()).get(f"/desk/{page}/").status_code == 200
    assert desk().get(f"/desk/{page}/").status_code == 403


def test_my_signature_language_and_zone_are_mine_to_change() -> None:
    anna = make_agent()
    typed = {"name": anna.name, "signature": "Анна, отдел заботы", "language": "en", "time_zone": "Asia/Omsk"}

    client = desk(anna)
    client.post("/desk/me/", typed)

    anna.refresh_from_db()
    assert (anna.signature, anna.language, anna.time_zone) == ("Анна, отдел заботы", "en", "Asia/Omsk")
    assert '<html lang="en"' in client.get("/desk/me/").text


def test_my_role_is_not_mine_to_change() -> None:
    anna = make_agent()

    desk(anna).post("/desk/me/", {"name": "Анна", "language": "ru", "time_zone": "UTC", "role": "admin"})

    anna.refresh_from_db()
    assert (anna.name, anna.role) == ("Анна", "agent")


def test_going_away_and_coming_back() -> None:
    anna = make_agent()
    client = desk(anna)

    wrong = client.post("/desk/me/away", {"until": "2020-01-01T09:00"})
    client.post("/desk/me/away", {"until": ""})
    anna.refresh_from_db()
    was_away = anna.is_away
    client.post("/desk/me/back", {})

    anna.refresh_from_db()
    assert (wrong.status_code, was_away, anna.is_away) == (422, True, False)
    come_back(agent=anna, actor=acting(anna))


def test_a_mention_is_an_alert_until_it_is_seen() -> None:
    anna = make_agent()
    olga = make_lead()
    case = make_case(owner=anna)
    note(case=case, actor=acting(anna), text="@Ольга посмотрите")
    client = desk(olga)

    before = client.get("/desk/alerts/").text
    client.post("/desk/alerts/seen", {"case": str(case.pk)})
    after = client.get("/desk/alerts/").text

    assert f"/desk/cases/{case.pk}/" in before
    assert f"/desk/cases/{case.pk}/" not in after
    assert not Alert.objects.filter(agent=olga, seen_at=None).exists()
    assert f"/desk/cases/{case.pk}/" in client.get("/desk/alerts/?all=1").text


def test_the_audit_is_filtered_and_says_names() -> None:
    anna, olga = make_agent(), make_lead()
    case = make_case(owner=anna)
    reply(case=case, actor=acting(anna), text="Здравствуйте")
    client = desk(olga)

    mine = client.get("/desk/audit/", {"who": str(anna.pk), "case": str(case.pk)}).text
    none = client.get("/desk/audit/", {"who": str(anna.pk), "what": "cases.solved"}).text
    past = client.get("/desk/audit/", {"until": "2020-01-01"}).text

    assert mine.count("<tr>") == 2
    assert "Анна Смирнова" in mine
    assert "<tbody>" not in none
    assert "<tbody>" not in past


def test_the_audit_goes_out_as_a_table_that_runs_no_formulas() -> None:
    anna = make_agent("=cmd()", "evil@gorizont.example")
    reply(case=make_case(owner=anna), actor=acting(anna), text="Здравствуйте")

    answer = desk(make_lead()).get("/desk/audit/", {"csv": "1", "who": str(anna.pk)})

    assert answer["Content-Type"].startswith("text/csv")
    assert "'=cmd()" in answer.text
    moments = [row.split(",")[1] for row in answer.text.splitlines()[1:]]
    assert moments
    assert all(datetime.fromisoformat(one).microsecond == 0 and "." not in one for one in moments)


def test_no_filter_says_of_each_field_that_it_may_stay_empty() -> None:
    client = desk(make_lead())

    for page in ("/desk/audit/", "/desk/knowledge/"):
        shown = client.get(page).text
        assert '<form class="card filters"' in shown
        assert 'class="optional"' not in shown


def test_the_audit_asks_few_questions(django_assert_max_num_queries) -> None:  # noqa: ANN001
    for number in range(20):
        make_customer(f"И {number}", f"i{number}@mail.example")
    client = desk(make_lead())

    with django_assert_max_num_queries(12):
        client.get("/desk/audit/")


@given(n=st.integers(0, 10_000), share=st.floats(0, 1))
def test_the_interval_holds_the_share(n: int, share: float) -> None:
    hits = round(n * share)

    low, high = wilson(hits, n)

    assert 0 <= low <= (hits / n if n else 0.5) + 1e-9
    assert (hits / n if n else 0.5) - 1e-9 <= high <= 1


def test_the_interval_is_wilsons() -> None:
    assert [round(one, 3) for one in wilson(277, 341)] == [0.767, 0.850]
    with pytest.raises(ValueError, match="2"):
        wilson(2, 1)


def test_figures_count_words_silence_and_loads_apart() -> None:
    anna, olga = make_agent(), make_lead()
    for number, (is_solved, score) in enumerate([(True, 5), (True, 4), (False, 1)]):
        case = make_case(
            owner=anna,
            customer=make_customer(f"И {number}", f"i{number}@mail.example"),
            address=f"i{number}@mail.example",
        )
        reply(case=case, actor=acting(anna), text="Отправили")
        mark_solved(case=case, actor=acting(anna), summary="Готово")
        run_jobs()
        record_answer(invitation=Invitation.objects.get(case=case), is_solved=is_solved, satisfaction=score)

    now = timezone.now()
    figures = team_figures(acting(olga), since=now - timedelta(days=1), now=now)

    assert (figures.share.satisfied, figures.share.dissatisfied, figures.share.unconfirmed) == (2, 1, 0)
    assert figures.share.percent == 67
    assert (figures.loads[anna.pk].open, figures.loads[anna.pk].came_back) == (1, 1)
    assert figures.first_answers[anna.pk] < timedelta(minutes=1)
    assert "67 %" in desk(olga).get("/desk/team/").text
    assert Event.objects.filter(name="cases.reopened").count() == 1


def test_the_board_of_an_empty_house_invents_nothing() -> None:
    page = desk(make_lead()).get("/desk/team/?days=30").text

    assert "%</dd>" not in page
    assert page.count("—") >= 2


def test_the_board_counts_how_cases_ended_each_day() -> None:
    olga = make_lead()
    people = (make_customer(f"К{number}", f"k{number}@mail.example") for number in "123")
    satisfied, back, silent = (make_case(owner=olga, customer=person) for person in people)
    for case in (satisfied, back, silent):
        mark_solved(case=case, actor=acting(olga), summary="Готово.")
        run_jobs()
    record_answer(invitation=Invitation.objects.get(case=satisfied), satisfaction=5)
    record_answer(invitation=Invitation.objects.get(case=back), is_solved=False)
    give_up_waiting(case=fresh(silent))
    now = timezone.now()

    days = outcomes(acting(olga), since=now - timedelta(days=6), now=now)
    page = desk(olga).get("/desk/team/?days=7").text

    assert [(day.satisfied, day.unconfirmed, day.came_back) for day in days] == [(0, 0, 0)] * 6 + [(1, 1, 1)]
    assert page.count('data-part="') == 2 * 3  # drawn for a wide and for a narrow box
    assert page.count('<td class="n">1</td>') >= 3
