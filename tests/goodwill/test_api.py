"""Goodwill for programs: the doors that others rely on."""

import pytest

from otklik.cases.models import Case
from otklik.goodwill.models import Entry
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import make_agent, make_case, make_lead, make_standard
from tests.goodwill.building import make_budget, make_gift, make_rule, ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def case(olga: Agent) -> Case:
    return make_case()


def test_a_program_gives_and_reads_the_ledger(case: Case) -> None:
    ready(case)
    program = Program(case.owner)

    given = program.post(f"/cases/{case.pk}/goodwill", {"gift": "courier", "amount": None, "reason": "Опоздали"})
    ledger = program.get("/goodwill/ledger").json()["items"]

    assert given.status_code == 201
    assert (given.json()["state"], given.json()["amount"], given.json()["reason"]) == ("given", 42_000, "Опоздали")
    assert [(one["kind"], one["amount"], one["case"], one["gift"]) for one in ledger] == [
        ("given", 42_000, case.pk, "courier"),
        ("granted", 6_000_000, None, None),
    ]
    assert program.get(f"/cases/{case.pk}/goodwill").json()["items"] == [given.json()]
    assert program.get(f"/cases/{case.pk}/goodwill/left").json() == {
        "today": 158_000, "this_month": 558_000, "budget": 5_958_000, "is_limited": True,
    }  # fmt: skip


def test_the_three_ways_of_not_now(case: Case) -> None:
    make_budget(case.team, 1000)
    make_gift("dear", 2001)
    make_gift("course", 1, needs_a_lead=True)
    make_gift("book", 1500)
    program = Program(case.owner)

    for gift, code in (("dear", "limit_exceeded"), ("course", "needs_a_lead"), ("book", "budget_spent")):
        answer = program.post(f"/cases/{case.pk}/goodwill", {"gift": gift, "amount": None, "reason": "Опоздали"})
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_unknown_gift_rule_agent_and_team(case: Case, olga: Agent) -> None:
    program = Program(olga)

    for path, body, code in (
        (f"/cases/{case.pk}/goodwill", {"gift": "nothing"}, "gift_unknown"),
        (f"/cases/{case.pk}/refusals", {"rule": "nothing", "reason": "Так"}, "rule_unknown"),
        ("/goodwill/limits", {"agent": ""}, "agent_missing"),
        ("/goodwill/budgets", {"team": "", "monthly": 1}, "team_missing"),
    ):
        answer = program.post(path, body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_same_idempotency_key_gives_once(case: Case) -> None:
    ready(case)
    program = Program(case.owner)
    body = {"gift": "courier", "amount": None, "reason": "Опоздали"}

    answers = [program.post(f"/cases/{case.pk}/goodwill", body, Idempotency_Key="k").json() for _time in range(2)]

    assert answers[0] == answers[1]
    assert Entry.objects.filter(kind="given").count() == 1


def test_a_lead_is_asked_and_says_yes(case: Case, olga: Agent) -> None:
    make_budget(case.team)
    make_gift("cards", 3000)
    anna, lead = Program(case.owner), Program(olga)

    asked = anna.post(f"/cases/{case.pk}/goodwill/ask", {"gift": "cards", "reason": "Вторая задержка"})
    waiting = lead.get("/goodwill/asked").json()["items"]
    answered = lead.post(f"/goodwill/{asked.json()['id']}/answer", {"is_yes": True, "words": "Конечно"})
    told = anna.post(f"/goodwill/{asked.json()['id']}/tell", {"words": "Карточки едут к вам."})

    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    assert [one["id"] for one in waiting] == [asked.json()["id"]]
    assert (answered.json()["state"], answered.json()["decided_by"]["email"]) == ("given", olga.email)
    assert told.json()["told_at"] is not None


def test_a_question_is_withdrawn_and_a_gift_taken_back(case: Case) -> None:
    ready(case)
    make_gift("cards", 3000)
    program = Program(case.owner)
    asked = program.post(f"/cases/{case.pk}/goodwill/ask", {"gift": "cards", "reason": "Вторая задержка"}).json()
    given = program.post(f"/cases/{case.pk}/goodwill", {"gift": "courier"}).json()

    withdrawn = program.post(f"/goodwill/{asked['id']}/withdraw", {})
    back = program.post(f"/goodwill/{given['id']}/reverse", {"reason": "Дважды"})

    assert withdrawn.json()["state"] == "withdrawn"
    assert (back.status_code, back.json()["kind"]) == (201, "reversed")
    assert back.json()["reverses"] == Entry.objects.get(kind="given").pk


def test_a_program_says_no_by_a_rule(case: Case) -> None:
    make_rule()
    make_gift("nine", 0)
    program = Program(case.owner)

    said = program.post(
        f"/cases/{case.pk}/refusals", {"rule": "third-lesson", "reason": "Пять занятий прошли", "instead": "nine"}
    )

    assert said.status_code == 201
    assert (said.json()["rule"], said.json()["instead"]) == ("third-lesson", "nine")
    assert program.get(f"/cases/{case.pk}/refusals").json()["items"] == [said.json()]
    without = program.post(f"/cases/{case.pk}/refusals", {"rule": "third-lesson", "reason": " "})
    assert (without.status_code, without.json()["code"]) == (422, "reason_missing")


def test_a_lead_arranges_and_an_agent_does_not(case: Case, olga: Agent) -> None:
    lead, anna, standard = Program(olga), Program(case.owner), make_standard()
    gift = {"code": "card", "name": "Открытка", "cost": 9000, "tags": ["Книга опоздала"]}

    made = lead.post("/goodwill/gifts", gift)
    changed = lead.post("/goodwill/gifts/card", {"cost": 8000})
    rule = lead.post("/goodwill/rules", {"code": "r", "name": "Правило", "text": "Так", "standard": standard.pk})
    rule_changed = lead.post("/goodwill/rules/r", {"text": "Иначе"})
    limit = lead.post("/goodwill/limits", {"agent": case.owner.email, "day": 100, "month": None})
    budget = lead.post("/goodwill/budgets", {"team": case.team.name, "monthly": 500})

    assert (made.status_code, made.json()["tags"], changed.json()["cost"]) == (201, ["книга опоздала"], 8000)
    assert (rule.json()["standard"], rule_changed.json()["text"]) == (standard.pk, "Иначе")
    assert (limit.json()["day"], limit.json()["month"]) == (100, None)
    assert (budget.json()["monthly"], budget.json()["left"]) == (500, 500)
    assert [one["code"] for one in anna.get("/goodwill/gifts").json()["items"]] == ["card"]
    assert [one["code"] for one in anna.get("/goodwill/rules").json()["items"]] == ["r"]
    for path in ("/goodwill/gifts", "/goodwill/rules"):
        assert anna.post(path, gift | {"text": "x"}).status_code == 403


def test_the_ledger_comes_page_by_page_and_only_of_ones_own_teams(case: Case) -> None:
    ready(case)
    program = Program(case.owner)
    for _time in range(3):
        program.post(f"/cases/{case.pk}/goodwill", {"gift": "courier"})

    first = program.get("/goodwill/ledger", limit=2).json()
    rest = program.get("/goodwill/ledger", limit=2, cursor=first["next"]).json()
    stranger = make_agent("Борис Орлов", "boris@gorizont.example")
    stranger.memberships.all().delete()

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [2, 2, None]
    assert Program(stranger).get("/goodwill/ledger").json()["items"] == []
