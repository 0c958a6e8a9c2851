"""Builders: a complaint of Ivan about Anna's case, brought to any stage by the actions that people use."""

from typing import Any

from otklik.cases.models import Case
from otklik.complaints import actions
from otklik.complaints.models import Complaint, Stage, Term
from otklik.foundation.actors import Actor
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, run_jobs

ANSWER = {
    "decision": "granted",
    "text": "Вернём деньги до пятницы.",
    "reason": "Курс отменили мы.",
    "prevention": "Об отмене теперь говорим за неделю.",
}
_WAY = [Stage.RECEIVED, Stage.ACKNOWLEDGED, Stage.ASSESSED, Stage.INVESTIGATED, Stage.ANSWERED]


def boris() -> Agent:
    known = Agent.objects.filter(email="boris@gorizont.example").first()
    return known or make_agent("Борис Ким", "boris@gorizont.example")


def make_term(name: str = "Десять дней", **values: Any) -> Term:
    return Term.objects.create(**{"name": name, "days": 10, "is_default": True} | values)


def make_complaint(stage: Stage = Stage.RECEIVED, *, case: Case | None = None, **values: Any) -> Complaint:
    """Registered by the owner, looked into and answered by Boris; its jobs are run."""
    case = case or make_case()
    values = {"remedy_sought": "Верните деньги за курс", "severity": 2} | values
    severity = values["severity"] or 2
    complaint = actions.receive_complaint(case=case, actor=acting(case.owner), **values)
    for to in _WAY[1 : _WAY.index(stage) + 1] if stage in _WAY else _WAY[1:]:
        bring(complaint, to, severity=severity)
    run_jobs()
    return fresh(complaint)


def bring(complaint: Complaint, to: Stage, *, severity: int = 2, actor: Actor | None = None) -> None:
    """One step on."""
    actor, row = actor or acting(boris()), fresh(complaint)
    match to:
        case Stage.ACKNOWLEDGED:
            actions.acknowledge(complaint=row, actor=actor)
        case Stage.ASSESSED:
            actions.assess(complaint=row, actor=actor, severity=severity)
        case Stage.INVESTIGATED:
            actions.investigate(complaint=row, actor=actor, findings="Письмо об отмене ушло накануне.")
        case Stage.ANSWERED:
            actions.answer(complaint=row, actor=actor, **ANSWER)


def fresh(complaint: Complaint) -> Complaint:
    rows = Complaint.objects.select_related("case__owner", "case__customer", "case__team__working_time")
    return rows.get(pk=complaint.pk)
