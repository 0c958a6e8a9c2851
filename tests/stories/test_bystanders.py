"""What is done to one is done to nobody else: a second of everything stands by, and stays as it is, row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from otklik.cases import actions as cases
from otklik.cases.actions.spam import mark_spam, unmark_spam
from otklik.cases.models import Alert, Case, Draft, Presence
from otklik.customers import actions as customers
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.foundation.models import Webhook
from otklik.foundation.policies import set_policy
from otklik.foundation.secrets import lock_secret
from otklik.foundation.webhooks.actions import edit_webhook, remove_webhook
from otklik.knowledge import actions as knowledge
from otklik.knowledge.models import Article, Correction, Feedback, Place, Search, Version
from otklik.reach import actions as reach
from otklik.reach.actions.forgetting import erase_addresses
from otklik.reach.actions.held import bring_back_held, delete_held, release_held
from otklik.reach.actions.outbox import cancel, retry_delivery
from otklik.reach.actions.stopping import let_letters_go, stop_letters
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message, RawMessage
from otklik.team import actions as team
from otklik.team.models import Agent, ApiToken, Team
from otklik.team.queries import first_team
from otklik.voice import actions as voice
from otklik.voice.models import Invitation
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_inbox,
    make_standard,
    run_jobs,
)
from tests.stories.standing_by import Bystander
from tests.stories.test_who_really_wrote import report

pytestmark = pytest.mark.django_db
PARTS = 6


@dataclass(kw_only=True)
class World:
    """One of everything, named after somebody: ``open``, ``solved`` and so on are cases of one customer and agent."""

    name: str
    agent: Agent
    admin: Agent
    customer: Customer
    cases: dict[str, Case]
    letters: dict[str, Message]
    held: RawMessage
    binned: RawMessage
    article: Article
    webhook: Webhook
    team: Team

    @property
    def actor(self) -> Actor:
        return acting(self.agent)

    @property
    def address(self) -> str:
        return f"{self.name}@mail.example"

    def case(self, state: str) -> Case:
        return fresh(self.cases[state])


def build(name: str) -> World:
    agent = make_agent(f"Агент {name}", f"agent-{name}@gorizont.example")
    admin = make_agent(f"Админ {name}", f"admin-{name}@gorizont.example", Role.ADMIN)
    made = {state: _case(name, agent, state) for state in ("open", "solved", "spam", "other", "asked", "failed")}
    customer = made["open"].customer
    letters = {
        state: Message.objects.filter(conversation__thread__case=case, direction="out").latest("id")
        for state, case in made.items()
    }
    customers.add_contact_point(customer=customer, kind="email", value=f"{name}@old.example", actor=acting(agent))
    held = arrive(letter("Спам", From=f"{name}@spam.example", Message_ID=f"<{name}.s@m.example>", X_Spam_Flag="YES"))
    binned = arrive(letter("Спам", From=f"{name}@bin.example", Message_ID=f"<{name}.b@m.example>", X_Spam_Flag="YES"))
    delete_held(raw=binned, actor=SYSTEM)
    return World(
        name=name,
        agent=agent,
        admin=admin,
        customer=customer,
        cases=made,
        letters=letters,
        held=held,
        binned=binned,
        article=_article(name, agent),
        webhook=_webhook(name),
        team=team.found_team(name=f"Команда {name}", working_time=first_team().working_time, actor=SYSTEM),
    )


def _case(name: str, agent: Agent, state: str) -> Case:
    arrive(
        letter(
            f"Пишет {name}",
            From=f"{name}@mail.example",
            Message_ID=f"<{name}.{state}@m.example>",
            Subject=f"{name} {state}",
        )
    )
    case = Case.objects.latest("id")
    Case.objects.filter(pk=case.pk).update(owner=agent, tags=[name])
    case, actor = fresh(case), acting(agent)
    if state == "open":
        cases.reply(case=case, actor=actor, text=f"Ждёт, {name}", is_undoable=True)
        cases.save_draft(case=case, actor=actor, kind="reply", text=f"Черновик {name}")
        file = IncomingFile(name="a.txt", content_type="text/plain", content=name.encode())
        cases.add_draft_files(case=case, actor=actor, kind="note", files=[file])
        Presence.objects.create(case=case, agent=agent)
        Alert.objects.create(case=case, agent=agent, reason="mention", source=name)
        return case
    if state == "other":
        cases.reply(case=case, actor=actor, text=f"Едет, {name}")
    if state in {"solved", "asked"}:
        cases.mark_solved(case=case, actor=actor, summary=f"Готово, {name}")
    if state == "failed":
        sent = cases.reply(case=case, actor=actor, text=f"Не дошло, {name}")
        Delivery.objects.filter(message=sent).update(state="failed", last_error="550")
    run_jobs()
    if state == "spam":
        mark_spam(case=fresh(case), actor=actor)
        run_jobs()
    return case


def _article(name: str, agent: Agent) -> Article:
    article = knowledge.write_article(
        words=knowledge.Words(title=f"Статья {name}", body="Три дня."), actor=acting(agent)
    )
    knowledge.publish(version=Version.objects.get(article=article), actor=SYSTEM)
    article = Article.objects.select_related("live").get(pk=article.pk)
    knowledge.start_draft(article=article, actor=acting(agent))
    knowledge.propose_correction(article=article, words=f"Не так, {name}", actor=acting(agent))
    assert article.live is not None
    knowledge.say_helpful(version=article.live, visitor=name * 8, is_helpful=False, missing=f"Мало, {name}")
    asked = knowledge.Asked(words="возврат", place=Place.PORTAL, language="ru", visitor=name * 8)
    knowledge.note_search(asked, found=0, is_answered=False)
    knowledge.note_reading(article=article, place=Place.PORTAL, visitor=name * 8)
    return article


def _webhook(name: str) -> Webhook:
    return Webhook.objects.create(url=f"http://127.0.0.1/{name}", events=["cases.none"], secret=lock_secret("x"))


# ── What is done ──────────────────────────────────────────────────────────────────────────
type Deed = Callable[[World], object]


def _draft(us: World) -> Draft:
    return Draft.objects.get(case=us.cases["open"], kind="note")


def _invitation(us: World, state: str = "asked") -> Invitation:
    return Invitation.objects.filter(case=us.cases[state]).latest("id")


def _of_article[T](rows: T, us: World) -> T:
    return rows.filter(article=us.article).latest("id")  # type: ignore[attr-defined, no-any-return]


DEEDS: dict[str, Deed] = {
    # cases
    "reply": lambda us: cases.reply(case=us.case("other"), actor=us.actor, text="Ещё"),
    "note": lambda us: cases.note(case=us.case("other"), actor=us.actor, text="Ага"),
    "save_draft": lambda us: cases.save_draft(case=us.case("open"), actor=us.actor, kind="reply", text="Другое"),
    "forget_draft": lambda us: cases.save_draft(case=us.case("open"), actor=us.actor, kind="reply", text=""),
    "look": lambda us: cases.look(case=us.case("open"), actor=us.actor, is_typing=True),
    "leave": lambda us: cases.leave(case=us.case("open"), actor=us.actor),
    "mark_solved": lambda us: cases.mark_solved(case=us.case("other"), actor=us.actor, summary="Всё"),
    "answer_and_solve": lambda us: cases.answer_and_solve(case=us.case("other"), actor=us.actor, text="Всё"),
    "take_back": lambda us: cases.take_back(case=us.case("open"), message=us.letters["open"], actor=us.actor),
    "reopen": lambda us: cases.reopen(case=us.case("solved"), actor=us.actor, reason="Ещё не всё"),
    "close": lambda us: cases.close_unconfirmed(case=us.case("solved")),
    "see_alert": lambda us: cases.see_alerts(actor=us.actor, case=us.case("open")),
    "see_alerts": lambda us: cases.see_alerts(actor=us.actor),
    "edit_case": lambda us: cases.edit_case(
        case=us.case("open"), actor=us.actor, changes={"subject": "Иначе", "kind": "complaint"}
    ),
    "tag": lambda us: cases.tag_case(case=us.case("open"), actor=us.actor, add=["срочно"], remove=[us.name]),
    "transfer": lambda us: cases.transfer(case=us.case("open"), actor=us.actor, to=us.admin, summary="Всё"),
    "merge_cases": lambda us: cases.merge_cases(into=us.case("open"), other=us.case("other"), actor=us.actor),
    "mark_spam": lambda us: mark_spam(case=us.case("open"), actor=us.actor),
    "unmark_spam": lambda us: unmark_spam(case=us.case("spam"), actor=us.actor),
    "settle_undelivered": lambda us: cases.settle_undelivered(case=us.case("failed"), actor=us.actor),
    "retry": lambda us: retry_delivery(delivery=Delivery.objects.get(message=us.letters["failed"]), actor=us.actor),
    "remove_draft_file": lambda us: cases.remove_draft_file(
        case=us.case("open"), actor=us.actor, file_id=_draft(us).files.get().pk
    ),
    "keep_promise": lambda us: cases.keep_promise(case=us.case("other"), answer_id=us.letters["other"].pk),
    "give_back": lambda us: cases.give_promise_back(case=us.case("other"), answer_id=us.letters["other"].pk),
    "let_go": lambda us: cases.let_agent_go(agent=us.agent, to=us.admin, actor=acting(us.admin)),
    "erase_person": lambda us: cases.erase_person(customer=us.customer, actor=SYSTEM),
    "another_customer": lambda us: cases.change_customer(
        case=us.case("open"), actor=us.actor, to=customers.identify(kind="email", value=f"{us.name}@third.example")
    ),
    # customers
    "edit_customer": lambda us: customers.edit_customer(
        customer=us.customer, changes={"name": "Иначе", "remembered": "Да"}, actor=us.actor
    ),
    "remove_point": lambda us: customers.remove_contact_point(
        point=ContactPoint.objects.get(value=f"{us.name}@old.example"), actor=us.actor
    ),
    "bounce": lambda us: customers.record_bounce(email=us.address, is_hard=True),
    "prove": lambda us: customers.mark_contact_point(
        point=ContactPoint.objects.get(value=us.address), actor=us.actor, is_verified=True
    ),
    "join_people": lambda us: customers.merge_customers(
        into=us.customer, other=customers.identify(kind="email", value=f"{us.name}@third.example"), actor=us.actor
    ),
    # reach
    "stop": lambda us: stop_letters(conversation_ids=[us.letters["open"].conversation_id], actor=us.actor),
    "stop_and_go": lambda us: let_letters_go(
        delivery_ids=stop_letters(conversation_ids=[us.letters["open"].conversation_id], actor=us.actor), actor=us.actor
    ),
    "cancel": lambda us: cancel(message=us.letters["open"], actor=us.actor),
    "release": lambda us: release_held(raw=us.held, actor=us.actor),
    "throw_away": lambda us: delete_held(raw=us.held, actor=us.actor),
    "bring_back_held": lambda us: bring_back_held(raw=us.binned, actor=us.actor),
    "bounced": lambda us: arrive(
        report(us.letters["other"].external_id, said="550 5.1.1 user unknown", address=us.address)
    ),
    "heard": lambda us: arrive(
        letter(
            "Ещё",
            From=us.address,
            Message_ID=f"<{us.name}.more@m.example>",
            References=f"<{us.letters['solved'].external_id}>",
        )
    ),
    "erase_addresses": lambda us: erase_addresses(addresses=[us.address]),
    "edit_inbox": lambda us: reach.edit_inbox(
        inbox=reach.add_email_inbox(address=f"{us.name}@gorizont.example"), actor=SYSTEM, changes={"name": "Иначе"}
    ),
    # voice
    "answered": lambda us: voice.record_answer(invitation=_invitation(us), is_solved=False, words="Нет"),
    "confirmed": lambda us: voice.record_answer(invitation=_invitation(us), is_solved=True, satisfaction=5, ease=7),
    "said_unasked": lambda us: voice.say_it_is_solved(case=us.case("open"), actor=customer_actor(us.case("open"))),
    "reminded": lambda us: voice.remind(case=us.case("solved")),
    "given_up": lambda us: voice.give_up_waiting(case=us.case("solved")),
    # knowledge
    "edit_draft": lambda us: knowledge.edit_draft(
        version=us.article.versions.get(state="draft"),
        words=knowledge.Words(title="Иначе", body="Иначе"),
        actor=us.actor,
    ),
    "publish": lambda us: knowledge.publish(version=us.article.versions.get(state="draft"), actor=SYSTEM),
    "drop_draft": lambda us: knowledge.drop_draft(version=us.article.versions.get(state="draft"), actor=us.actor),
    "withdraw": lambda us: knowledge.withdraw(article=us.article, actor=acting(us.admin)),
    "settle_words": lambda us: knowledge.settle_words(
        article=us.article, until=_of_article(Feedback.objects, us).pk, actor=us.actor
    ),
    "decide_correction": lambda us: knowledge.decide_correction(
        correction=_of_article(Correction.objects, us), is_taken=True, actor=us.actor
    ),
    "join_case": lambda us: knowledge.join_case(visitor=us.name * 8, case_id=us.cases["open"].pk),
    "opened": lambda us: knowledge.note_opened(
        search_id=Search.objects.get(visitor=us.name * 8).pk, visitor=us.name * 8, article=us.article
    ),
    "helpful": lambda us: knowledge.say_helpful(version=us.article.live, visitor=us.name * 8, is_helpful=True),  # type: ignore[arg-type]
    "set_article": lambda us: knowledge.set_article(
        article=us.article, actor=us.actor, values={"slug": f"{us.name}-anders"}
    ),
    # team, standards, webhooks
    "edit_agent": lambda us: team.edit_agent(agent=us.agent, actor=SYSTEM, changes={"name": "Иначе"}),
    "away": lambda us: team.go_away(
        agent=us.agent, actor=SYSTEM, until=timezone.now() + timedelta(days=3), deputy=us.admin
    ),
    "join_team": lambda us: team.join_team(agent=us.agent, team=us.team, actor=SYSTEM, is_lead=True),
    "edit_team": lambda us: team.edit_team(
        team=us.team, name="Иначе", working_time=us.team.working_time, is_first=False, actor=SYSTEM
    ),
    "token": lambda us: (
        team.create_token(agent=us.agent, actor=us.actor),
        team.revoke_token(token=ApiToken.objects.get(agent=us.agent), actor=us.actor),
    ),
    "edit_webhook": lambda us: edit_webhook(
        webhook=us.webhook, url=us.webhook.url, events=["*"], is_active=False, actor=acting(us.admin)
    ),
    "remove_webhook": lambda us: remove_webhook(webhook=us.webhook, actor=acting(us.admin)),
    "set_standard": lambda us: make_standard("Иначе", case_kind="complaint"),
}


ANNOUNCED: dict[str, str] = {
    "reply": "cases.answered cases.replied reach.message_queued reach.message_sent",
    "note": "cases.noted",
    "save_draft": "",
    "forget_draft": "",
    "look": "",
    "leave": "",
    "mark_solved": "cases.answered cases.solved reach.message_queued reach.message_sent voice.customer_asked",
    "answer_and_solve": (
        "cases.answered cases.replied cases.solved reach.message_queued reach.message_sent voice.customer_asked"
    ),
    "take_back": "reach.message_cancelled",
    "reopen": "cases.reopened",
    "close": "cases.closed",
    "see_alert": "",
    "see_alerts": "",
    "edit_case": "cases.edited",
    "tag": "cases.edited",
    "transfer": "cases.alerted cases.owner_changed reach.message_queued reach.message_sent",
    "merge_cases": "cases.merged",
    "mark_spam": "cases.marked_spam reach.message_cancelled",
    "unmark_spam": "cases.unmarked_spam",
    "settle_undelivered": "",
    "retry": "cases.answered reach.delivery_retried reach.message_sent",
    "remove_draft_file": "",
    "keep_promise": "",
    "give_back": "",
    "let_go": "cases.owner_changed reach.message_queued reach.message_sent team.agent_changed",
    "erase_person": "customers.erased",
    "another_customer": "cases.customer_changed customers.met reach.message_queued reach.message_sent",
    "edit_customer": "customers.edited",
    "remove_point": "customers.edited",
    "bounce": "customers.address_bounced",
    "prove": "customers.address_vouched customers.edited",
    "join_people": "customers.merged customers.met",
    "stop": "reach.message_cancelled",
    "stop_and_go": "reach.message_cancelled reach.message_queued",
    "cancel": "reach.message_cancelled",
    "release": (
        "cases.opened customers.met reach.held_decided reach.message_queued reach.message_received reach.message_sent"
    ),
    "throw_away": "reach.held_decided",
    "bring_back_held": "reach.held_decided",
    "bounced": "cases.alerted cases.answer_lost customers.address_bounced reach.message_undelivered",
    "heard": "cases.heard cases.reopened reach.message_received",
    "erase_addresses": "",
    "edit_inbox": "reach.inbox_changed",
    "answered": "cases.alerted cases.reopened voice.answer_recorded",
    "confirmed": "cases.closed voice.answer_recorded",
    "said_unasked": "cases.closed voice.answer_recorded",
    "reminded": "reach.message_queued reach.message_sent voice.customer_reminded",
    "given_up": "cases.closed",
    "edit_draft": "",
    "publish": "knowledge.article_published",
    "drop_draft": "knowledge.draft_dropped",
    "withdraw": "knowledge.article_withdrawn",
    "settle_words": "",
    "decide_correction": "knowledge.correction_decided",
    "join_case": "",
    "opened": "",
    "helpful": "",
    "set_article": "knowledge.article_changed",
    "edit_agent": "team.agent_changed",
    "away": "team.agent_went_away",
    "join_team": "team.team_changed",
    "edit_team": "team.team_changed",
    "token": "team.token_created team.token_revoked",
    "edit_webhook": "webhooks.changed",
    "remove_webhook": "webhooks.changed",
    "set_standard": "standards.published standards.written",
}
"""Everything that becomes known of each, in alphabetical order."""


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_done_to_one_is_done_to_nobody_else_and_becomes_known(settings: Settings, part: int) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    set_policy("reach.undo_seconds", value=3600)
    make_inbox()
    bystander, us = Bystander.beside(build)
    chosen = list(DEEDS)[part::PARTS]

    harmed, said = bystander.watch(DEEDS, chosen, us)

    assert harmed == {}
    assert [f"{name}: {words}" for name, words in said.items() if words != ANNOUNCED[name]] == []
