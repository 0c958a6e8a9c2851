"""What is done to one is done to nobody else, in promises, gestures, complaints, absences, suggestions, surveys, calls
and topics: a second of everything stands by, and stays as it is, row by row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from otklik.absences import actions as absences
from otklik.calls import actions as calls
from otklik.calls.actions import Spoken
from otklik.calls.adapters.told import Step, Told
from otklik.calls.models import Call, CallBack
from otklik.cases.actions import erase_person, keep_vow, make_promise, merge_cases, reply
from otklik.cases.models import Case
from otklik.complaints import actions as complaints
from otklik.complaints.models import Complaint, Problem
from otklik.customers.actions import identify, merge_customers
from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.goodwill import actions as goodwill
from otklik.goodwill.models import AskedLead, LeadsLetter
from otklik.promises import actions as promises
from otklik.promises.models import Broken
from otklik.suggestions import actions as suggestions
from otklik.suggestions.actions import Said
from otklik.suggestions.models import Praise, Voice
from otklik.surveys import actions as surveys
from otklik.team import actions as team
from otklik.team.models import Agent, Team
from otklik.team.queries import first_team
from otklik.topics import actions as topics
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_customer, make_inbox, run_jobs
from tests.goodwill.building import make_budget, make_gift, make_rule, wish
from tests.stories.standing_by import Bystander
from tests.surveys.making import answered, make_survey

pytestmark = pytest.mark.django_db
PARTS = 4
DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Rooms:
    """One of everything that the rooms keep, all of one customer, agent and team of its own."""

    name: str
    agent: Agent
    lead: Agent
    team: Team
    case: Case
    has: dict[str, Any] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        return acting(self.agent)

    @property
    def leading(self) -> Actor:
        return acting(self.lead)

    @property
    def open(self) -> Case:
        return fresh(self.case)

    def now(self, what: str) -> Any:
        """The row as it is in the database."""
        row = self.has[what]
        return type(row)._default_manager.get(pk=row.pk)


def build(name: str) -> Rooms:
    agent = make_agent(f"Агент {name}", f"agent-{name}@gorizont.example")
    lead = make_agent(f"Главный {name}", f"lead-{name}@gorizont.example", Role.ADMIN)
    own = team.found_team(name=f"Команда {name}", working_time=first_team().working_time, actor=SYSTEM)
    team.join_team(agent=agent, team=own, actor=SYSTEM)
    team.join_team(agent=lead, team=own, actor=SYSTEM, is_lead=True)
    address = f"{name}@mail.example"
    case = make_case(owner=agent, customer=make_customer(f"Клиент {name}", address), address=address)
    Case.objects.filter(pk=case.pk).update(team=own)
    us = Rooms(name=name, agent=agent, lead=lead, team=own, case=case)
    reply(case=us.open, actor=us.actor, text=f"Ждёт, {name}")
    by = timezone.now() + 3 * DAY
    make_promise(case=us.open, actor=us.actor, kind="call_back", by=by, about=f"про {name}")
    for part in (_gestures, _complaint, _absence, _suggestion, _survey, _call, _topic):
        part(us)
    run_jobs()
    Broken.objects.create(case=us.case, kind="first_answer", since=by - 9 * DAY, due_at=by - 5 * DAY, owner=agent)
    return us


def _gestures(us: Rooms) -> None:
    make_budget(us.team, 10_000)
    gift, cards = make_gift(us.name), make_gift(f"cards-{us.name}", 3000)
    given = goodwill.give(case=us.open, wish=wish(gift), actor=us.actor)
    asked = goodwill.ask_lead(case=us.open, wish=wish(cards, reason="Вторая задержка"), actor=us.actor)
    at = timezone.now()
    letters = {
        name: LeadsLetter.objects.create(
            asked=AskedLead.objects.get(gesture=asked), letter_id=f"{name}-{us.name}", became="unclear", at=at, **values
        )
        for name, values in {"heard": {}, "told": {"mailed_at": at}}.items()
    }
    us.has |= {"given": given, "asked": asked, "gift": gift, "rule": make_rule(us.name), **letters}


def _complaint(us: Rooms) -> None:
    complaint = complaints.receive_complaint(case=us.open, actor=us.actor, remedy_sought=f"Верните деньги, {us.name}")
    values = {"title": f"Об отмене говорят накануне, {us.name}", "owner": us.lead, "due_on": None}
    problem = complaints.save_problem(values=values, actor=us.leading)
    complaints.link_complaint(complaint=complaint, problem=problem, actor=us.leading)
    complaints.link_case(case=us.open, problem=problem, actor=us.leading)
    today = timezone.localdate()
    fix = complaints.save_fix(problem=problem, what="Пишет дежурный", agent=us.lead, due_on=today, actor=us.leading)
    us.has |= {"complaint": complaint, "problem": problem, "fix": fix}


def _absence(us: Rooms) -> None:
    at = timezone.now()
    us.has["absence"] = absences.plan_absence(
        agent=us.agent, starts_at=at + 2 * DAY, ends_at=at + 9 * DAY, deputy=us.lead, about=us.name, actor=us.actor
    )


def _suggestion(us: Rooms) -> None:
    said = Said(customer=us.case.customer, words=f"Хочу записи, {us.name}", case=us.open)
    row = suggestions.suggest(said=said, actor=us.actor, title=f"Записи, {us.name}")
    more = Said(customer=identify(kind="email", value=f"{us.name}@second.example"))
    suggestions.add_voice(suggestion=row, said=more, actor=us.actor)
    suggestions.show(suggestion=row, title=f"Записи занятий, {us.name}", words="", actor=us.leading)
    other = suggestions.suggest(said=Said(words="Иначе"), actor=us.actor, title=f"Другое, {us.name}")
    idea = suggestions.suggest_as_colleague(words=f"Идея, {us.name}", actor=us.actor)
    thanks = make_case(owner=us.agent, customer=us.case.customer, address=f"{us.name}@mail.example", kind="thanks")
    suggestions.hear_praise(case=thanks)
    us.has |= {"suggestion": row, "other": other, "idea": idea, "praise": Praise.objects.get(case=thanks)}


def _survey(us: Rooms) -> None:
    survey = make_survey(name=f"После посылки, {us.name}")
    invitation = surveys.invite(survey=survey, customer=us.case.customer, actor=us.leading)
    sitting = answered(survey, f"sits-{us.name}-{'x' * 20}", {"sat": 5, "ease": 6}, invitation=invitation)
    us.has |= {"survey": survey, "invitation": invitation, "sitting": sitting}


def _call(us: Rooms) -> None:
    line = calls.add_exchange(name=f"АТС {us.name}", actor=SYSTEM, team=us.team)
    number = "+7495555" + f"{us.case.pk:04d}"[-4:]
    for step in (Step.RINGS, Step.ENDED):
        calls.take_call(told=Told(call=us.name, step=step, number=number), inbox=line)
    run_jobs()
    counter = calls.save_counter(counter=None, actor=SYSTEM, name=f"Стойка {us.name}", team=us.team)
    walk_in = calls.call_somebody(counter=counter, text="Сломалось", name=us.name)
    us.has |= {"line": line, "number": number, "counter": counter, "walk_in": walk_in}


def _topic(us: Rooms) -> None:
    values = {"name": f"Тема {us.name}", "parent": None, "synonyms": [us.name], "is_active": True}
    topic = topics.save_topic(values=values, actor=us.leading)
    topics.give_examples(topic=topic, texts=["Где посылка?", "Нет книги"], actor=us.leading)
    topics.say_topic_of_case(case=us.open, topic=topic, actor=us.actor)
    us.has["topic"] = topic


# ── What is done ──────────────────────────────────────────────────────────────────────────
type Deed = Callable[[Rooms], object]


def _of[T](rows: Any, us: Rooms) -> Any:
    return rows.filter(case=us.case).latest("id")


def _spoken(us: Rooms, **more: Any) -> Spoken:
    return Spoken(way="phone", told=f"Говорили, {us.name}", **more)


def _telling(us: Rooms) -> object:
    suggestions.move(suggestion=us.now("suggestion"), to="done", actor=us.leading)
    people = Voice.objects.filter(suggestion=us.has["suggestion"]).count()
    return suggestions.tell_everyone(suggestion=us.now("suggestion"), words="Открыты!", people=people, actor=us.leading)


def _assessed(us: Rooms) -> Complaint:
    complaints.acknowledge(complaint=us.now("complaint"), actor=us.actor, words="Разбираемся")
    complaints.assess(complaint=us.now("complaint"), actor=us.leading, severity=2, investigator=us.lead)
    complaint: Complaint = us.now("complaint")
    return complaint


def _answered(us: Rooms) -> Complaint:
    complaints.investigate(complaint=_assessed(us), actor=us.leading, findings="Так и было")
    complaints.answer(
        complaint=us.now("complaint"),
        actor=us.leading,
        decision="granted",
        text="Вернём деньги",
        reason="Вы правы",
        prevention="Пишем накануне",
    )
    run_jobs()
    complaint: Complaint = us.now("complaint")
    return complaint


DEEDS: dict[str, Deed] = {
    # promises
    "keep_vow": lambda us: keep_vow(case=us.open, actor=us.actor, kind="call_back"),
    "say_how": lambda us: promises.say_how(case=us.open, actor=us.actor, how="Звонили"),
    "apologize": lambda us: promises.apologize(case=us.open, actor=us.actor, text="Простите", by=timezone.now() + DAY),
    # goodwill
    "give": lambda us: goodwill.give(case=us.open, wish=wish(us.now("gift")), actor=us.actor),
    "reverse": lambda us: goodwill.reverse_gesture(gesture=us.now("given"), reason="Не то", actor=us.actor),
    "tell_customer": lambda us: goodwill.tell_customer(gesture=us.now("given"), words="Курьер завтра", actor=us.actor),
    "yes": lambda us: goodwill.answer_asked(gesture=us.now("asked"), is_yes=True, words="", actor=us.leading),
    "no": lambda us: goodwill.answer_asked(gesture=us.now("asked"), is_yes=False, words="Нет их", actor=us.leading),
    "withdraw": lambda us: goodwill.withdraw(gesture=us.now("asked"), actor=us.actor),
    "word_back": lambda us: goodwill.take_up_word_back(letter=us.now("heard")),
    "word_did_not_leave": lambda us: goodwill.put_word_back(letter=us.now("told")),
    "letter_back": lambda us: goodwill.put_letter_back(
        gesture_id=us.has["asked"].pk, lead_id=AskedLead.objects.get(gesture=us.has["asked"]).lead_id
    ),
    "say_no": lambda us: goodwill.say_no(case=us.open, rule=us.now("rule"), reason="Прошёл срок", actor=us.actor),
    "set_gift": lambda us: goodwill.set_gift(gift=us.now("gift"), actor=us.leading, values={"name": "Иначе"}),
    "set_rule": lambda us: goodwill.set_rule(rule=us.now("rule"), actor=us.leading, values={"name": "Иначе"}),
    "set_limit": lambda us: goodwill.set_limit(agent=us.agent, day=100, month=1000, actor=us.leading),
    "set_budget": lambda us: goodwill.set_budget(team=us.team, monthly=2_000_000, actor=us.leading),
    # complaints
    "acknowledge": lambda us: complaints.acknowledge(complaint=us.now("complaint"), actor=us.actor, words="Здесь"),
    "assess": _assessed,
    "entrust": lambda us: complaints.entrust(complaint=_assessed(us), actor=us.leading, to=us.lead),
    "investigate": lambda us: complaints.investigate(complaint=_assessed(us), actor=us.leading, findings="Так и было"),
    "accept": lambda us: complaints.accept(complaint=_answered(us), actor=customer_actor(us.open), words="Спасибо"),
    "refuse": lambda us: complaints.refuse(complaint=_answered(us), actor=customer_actor(us.open), words="Нет"),
    "offer_ways": lambda us: (
        complaints.refuse(complaint=_answered(us), actor=customer_actor(us.open), words="Нет"),
        complaints.offer_ways(
            complaint=us.now("complaint"),
            actor=us.leading,
            words="Можно иначе",
            ways=[complaints.save_way(values={"name": "Служба"}, actor=us.leading)],
        ),
    ),
    "withdraw_complaint": lambda us: complaints.withdraw(
        complaint=us.now("complaint"), actor=us.leading, words="Передумала"
    ),
    "terms_anew": lambda us: complaints.count_terms_anew(complaint=us.now("complaint")),
    "save_problem": lambda us: complaints.save_problem(
        problem=us.now("problem"), values={"title": "Иначе"}, actor=us.leading
    ),
    "move_problem": lambda us: complaints.move_problem(
        problem=us.now("problem"), to=Problem.State.IN_WORK, actor=us.leading
    ),
    "finish_fix": lambda us: complaints.finish_fix(fix=us.now("fix"), actor=us.leading),
    "link_case": lambda us: complaints.link_case(
        case=us.has["praise"].case, problem=us.now("problem"), actor=us.leading
    ),
    "unlink_case": lambda us: complaints.unlink_case(case=us.open, problem=us.now("problem"), actor=us.leading),
    "unlink_complaint": lambda us: complaints.link_complaint(
        complaint=us.now("complaint"), problem=None, actor=us.leading
    ),
    "save_term": lambda us: complaints.save_term(values={"name": "Наш", "days": 5}, actor=us.leading),
    # absences
    "cancel_absence": lambda us: absences.cancel_absence(absence=us.now("absence"), actor=us.actor),
    "begin_absence": lambda us: absences.begin_absence(absence=us.now("absence"), now=timezone.now() + 3 * DAY),
    "leave_it": lambda us: absences.leave_it(
        absence=us.now("absence"), number=us.case.pk, kind="call_back", because="Позвонит Главный", actor=us.actor
    ),
    "move_it": lambda us: absences.move_it(
        absence=us.now("absence"), number=us.case.pk, kind="call_back", by=timezone.now() + DAY, actor=us.actor
    ),
    # suggestions
    "edit_suggestion": lambda us: suggestions.edit_suggestion(
        suggestion=us.now("suggestion"), values={"title": "Иначе"}, actor=us.leading
    ),
    "decline": lambda us: suggestions.move(
        suggestion=us.now("suggestion"), to="declined", reason="Не можем", actor=us.leading
    ),
    "answer": lambda us: suggestions.answer(suggestion=us.now("suggestion"), words="Думаем", actor=us.leading),
    "hide": lambda us: suggestions.hide(suggestion=us.now("suggestion"), actor=us.leading),
    "link": lambda us: suggestions.link(suggestion=us.now("suggestion"), case=us.open, actor=us.leading),
    "join": lambda us: suggestions.merge(suggestion=us.now("other"), into=us.now("suggestion"), actor=us.leading),
    "take_voice_back": lambda us: suggestions.withdraw_voice(
        suggestion=us.now("suggestion"),
        customer=identify(kind="email", value=f"{us.name}@second.example"),
        actor=us.actor,
    ),
    "tell": _telling,
    "back_idea": lambda us: suggestions.back_idea(suggestion=us.now("idea"), actor=us.leading, is_wanted=True),
    "allow_praise": lambda us: suggestions.allow_praise(case=us.has["praise"].case, is_allowed=True),
    # surveys
    "publish": lambda us: (
        surveys.copy_survey(survey=us.now("survey"), name="Ещё одна", actor=us.leading),
        surveys.close_survey(survey=us.now("survey"), actor=us.leading),
        surveys.open_survey(survey=us.now("survey"), actor=us.leading),
    ),
    "not_now": lambda us: surveys.stay_silent(invitation=us.now("invitation"), days=30),
    "never": lambda us: (
        surveys.stay_silent(invitation=us.now("invitation"), days=None),
        surveys.break_silence(invitation=us.now("invitation")),
    ),
    "opened": lambda us: surveys.note_opened(invitation=us.now("invitation")),
    "ask_by_hand": lambda us: surveys.ask_by_hand(survey=us.now("survey"), customer=us.case.customer, actor=us.leading),
    "save_page": lambda us: surveys.save_page(
        sitting=us.now("sitting"), page=us.now("sitting").page, values={"nps": 10, "ok": True}
    ),
    "plan": lambda us: surveys.plan_asking(survey=us.now("survey"), wanted=surveys.Wanted(), actor=us.leading),
    # calls
    "note_talk": lambda us: calls.note_talk(case=us.open, actor=us.actor, spoken=_spoken(us)),
    "call_back": lambda us: calls.close_call_backs(
        case=fresh(CallBack.objects.get(phone=us.has["number"]).case), actor=us.leading
    ),
    "rings_again": lambda us: calls.take_call(
        told=Told(call=f"{us.name}-2", step=Step.RINGS, number=us.has["number"]), inbox=us.now("line")
    ),
    "not_for_me": lambda us: calls.not_for_me(call=Call.objects.get(external_id=us.name), actor=us.actor),
    "go_to": lambda us: calls.go_to(walk_in=us.now("walk_in"), actor=us.actor),
    "let_go": lambda us: calls.let_go(walk_in=us.now("walk_in"), actor=us.actor),
    "extensions": lambda us: calls.save_extensions(numbers={us.agent.pk: "101"}, actor=us.leading),
    # topics
    "edit_topic": lambda us: topics.save_topic(topic=us.now("topic"), values={"name": "Иначе"}, actor=us.leading),
    "examples": lambda us: topics.give_examples(topic=us.now("topic"), texts=["Где же она?"], actor=us.leading),
    "no_topic": lambda us: topics.say_topic_of_case(case=us.open, topic=None, actor=us.actor),
    # people and cases that become one, and who wishes to be forgotten
    "merge_cases": lambda us: merge_cases(
        into=make_case(owner=us.agent, customer=us.case.customer, address=f"{us.name}@mail.example"),
        other=us.open,
        actor=us.actor,
    ),
    "merge_customers": lambda us: merge_customers(
        into=us.case.customer, other=identify(kind="email", value=f"{us.name}@second.example"), actor=us.leading
    ),
    "erase_person": lambda us: erase_person(customer=us.case.customer, actor=SYSTEM),
    "let_go_of_agent": lambda us: team.edit_agent(agent=us.agent, actor=SYSTEM, changes={"is_active": False}),
}

ANNOUNCED: dict[str, str] = {
    "keep_vow": "cases.promise_kept",
    "say_how": "promises.word_given",
    "apologize": (
        "cases.answered cases.promise_made cases.replied promises.word_given reach.message_queued reach.message_sent"
    ),
    "give": "goodwill.given",
    "reverse": "goodwill.reversed",
    "tell_customer": "cases.answered cases.replied promises.word_given reach.message_queued reach.message_sent",
    "yes": "cases.alerted goodwill.given goodwill.lead_answered",
    "no": "cases.alerted goodwill.lead_answered",
    "withdraw": "goodwill.withdrawn",
    "word_back": "",
    "word_did_not_leave": "",
    "letter_back": "",
    "say_no": "goodwill.no_said",
    "set_gift": "goodwill.gift_changed",
    "set_rule": "goodwill.rule_changed",
    "set_limit": "goodwill.limit_changed",
    "set_budget": "goodwill.budget_changed",
    "acknowledge": (
        "cases.answered cases.replied complaints.acknowledged promises.word_given reach.message_queued "
        "reach.message_sent"
    ),
    "assess": (
        "cases.answered cases.replied complaints.acknowledged complaints.assessed complaints.entrusted "
        "promises.word_given reach.message_queued reach.message_sent"
    ),
    "entrust": (
        "cases.answered cases.replied complaints.acknowledged complaints.assessed complaints.entrusted "
        "promises.word_given reach.message_queued reach.message_sent"
    ),
    "investigate": (
        "cases.answered cases.replied complaints.acknowledged complaints.assessed complaints.entrusted "
        "complaints.investigated promises.word_given reach.message_queued reach.message_sent"
    ),
    "accept": (
        "cases.answered cases.replied complaints.accepted complaints.acknowledged complaints.answered "
        "complaints.assessed complaints.entrusted complaints.investigated promises.word_given "
        "reach.message_queued reach.message_sent"
    ),
    "refuse": (
        "cases.alerted cases.answered cases.replied complaints.acknowledged complaints.answered "
        "complaints.assessed complaints.entrusted complaints.investigated complaints.refused "
        "promises.word_given reach.message_queued reach.message_sent"
    ),
    "offer_ways": (
        "cases.alerted cases.answered cases.replied complaints.acknowledged complaints.answered "
        "complaints.assessed complaints.entrusted complaints.investigated complaints.refused "
        "complaints.way_saved complaints.ways_offered promises.word_given reach.message_queued "
        "reach.message_sent"
    ),
    "withdraw_complaint": "complaints.withdrawn",
    "terms_anew": "",
    "save_problem": "complaints.problem_saved",
    "move_problem": "complaints.problem_moved",
    "finish_fix": "complaints.fix_saved",
    "link_case": "complaints.case_linked",
    "unlink_case": "complaints.case_unlinked",
    "unlink_complaint": "complaints.linked",
    "save_term": "complaints.term_saved",
    "cancel_absence": "absences.cancelled",
    "begin_absence": "absences.began cases.alerted team.agent_went_away",
    "leave_it": "absences.checked",
    "move_it": "absences.checked cases.promise_moved",
    "edit_suggestion": "suggestions.edited",
    "decline": "suggestions.moved",
    "answer": "suggestions.answered",
    "hide": "suggestions.hidden",
    "link": "suggestions.linked",
    "join": "suggestions.merged",
    "take_voice_back": "suggestions.voice_withdrawn",
    "tell": "reach.message_queued reach.message_sent suggestions.moved suggestions.told suggestions.voice_told",
    "back_idea": "suggestions.heard",
    "allow_praise": "suggestions.praise_allowed",
    "publish": "surveys.closed surveys.opened surveys.written",
    "not_now": "surveys.silenced",
    "never": "surveys.silenced",
    "opened": "",
    "ask_by_hand": "surveys.passed_over",
    "save_page": "",
    "plan": "surveys.planned",
    "note_talk": (
        "calls.noted cases.answered cases.promise_kept cases.replied promises.word_given reach.message_queued"
    ),
    "call_back": "calls.called_back",
    "rings_again": "calls.rang",
    "not_for_me": "",
    "go_to": "calls.walked_in",
    "let_go": "calls.walked_in",
    "extensions": "calls.numbers_changed",
    "edit_topic": "topics.saved",
    "examples": "topics.examples_given",
    "no_topic": "topics.said",
    "merge_cases": "cases.merged cases.opened reach.message_queued reach.message_received reach.message_sent",
    "merge_customers": "customers.merged",
    "erase_person": "customers.erased",
    "let_go_of_agent": "team.agent_changed",
}
"""Everything that becomes known of each, in alphabetical order."""


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_done_to_one_is_done_to_nobody_else_and_becomes_known(part: int) -> None:
    make_inbox()
    bystander, us = Bystander.beside(build)
    chosen = list(DEEDS)[part::PARTS]

    harmed, said = bystander.watch(DEEDS, chosen, us)

    assert harmed == {}
    assert [f"{name}: {words}" for name, words in said.items() if words != ANNOUNCED[name]] == []
