"""Plays a play: each step calls the action that a person would call at that moment."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from otklik.cases.actions import (
    edit_case,
    mark_solved,
    note,
    open_for_customer,
    reopen,
    reply,
    save_draft,
    see_alerts,
    tag_case,
    transfer,
)
from otklik.cases.models import Case
from otklik.customers.actions import add_contact_point, edit_customer, identify
from otklik.demo import letters
from otklik.demo.attachments import make_file
from otklik.demo.clock import Clock
from otklik.demo.company import WOMEN, Company
from otklik.demo.people import Person
from otklik.demo.plays import Play, Step, fill
from otklik.demo.readers import search
from otklik.demo.working import work_off
from otklik.foundation.actors import SYSTEM, Actor, ActorKind
from otklik.knowledge.actions import join_case, new_visitor, note_opened, note_reading
from otklik.knowledge.models import Article, Place
from otklik.reach.actions import hear_on_page, keep_raw
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_address
from otklik.reach.threads import reply_address
from otklik.team.models import Agent
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation

_STYLES = ("", "", "phone", "html", "outlook", "html")
_LOOK_FIRST, _LOOK, _QUOTE = 0.6, timedelta(minutes=4), 0.4
_MORE = ("Подробнее", "Здесь всё по шагам", "Может пригодиться и потом", "Об этом же в статье")


@dataclass(kw_only=True)
class Performance:
    """One play given by one customer; steps are called in order, each with the clock already moved."""

    play: Play
    person: Person
    slots: dict[str, str]
    chance: Random
    company: Company
    clock: Clock
    number: int
    moments: list[datetime]
    case_id: int = 0
    said: int = 0
    has_quoted: bool = False
    style: str = field(init=False)

    def __post_init__(self) -> None:
        self.style = self.chance.choice(_STYLES)

    def act(self, step: Step) -> None:
        """Do one step and everything that follows from it at once."""
        getattr(self, f"_{step.speaker}")(step)
        work_off()

    # ── The customer ──────────────────────────────────────────────────────────────────────
    def _customer(self, step: Step) -> None:
        if not self.case_id:
            self._first_letter(step)
            return
        self._letter(step, sender=(self._written_name(), self.person.email))

    def _first_letter(self, step: Step) -> None:
        inbox = self.company.inboxes[self.play.inbox]
        draft = letters.Draft(
            sender=(self._written_name(), self.person.email),
            to=inbox.address,
            subject=self._words(self.play.subject),
            text=self._words(step.words),
            at=self.clock.now(),
            message_id=self._message_id(self.person.email),
            style=step.style or self.style,
            files=step.files,
        )
        raw = letters.write(draft)
        keep_raw(raw=raw, door="smtp", inbox=inbox, envelope_from=self.person.email, envelope_to=[inbox.address])
        work_off()
        self._settle_in(Message.objects.get(external_id=draft.message_id))

    def _letter(self, step: Step, *, sender: tuple[str, str]) -> None:
        last = self._messages().filter(direction="out").order_by("-id").first()
        conversation = self._conversation()
        to = reply_address(conversation, self.company.inboxes[self.play.inbox])
        subject = conversation.subject or (last.subject if last else "")
        draft = letters.Draft(
            sender=sender,
            to=to,
            subject=subject if subject.startswith("Re: ") else f"Re: {subject}",
            text=self._words(step.words),
            at=self.clock.now(),
            message_id=self._message_id(sender[1]),
            answers=last,
            style=step.style or self.style,
            files=step.files,
        )
        raw = letters.automatic(draft) if step.speaker == "auto" else letters.write(draft)
        keep_raw(raw=raw, door="smtp", inbox=inbox_by_address(to), envelope_from=sender[1], envelope_to=[to])

    def _auto(self, step: Step) -> None:
        self._letter(step, sender=(self._written_name(), self.person.email))

    def _stranger(self, step: Step) -> None:
        local, _at, _domain = self.person.email.partition("@")
        self._letter(step, sender=(step.who, f"{local}.kollega@post.example"))

    def _form(self, step: Step) -> None:
        person, visitor = self.person, self._look_around()
        customer = identify(kind="email", value=person.email, name=person.full_name, language=person.language)
        _case, message = open_for_customer(
            customer=customer,
            subject=self._words(self.play.subject),
            text=self._words(step.words),
            actor=Actor(kind=ActorKind.CUSTOMER, pk=customer.pk),
            address=person.email,
            inbox_kind="form",
            team=self.company.teams[self.play.inbox],
            files=[make_file(name) for name in step.files],
        )
        work_off()
        self._settle_in(message)
        join_case(visitor=visitor, case_id=self.case_id)

    def _look_around(self) -> str:
        """What this visitor asked and read before the form; '' when they came straight to it."""
        if not self.play.looked or (self.play.times > 1 and self.chance.random() > _LOOK_FIRST):
            return ""
        visitor, written_at = new_visitor(), self.clock.moment
        for number, (words, slug) in enumerate(self.play.looked):
            self.clock.moment = written_at - _LOOK * (len(self.play.looked) - number)
            article = Article.objects.filter(slug=slug).first() if slug else None
            asked = search(words, article, self.person.language, visitor, place=Place.PORTAL, is_answered=bool(slug))
            if article is not None:
                note_opened(search_id=asked.pk, visitor=visitor, article=article)
                note_reading(article=article, place=Place.PORTAL, visitor=visitor)
        self.clock.moment = written_at
        return visitor

    def _phone(self, step: Step) -> None:
        """A call, written down by whoever took it."""
        agent = self.company.agents[step.who]
        customer = identify(kind="phone", value=self.person.phone, name=self.person.full_name)
        add_contact_point(customer=customer, kind="email", value=self.person.email, actor=SYSTEM)
        self._open(step, customer=customer, actor=self.company.acting(agent), owner=agent, channel="phone")

    def _api(self, step: Step) -> None:
        """The school's own programs pass on what was pressed there."""
        agent = self.company.agents[step.who]
        customer = identify(kind="email", value=self.person.email, name=self.person.full_name)
        self._open(step, customer=customer, actor=self.company.acting(agent), inbox_kind="api")

    def _open(self, step: Step, **how: Any) -> None:
        _case, message = open_for_customer(
            subject=self._words(self.play.subject),
            text=self._words(step.words),
            address=self.person.email,
            team=self.company.teams[self.play.inbox],
            **how,
        )
        work_off()
        self._settle_in(message)

    def _page(self, step: Step) -> None:
        files = [make_file(name) for name in step.files]
        hear_on_page(conversation=self._conversation(), text=self._words(step.words), files=files)

    def _yes(self, step: Step) -> None:
        self._answer(step, is_solved=True)

    def _no(self, step: Step) -> None:
        self._answer(step, is_solved=False)

    def _answer(self, step: Step, *, is_solved: bool) -> None:
        satisfaction, ease = (*step.scores, None, None)[:2]
        record_answer(
            invitation=Invitation.objects.filter(case_id=self.case_id).order_by("-round")[:1].get(),
            is_solved=is_solved,
            satisfaction=satisfaction,
            ease=ease,
            explained_twice=step.style == "twice",
            words=self._words(step.words),
        )

    def _bounce(self, _step: Step) -> None:
        last = self._messages().filter(direction="out").order_by("-id")[:1].get()
        inbox = self.company.inboxes[self.play.inbox]
        raw = letters.bounce(last, address=self.person.email, inbox=inbox.address, at=self.clock.now())
        keep_raw(raw=raw, door="smtp", inbox=inbox, envelope_to=[inbox.address])

    # ── The staff ─────────────────────────────────────────────────────────────────────────
    def _agent(self, step: Step) -> None:
        case = self._case()
        agent = self._speaker(step, case)
        send_at = self.clock.now() + timedelta(hours=14) if step.style == "later" else None
        actor = self.company.acting(agent)
        see_alerts(actor=actor, case=case)
        files = [make_file(name) for name in step.files]
        text = self._words(step.words, agent) + self._quote()
        reply(case=case, actor=actor, text=text, files=files, send_at=send_at)

    def _quote(self) -> str:
        """A link to the article that answers it too; among several performances only in some."""
        if not self.play.quotes or self.has_quoted or (self.play.times > 1 and self.chance.random() > _QUOTE):
            return ""
        self.has_quoted = True
        article = Article.objects.select_related("live").get(slug=self.play.quotes)
        assert article.live is not None, "only what is published is quoted"
        more = "More about it" if article.language == "en" else self.chance.choice(_MORE)
        return f"\n\n{more}: [{article.live.title}]({settings.BASE_URL}/help/{article.slug})"

    def _note(self, step: Step) -> None:
        case = self._case()
        agent = self._speaker(step, case)
        files = [make_file(name) for name in step.files]
        note(case=case, actor=self.company.acting(agent), text=self._words(step.words, agent), files=files)

    def _solved(self, step: Step) -> None:
        case = self._case()
        agent = self._speaker(step, case)
        actor = self.company.acting(agent)
        see_alerts(actor=actor, case=case)
        mark_solved(case=case, actor=actor, summary=self._words(step.words, agent))

    def _handover(self, step: Step) -> None:
        case, to = self._case(), self.company.agents[step.who]
        actor = self.company.acting(case.owner)
        if to.pk != case.owner_id:
            transfer(case=case, actor=actor, to=to, summary=self._words(step.words, case.owner))

    def _reopen(self, step: Step) -> None:
        case = self._case()
        reopen(case=case, actor=self.company.acting(case.owner), reason=self._words(step.words, case.owner))

    def _draft(self, step: Step) -> None:
        case = self._case()
        agent = self._speaker(step, case)
        save_draft(case=case, actor=self.company.acting(agent), kind="reply", text=self._words(step.words, agent))

    # ── What every step needs ─────────────────────────────────────────────────────────────
    def _settle_in(self, message: Message) -> None:
        """The owner looks at a new case: what kind it is, what it is about, who writes."""
        self.case_id = message.conversation.thread.case_id
        case = self._case()
        actor = self.company.acting(case.owner)
        changes = {"kind": self.play.kind, "priority": self.play.priority}
        edit_case(case=case, actor=actor, changes=changes)
        if self.play.tags:
            tag_case(case=case, actor=actor, add=self.play.tags)
        self._get_to_know(case)

    def _get_to_know(self, case: Case) -> None:
        customer = case.customer
        if customer.custom or not customer.name:
            return
        changes = {"name": self.person.full_name, "role_there": self.person.role, "custom": {"Город": self.person.city}}
        edit_customer(customer=customer, actor=SYSTEM, changes=changes)
        if self.number % 3 == 0:
            add_contact_point(customer=customer, kind="phone", value=self.person.phone, actor=SYSTEM)

    def _case(self) -> Case:
        cases = Case.objects.select_related("owner", "deputy", "customer", "team__working_time").defer("search")
        return cases.get(pk=self.case_id)

    def _messages(self) -> QuerySet[Message]:
        return Message.objects.filter(conversation__thread__case_id=self.case_id).select_related("conversation")

    def _conversation(self) -> Conversation:
        message = self._messages().filter(direction="in").select_related("conversation__customer").order_by("id")[0]
        return message.conversation

    def _speaker(self, step: Step, case: Case) -> Agent:
        return self.company.agents[step.who] if step.who else case.deputy or case.owner

    def _words(self, text: str, agent: Agent | None = None) -> str:
        is_woman = agent.first_name in WOMEN if agent else self.person.is_woman
        return fill(text, slots=self.slots, chance=self.chance, is_woman=is_woman)

    def _written_name(self) -> str:
        return self.person.full_name if self.number % 4 else self.person.name

    def _message_id(self, address: str) -> str:
        self.said += 1
        return f"{self.number}.{self.said}.{int(self.clock.now().timestamp())}@{address.rpartition('@')[2]}"
