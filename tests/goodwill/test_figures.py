"""What gestures brought, and which rule costs satisfaction; and the part of the demo company."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from otklik.cases.actions import mark_solved
from otklik.cases.models import Case
from otklik.goodwill.actions import give, say_no
from otklik.goodwill.demo import deeds
from otklik.goodwill.figures import given_by, refused_by_rule, rule_so_far, said_after, together
from otklik.goodwill.models import Entry, Gesture, Gift, Rule, SaidNo
from otklik.goodwill.queries import overspent, unbalanced
from otklik.team.actions import ensure_first_team
from otklik.team.models import Agent, Team
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, fresh, make_agent, make_case, make_customer, make_lead, refused, run_jobs
from tests.desk.visiting import desk
from tests.goodwill.building import make_budget, make_gift, make_rule, settle_the_ledger, wish
from tests.goodwill.test_pages import plain

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def long_ago() -> object:
    return timezone.now() - timedelta(days=30)


def case_of(owner: Agent, number: int) -> Case:
    customer = make_customer(f"Клиент {number}", f"c{number}@mail.example")
    return make_case(owner=owner, customer=customer, address=f"c{number}@mail.example")


def says(case: Case, *, is_solved: bool) -> None:
    """The customer is asked and answers."""
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Сделано")
    run_jobs()
    record_answer(invitation=Invitation.objects.filter(case=case).latest("pk"), is_solved=is_solved)


@pytest.fixture
def cases(olga: Agent) -> list[Case]:
    """Three gestures: one satisfied, one not, one without a word."""
    gift = make_gift()
    found = [case_of(olga, number) for number in range(3)]
    make_budget(found[0].team)
    for case in found:
        give(case=case, wish=wish(gift), actor=acting(olga))
    says(found[0], is_solved=True)
    says(found[1], is_solved=False)
    return found


def test_after_a_gesture_stands_what_it_cost_and_what_the_customer_said(cases: list[Case], olga: Agent) -> None:
    [line] = given_by(acting(olga), "gift", since=long_ago())  # type: ignore[arg-type]

    assert (line.times, line.amount, line.said, line.satisfied) == (3, 126_000, 2, 1)
    assert (line.figure.value, line.figure.n, line.figure.left_out) == (0.5, 2, 1)
    assert line.figure.low == pytest.approx(0.0945, abs=0.001)
    words = said_after(list(Gesture.objects.order_by("pk").values_list("pk", flat=True)))
    assert list(words.values()) == ["satisfied", "dissatisfied", "waiting"]


def test_what_was_said_before_the_gesture_is_not_said_of_it(olga: Agent) -> None:
    case = case_of(olga, 1)
    make_budget(case.team)
    says(case, is_solved=False)
    give(case=fresh(case), wish=wish(make_gift()), actor=acting(olga))

    [line] = given_by(acting(olga), "agent", since=long_ago())  # type: ignore[arg-type]

    assert (line.name, line.said) == (olga.name, 0)


def test_what_was_taken_back_or_lies_before_is_not_counted(cases: list[Case], olga: Agent) -> None:
    Gesture.objects.filter(case=cases[0]).update(given_at=timezone.now() - timedelta(days=31))
    Gesture.objects.filter(case=cases[1]).update(state="reversed")

    [line] = given_by(acting(olga), "gift", since=long_ago())  # type: ignore[arg-type]

    assert (line.times, line.said) == (1, 0)


def test_a_rule_after_which_fewer_are_satisfied_is_named_only_when_it_is_proven(olga: Agent) -> None:
    hard, kind = make_rule("hard"), make_rule("kind")
    for number in range(6):
        case = case_of(olga, number)
        say_no(case=case, rule=hard if number < 3 else kind, reason="Так", actor=acting(olga))
        says(case, is_solved=number >= 3)

    lines = {line.name: line for line in refused_by_rule(acting(olga), since=long_ago())}  # type: ignore[arg-type]
    whole = together(list(lines.values()))

    assert (lines["Правило hard"].satisfied, lines["Правило kind"].satisfied) == (0, 3)
    assert not lines["Правило hard"].is_below(whole)  # three answers each prove nothing
    many = [
        type(whole)(key=1, name="hard", times=30, amount=0, said=30, satisfied=3),
        type(whole)(key=2, name="kind", times=30, amount=0, said=30, satisfied=27),
    ]
    assert [one.is_below(together(many)) for one in many] == [True, False]
    assert rule_so_far(since=long_ago())[hard.pk].said == 3  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["gifts", "agents", "rules", "gestures", "refusals"])
def test_each_table_is_shown_and_taken_out(cases: list[Case], olga: Agent, name: str) -> None:
    say_no(case=cases[2], rule=make_rule(), reason="Так", actor=acting(olga), instead=Gift.objects.first())
    client = desk(olga)

    page = client.get(f"/desk/goodwill/figures/{name}/")
    file = client.post(f"/desk/goodwill/figures/{name}/", {"file": "csv"})

    assert (page.status_code, file.status_code) == (200, 200)
    assert len(file.content.decode("utf-8-sig").splitlines()) > 1


def test_the_page_says_it_in_words(cases: list[Case], olga: Agent) -> None:
    say_no(case=cases[2], rule=make_rule(), reason="Так", actor=acting(olga))

    page = plain(desk(olga).get("/desk/goodwill/figures/").text)

    assert "1 260 ₽" in page
    assert "Правило third-lesson" in page
    assert desk(olga).get("/desk/goodwill/figures/nothing/").status_code == 404


def test_an_agent_reads_no_figures() -> None:
    case = make_case()

    for read in (
        lambda: given_by(acting(case.owner), "gift", since=long_ago()),  # type: ignore[arg-type]
        lambda: refused_by_rule(acting(case.owner), since=long_ago()),  # type: ignore[arg-type]
    ):
        with refused("not_allowed"):
            read()


def test_the_demo_company_gives_refuses_takes_back_and_asks(olga: Agent) -> None:
    calendar, anna = ensure_first_team().working_time, make_agent()
    for name in ("Магазин и доставка", "Учебный отдел", "Документы и оплата"):
        Team.objects.create(name=name, working_time=calendar)
    for number in range(8):
        case_of(anna, number)
    shop = Team.objects.get(name="Магазин и доставка")
    Case.objects.update(kind="complaint", waits_for="us", tags=["доставка"], team=shop)
    now = timezone.now()

    planned = sorted(deeds(now, Random(1)), key=lambda one: one[0])
    for _moment, deed in planned:
        deed()

    settle_the_ledger()
    assert all(now - timedelta(days=34) < moment < now for moment, _deed in planned)
    assert (Gift.objects.count(), Rule.objects.count()) == (6, 3)
    assert Entry.objects.filter(kind="given").count() > 1
    assert Entry.objects.filter(kind="reversed").count() == 1
    assert SaidNo.objects.exists()
    assert (unbalanced(), overspent()) == ([], [])
