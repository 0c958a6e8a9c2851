"""Reactions run at least once: whatever happens, each is told twice of it here, and the second time nothing follows."""

import smtplib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import Client
from django.utils import timezone

from otklik.absences.actions import begin_absence, plan_absence
from otklik.cases.actions import (
    answer_and_solve,
    change_customer,
    edit_case,
    erase_person,
    keep_vow,
    make_promise,
    mark_solved,
    merge_cases,
    record_undelivered,
    reply,
    take_back,
    transfer,
    withdraw_promise,
)
from otklik.cases.actions.spam import mark_spam, unmark_spam
from otklik.cases.events import CaseSolved
from otklik.cases.models import Case
from otklik.complaints import actions as complaints
from otklik.complaints.models import Stage, Term
from otklik.customers.actions import add_contact_point, merge_customers
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.events import announcing as events
from otklik.foundation.events.announcing import announce, load_reactions
from otklik.foundation.models import Webhook
from otklik.foundation.policies import change_policies
from otklik.foundation.secrets import lock_secret
from otklik.foundation.webhooks import actions as webhooks
from otklik.goodwill.actions import Wish, ask_lead, set_budget, set_gift
from otklik.goodwill.models import AskedLead
from otklik.knowledge.actions import Words, publish, write_article
from otklik.knowledge.models import Version
from otklik.promises.actions import apologize, mind_promises
from otklik.reach.actions import make_start_link
from otklik.reach.models import Conversation, Delivery, Message
from otklik.reach.queries import return_id
from otklik.standards.actions import Words as Standards
from otklik.standards.actions import decline_proposal, propose_change, remind_of_reviews, take_proposal
from otklik.standards.models import Standard
from otklik.suggestions.actions import Said, move, suggest, tell_everyone
from otklik.surveys.actions import Wanted, plan_asking
from otklik.surveys.clock import ask_whose_turn_it_is
from otklik.team import login
from otklik.team.actions import (
    come_back,
    create_agent,
    edit_team,
    found_team,
    invite_agent,
    note_coming,
    set_working_time,
)
from otklik.team.actions.managers import name_manager
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    make_standard,
    run_jobs,
)
from tests.calls.ringing import make_exchange, miss
from tests.complaints.making import ANSWER, bring
from tests.complaints.making import fresh as fresh_complaint
from tests.desk.visiting import desk
from tests.reach.channels.messengers import FakeTelegram, open_door, serving
from tests.reach.channels.messengers import knock as fake_knock
from tests.reach.channels.other_side import knock, make_channel, other_side, word
from tests.stories.test_who_really_wrote import COMPLAINT, answered, report
from tests.surveys.making import make_survey, page, question, survey_of

pytestmark = pytest.mark.django_db
WEDNESDAYS = [[], [], [["09:00", "18:00"]], [], [], [], []]
SAID_AGAIN = {"send_the_invitation", "send_the_reset", "tell_of_the_change"}
"""Letters about one's own log-in: no row stands for them, so they come again rather than not at all."""


# ── Telling twice ─────────────────────────────────────────────────────────────────────────
@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """From here on every reaction runs twice; holds the names of those that ran."""
    ran: set[str] = set()
    by_job, at_once = events.react.func, events._keep_promise

    def react(event_id: int, reaction: str) -> None:
        tell_twice(reaction.rpartition(".")[2], lambda: by_job(event_id, reaction))

    def keep_promise(one: events._Promised) -> None:
        at_once(one)
        tell_twice(one.run.__name__, lambda: one.run(one.happened))

    def tell_twice(name: str, tell: Callable[[], None]) -> None:
        tell()
        before = all_there_is()
        tell()
        after = all_there_is()
        changed = {kind for kind in after if after[kind] != before[kind]}
        assert changed <= ({"mail"} if name in SAID_AGAIN else set()), f"{name} does something the second time"
        ran.add(name)

    monkeypatch.setattr(events.react, "func", react)
    monkeypatch.setattr(events, "_keep_promise", keep_promise)
    return ran


def all_there_is() -> dict[str, object]:
    """Every table by the sum of its rows, jobs and history included, and every letter that left."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in _NOT_SAID]
        sums = " UNION ALL ".join(
            f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            for name in tables
        )
        cursor.execute(sums)
        rows: dict[str, object] = dict(cursor.fetchall())
    outbox = Path(settings.DATA_DIR) / "outbox"
    return rows | {"letters": sorted(outbox.glob("*.eml")), "mail": len(mail.outbox)}


_NOT_SAID = {"procrastinate_events", "procrastinate_workers", "django_migrations", "django_session"}


# ── What happens ──────────────────────────────────────────────────────────────────────────
def a_letter_comes_and_is_answered() -> None:
    make_agent()
    arrive(letter(Message_ID="<1@mail.example>"))
    case = Case.objects.get()
    answer = reply(case=case, actor=acting(case.owner), text="Едет.")
    run_jobs()
    arrive(letter("Спасибо!", Message_ID="<2@mail.example>", In_Reply_To=f"<{answer.external_id}>"))


def it_is_solved_and_taken_back() -> None:
    case = make_case()
    answer_and_solve(case=case, actor=acting(case.owner), text="Готово")
    run_jobs()
    case = make_case(owner=case.owner, customer=case.customer)
    answer = answer_and_solve(case=case, actor=acting(case.owner), text="Готово")
    take_back(case=fresh(case), message=answer, actor=acting(case.owner))


def it_was_spam_and_is_none() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    mark_spam(case=fresh(case), actor=SYSTEM)
    record_answer(invitation=Invitation.objects.get(), is_solved=False, words="Не приехало")
    run_jobs()
    unmark_spam(case=fresh(case), actor=SYSTEM)


def an_older_version_called_it_solved() -> None:
    case = make_case()
    Case.objects.filter(pk=case.pk).update(state=Case.State.SOLVED, summary="Готово", solved_at=timezone.now())
    announce(CaseSolved(case_id=case.pk, customer_id=case.customer_id, round=1), actor=acting(case.owner))


def a_standard_is_to_be_read_again() -> None:
    standard = make_standard(actor=acting(make_lead()), review_every_days=1)
    Standard.objects.filter(pk=standard.pk).update(review_at=timezone.now())
    remind_of_reviews(timezone.now())


def others_take_over() -> None:
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    case = make_case()
    transfer(case=case, actor=acting(case.owner), to=boris, summary="Всё сказано")
    answer = reply(case=fresh(case), actor=acting(boris), text="Я тут")
    run_jobs()
    now = timezone.now()
    absence = plan_absence(agent=boris, starts_at=now, ends_at=now + timedelta(days=1), actor=SYSTEM)
    begin_absence(absence=absence, now=now)
    arrive(letter("Вы где?", Message_ID="<3@mail.example>", In_Reply_To=f"<{answer.external_id}>"))
    come_back(agent=Agent.objects.get(pk=boris.pk), actor=SYSTEM)


def it_is_somebody_elses() -> None:
    case = make_case()
    change_customer(case=case, actor=acting(case.owner), to=make_customer("Олег Ким", "oleg@client.example"))


def two_records_are_one_person() -> None:
    case = make_case()
    other = make_case(owner=case.owner, customer=make_customer("Ваня", "vanya@mail.example"))
    answer_and_solve(case=other, actor=acting(case.owner), text="Готово")
    run_jobs()
    name_manager(charge=other.customer, agent=case.owner, actor=SYSTEM)
    merge_customers(into=case.customer, other=other.customer, actor=SYSTEM)
    add_contact_point(customer=case.customer, kind="email", value="ivan@work.example", actor=acting(case.owner))


def somebody_is_forgotten() -> None:
    case = make_case()
    answer_and_solve(case=case, actor=acting(case.owner), text="Готово")
    run_jobs()
    erase_person(customer=case.customer, actor=SYSTEM)


def a_survey_asks_after_a_case_and_its_letter_comes_back() -> None:
    survey = make_survey(survey_of(page("a", question("q"))))
    plan_asking(survey=survey, wanted=Wanted(trigger="closed", delay_hours=0), actor=SYSTEM)
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=True)
    run_jobs()
    ask_whose_turn_it_is()
    run_jobs()
    asked = Message.objects.get(purpose="surveys.invitation")
    arrive(report(asked.external_id, said="550 5.1.1 no such user", status="5.1.1"))


def our_letters_are_refused() -> None:
    make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    make_agent()
    for number in range(3):
        answer = answered("Где заказ?", number)
        said = {"said": "550 5.7.26 SPF check failed", "number": number}
        arrive(report(answer.external_id, address=f"c{number}@mail{number}.example", **said))


def a_complaint_goes_its_way() -> None:
    case = make_case()
    lodged = complaints.receive_complaint(case=case, actor=customer_actor(case), remedy_sought="Верните деньги")
    Term.objects.create(name="Сверх того", days=5, is_working=True)
    run_jobs()
    complaints.choose_terms(complaint=lodged, actor=acting(case.owner), terms=Term.objects.filter(is_working=True))
    nights = set_working_time(name="По средам", time_zone="Europe/Moscow", week=WEDNESDAYS, actor=SYSTEM)
    edit_team(team=case.team, name=case.team.name, working_time=nights, is_first=True, actor=SYSTEM)
    run_jobs()
    set_working_time(name="По средам", time_zone="Asia/Omsk", week=WEDNESDAYS, calendar=nights, actor=SYSTEM)
    edit_case(
        case=fresh(case), actor=SYSTEM, changes={"team": found_team(name="Вторая", working_time=nights, actor=SYSTEM)}
    )
    run_jobs()
    for stage in (Stage.ASSESSED, Stage.INVESTIGATED):
        bring(lodged, stage, actor=acting(case.owner))
    complaints.answer(complaint=fresh_complaint(lodged), actor=acting(case.owner), is_solved=True, **ANSWER)
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=True)
    run_jobs()
    record_answer(invitation=Invitation.objects.get(), is_solved=False)
    run_jobs()
    merge_cases(into=make_case(owner=case.owner, customer=case.customer), other=fresh(case), actor=SYSTEM)


def those_who_were_touched_are_told() -> None:
    case, olga, words = make_case(), acting(make_lead()), {"ru": "Мы изменили то, о чём вы писали."}
    values = {"title": "Посылки ночуют", "owner": case.owner, "root_cause": "Так", "changes": "Иначе"}
    problem = complaints.save_problem(values=values, actor=olga)
    complaints.link_case(case=case, problem=problem, actor=olga)
    problem = complaints.move_problem(problem=problem, to="fixed", actor=olga)
    complaints.tell_touched(problem=problem, words=words, shown=complaints.to_tell(problem, words).seen, actor=olga)


def somebody_complains() -> None:
    case = make_case()
    answer = reply(case=case, actor=acting(case.owner), text="Едет.")
    run_jobs()
    arrive(COMPLAINT.format(answer.external_id).encode())


def a_program_elsewhere_is_silent() -> None:
    make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    Webhook.objects.create(
        url="https://shop.example/",
        events=["*"],
        secret=lock_secret("x"),
        failing_since=timezone.now() - timedelta(days=4),
    )
    webhooks.listeners.forget()
    make_agent()


def an_agent_is_invited_and_comes() -> None:
    make_inbox()
    make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    igor, _new = create_agent(email="igor@gorizont.example", name="Игорь Лыткин")
    invite_agent(agent=igor, actor=SYSTEM)
    run_jobs()
    note_coming(agent=igor)


def letters_waited_for_the_first_agent() -> None:
    make_inbox()
    arrive(letter())
    igor, _new = create_agent(email="igor@gorizont.example", name="Игорь Лыткин")
    run_jobs()
    note_coming(agent=igor)


def an_invitation_is_refused() -> None:
    make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    igor, _new = create_agent(email="refused@gorizont.example", name="Игорь Лыткин")
    invite_agent(agent=igor, actor=SYSTEM)


def a_password_is_forgotten_and_changed() -> None:
    anna = make_agent()
    Client().post("/account/password/reset/", {"email": anna.email})
    new = {"password1": "another horse battery", "password2": "another horse battery"}
    desk(anna).post("/account/password/change/", {"oldpassword": "correct horse battery", **new})


def the_working_time_changes() -> None:
    case = make_case()
    nights = set_working_time(name="Ночи", time_zone="Europe/Moscow", week=[[["22:00", "24:00"]]] * 7, actor=SYSTEM)
    edit_team(team=case.team, name=case.team.name, working_time=nights, is_first=True, actor=SYSTEM)
    run_jobs()
    week = [[["20:00", "24:00"]]] * 7
    set_working_time(name="Ночи", time_zone="Europe/Moscow", week=week, calendar=nights, actor=SYSTEM)
    change_policies(values={"standards.urgent_percent": 50}, actor=SYSTEM)


def an_article_is_published() -> None:
    article = write_article(words=Words(title="Возврат", body="Три дня."), actor=acting(make_lead()))
    publish(version=Version.objects.get(article=article), actor=SYSTEM)


def a_standard_is_worked_by() -> None:
    """A step is ticked by an answer that is lost later; two changes of the standard are proposed."""
    olga, anna = make_lead(), make_agent()
    words = Standards(how=["Вовремя"], ticked_by=["first_answer_in_time"])
    standard = make_standard(words=words, actor=acting(olga), case_kind="complaint")
    case = make_case(owner=anna, kind="complaint")
    answer = reply(case=case, actor=acting(anna), text="Едет.")
    run_jobs()
    Delivery.objects.filter(message=answer).update(state="bounced")
    record_undelivered(case=case, delivery_id=Delivery.objects.get(message=answer).pk)
    for decide in (take_proposal, partial(decline_proposal, because="Так вернее")):
        proposal = propose_change(standard=standard, words="Иначе", actor=acting(anna))
        decide(proposal=proposal, actor=acting(olga))


def a_lead_is_asked_and_answers_by_letter() -> None:
    olga = make_lead()
    case = make_case()
    set_budget(team=case.team, monthly=1_000_000, actor=SYSTEM)
    cards = set_gift(gift=None, actor=SYSTEM, values={"code": "cards", "name": "Карточки", "cost": 300_000})
    ask_lead(case=case, wish=Wish(gift=cards, reason="Вторая задержка"), actor=acting(case.owner))
    run_jobs()
    asks = return_id("goodwill", AskedLead.objects.get().pk)
    arrive(letter("Да", From=olga.email, In_Reply_To=f"<{asks}>"))


def a_promise_breaks_and_is_answered_for() -> None:
    case = make_case()
    now = timezone.now()
    answer = reply(case=case, actor=acting(case.owner), text="Отвечу завтра до 15:00.")
    run_jobs()
    make_promise(case=fresh(case), actor=acting(case.owner), kind="visit", by=now + timedelta(minutes=1))
    mind_promises(now + timedelta(seconds=59))
    run_jobs()
    with time_machine.travel(now + timedelta(minutes=2), tick=False):
        mind_promises(timezone.now())
        by = timezone.now() + timedelta(hours=1)
        answer = apologize(case=fresh(case), actor=acting(case.owner), text="Простите", by=by)
        run_jobs()
        row = answer.deliveries.get()
        Delivery.objects.filter(pk=row.pk).update(state=Delivery.State.BOUNCED)
        record_undelivered(case=fresh(case), delivery_id=row.pk)
        run_jobs()
    other = make_case(owner=case.owner, customer=case.customer)
    merge_cases(into=fresh(other), other=fresh(case), actor=acting(case.owner))
    change_policies(values={"promises.owner_percent": 50}, actor=SYSTEM)


def another_program_talks_and_falls_silent() -> None:
    make_agent("Ада Админ", "ada@gorizont.example", Role.ADMIN)
    with other_side() as side:
        inbox = make_channel(side.url)
        knock(inbox, word(files=[{"name": "a.txt", "url": f"{side.url}/a.txt"}]))
        about = {"peer": "vera-17", "message_id": "m-1"}
        knock(inbox, about | {"id": "e", "type": "edited", "text": "Где заказ 12?"})
        knock(inbox, about | {"id": "r", "type": "removed"})
        side.will_answer(401)
        case = Case.objects.get()
        reply(case=case, actor=acting(case.owner), text="Завтра")
        run_jobs()


def a_messenger_leads_from_a_case_to_yes() -> None:
    case = make_case()
    with serving(FakeTelegram()) as fake:
        inbox = open_door(fake)
        conversation = Conversation.objects.get()
        link = make_start_link(conversation=conversation, inbox=inbox, actor=SYSTEM)
        fake_knock(fake, inbox, fake.word(f"/start {link.rpartition('=')[2]}"), fake.word("Я тут"))
        answer_and_solve(case=fresh(case), actor=acting(case.owner), text="Привезли")
        run_jobs()
        fake_knock(fake, inbox, fake.press(fake.said[-1], "solved:no"))


def what_somebody_asked_for_is_done() -> None:
    olga = acting(make_lead())
    case = make_case()
    wanted = suggest(said=Said(customer=case.customer, words="Не закрывайте записи", case=case), actor=olga)
    move(suggestion=wanted, to="done", actor=olga)
    tell_everyone(suggestion=wanted, words="Записи открыты", people=1, actor=olga)
    make_case(owner=case.owner, customer=case.customer, kind="thanks", text="Спасибо!")
    edit_case(case=case, actor=olga, changes={"kind": "thanks"})


def calls_are_owed_and_made() -> None:
    """One is kept on the page of its case, one withdrawn, and two cases that owe one become one."""
    anna, exchange = make_agent(), make_exchange()
    for number in ("+79005550142", "+79005550143"):
        miss(exchange, call=number, number=number)
    kept, withdrawn = Case.objects.order_by("id")
    keep_vow(case=kept, actor=acting(anna), kind="call_back")
    withdraw_promise(case=withdrawn, actor=acting(anna), kind="call_back")
    run_jobs()
    merge_cases(into=kept, other=make_case(owner=anna, customer=kept.customer), actor=acting(anna))


STORIES: dict[Callable[[], None], set[str]] = {
    a_lead_is_asked_and_answers_by_letter: {"write_to_the_lead", "hear_the_lead"},
    a_standard_is_worked_by: {
        "tick_steps_by_what_happened",
        "untick_what_did_not_arrive",
        "tell_the_keeper_of_a_proposal",
        "tell_the_author_that_it_was_taken",
        "tell_the_author_that_it_was_declined",
    },
    the_working_time_changes: {"follow_the_team", "follow_the_working_time", "follow_the_priorities"},
    a_letter_comes_and_is_answered: {"ensure_case", "acknowledge", "keep_what_was_promised"},
    it_is_solved_and_taken_back: {"remember_who_was_asked", "ask_nothing_that_was_taken_back"},
    it_was_spam_and_is_none: {"acknowledge_after_all", "hear_what_was_answered_meanwhile"},
    an_older_version_called_it_solved: {"ask_the_customer"},
    others_take_over: {"tell_the_new_name", "tell_both_names", "let_deputies_step_down", "see_their_absence_end"},
    it_is_somebody_elses: {"welcome"},
    two_records_are_one_person: {
        "bring_together_what_they_said",
        "bring_their_cases_together",
        "bring_their_complaints_together",
        "bring_questions_together",
        "bring_their_voices_together",
        "bring_answers_together",
        "let_their_manager_come_along",
        "tell_of_joined_records",
        "tell_of_an_address",
    },
    somebody_is_forgotten: {"forget_what_they_said", "forget_their_cases"},
    a_survey_asks_after_a_case_and_its_letter_comes_back: {
        "plan_to_ask",
        "note_that_it_was_handed_over",
        "note_that_it_came_back",
    },
    our_letters_are_refused: {"bring_back_undelivered", "look_whether_we_are_refused", "tell_the_admins_of_refusals"},
    somebody_complains: {"tell_the_owner_of_the_complaint"},
    those_who_were_touched_are_told: {"write_to_those_who_were_touched"},
    a_complaint_goes_its_way: {
        "tell_the_number",
        "follow_the_teams_calendar",
        "follow_the_calendar",
        "follow_the_other_team",
        "hear_that_all_is_well",
        "hear_that_it_is_not",
        "bring_the_complaints_along",
        "bring_what_was_said_along",
    },
    a_program_elsewhere_is_silent: {"tell_webhooks", "tell_the_admins"},
    an_agent_is_invited_and_comes: {"send_the_invitation", "take_up_what_waited_for_them", "take_up_what_waited"},
    letters_waited_for_the_first_agent: {"take_up_what_waited_for_them"},
    an_invitation_is_refused: {"tell_the_admins_of_the_invitation"},
    a_password_is_forgotten_and_changed: {"send_the_reset", "tell_of_the_change"},
    what_somebody_asked_for_is_done: {
        "tell_each_of_them",
        "hear_kind_words",
        "hear_that_these_were_kind_words",
    },
    an_article_is_published: {"derive_what_the_search_needs"},
    a_promise_breaks_and_is_answered_for: {
        "write_to_the_colleague",
        "tell_by_the_new_shares",
        "hear_what_is_promised",
        "note_the_word",
        "ask_for_the_word_again",
        "bring_what_broke_together",
    },
    calls_are_owed_and_made: {"owe_no_call_any_longer", "owe_what_was_withdrawn_no_longer", "bring_calls_together"},
    a_standard_is_to_be_read_again: {"remind_the_keeper_of_a_standard"},
    another_program_talks_and_falls_silent: {
        "ensure_case",
        "show_the_changed_word",
        "show_the_withdrawn_word",
        "show_the_files",
        "tell_the_admins_of_a_door",
    },
    a_messenger_leads_from_a_case_to_yes: {"go_on_in_a_messenger", "write_down_what_was_pressed"},
}


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers our webhooks, and one address refuses letters."""
    send = EmailMultiAlternatives.send

    def refuse(mail: EmailMultiAlternatives) -> int:
        if mail.to == ["refused@gorizont.example"]:
            raise smtplib.SMTPRecipientsRefused({mail.to[0]: (550, b"no such user")})
        return send(mail)

    monkeypatch.setattr(login.EmailMultiAlternatives, "send", refuse)
    monkeypatch.setattr(webhooks, "post_signed", lambda _url, **_sent: 503)


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_what_is_told_twice_has_happened_once(told: set[str], story: Callable[[], None]) -> None:
    story()
    run_jobs()

    assert STORIES[story] <= told


def test_every_reaction_is_in_a_story() -> None:
    load_reactions()
    known = [one for kind in events._reactions.values() for one in kind] + events._listeners

    assert {one.path.rpartition(".")[2] for one in known} == set().union(*STORIES.values())
    assert len({one.path for one in known}) == len({one.path.rpartition(".")[2] for one in known})
