"""Loads N cases with four messages each by COPY: minutes instead of hours."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Field, Model
from django.utils import timezone

from otklik.bench.words import COMMON, COMMON_EVERY, RARE, RARE_LETTERS, Writer
from otklik.cases.models import Case, CaseConversation
from otklik.customers.models import ContactPoint, Customer
from otklik.foundation.actors import SYSTEM, Role, Sight
from otklik.foundation.models import Event
from otklik.foundation.text.language import VERSION
from otklik.reach.actions import add_email_inbox
from otklik.reach.models import Conversation, Inbox, Message
from otklik.team.actions import create_agent, create_token, note_coming
from otklik.team.models import Agent

MESSAGES = 4
AGENTS = 20
CASES_OF_A_CUSTOMER = 3
INBOX = "help@bench.example"
_OPEN_EVERY = 10
_SOLVED_EVERY = 25
_START = datetime(2025, 1, 1, tzinfo=UTC)
_STEP = timedelta(minutes=7)
_WORDS_IN_A_LETTER = 30


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the load generator needs: who logs in, what there is, how long loading took (seconds)."""

    agent_id: int
    token: str
    open_numbers: list[int]
    numbers: range


def load(cases: int, say: Callable[[str], None]) -> Loaded:
    """Fill an empty, migrated database."""
    agents = _agents()
    boss, _new = create_agent(email="boss@bench.example", name="Руководитель", role=Role.ADMIN, sight=Sight.ALL)
    inbox = add_email_inbox(address=INBOX)
    team_id = boss.memberships.get().team_id
    customers = max(1, cases // CASES_OF_A_CUSTOMER)
    say(f"{customers:,} customers …")
    _load_customers(customers)
    say(f"{cases:,} cases …")
    _copy(*_cases(cases, customers, agents, team_id))
    _copy(
        Conversation,
        ("id", "inbox_id", "customer_id", "address", "subject", "is_sender_trusted"),
        ((i, inbox.pk, _customer(i, customers), f"client{_customer(i, customers)}@mail.example", f"Case {i}", True)
         for i in range(1, cases + 1)),
    )  # fmt: skip
    _copy(CaseConversation, ("case_id", "conversation_id"), ((i, i) for i in range(1, cases + 1)))
    _copy(Event, ("name", "case_id", "customer_id", "actor_kind", "payload", "at"), (
        ("cases.opened", i, _customer(i, customers), "system",
         f'{{"owner_id": {agents[i % AGENTS].pk}, "conversation_id": {i}}}', _at(i))
        for i in range(1, cases + 1)
    ))  # fmt: skip
    say(f"{cases * MESSAGES:,} messages …")
    _load_messages(cases, customers, agents, inbox)
    _settle_sequences()
    say("Statistics …")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Loaded(
        agent_id=boss.pk,
        token=create_token(agent=boss, actor=SYSTEM),
        open_numbers=[i for i in range(1, cases + 1) if i % _OPEN_EVERY == 0][-2000:],
        numbers=range(1, cases + 1),
    )


def _agents() -> list[Agent]:
    agents = [create_agent(email=f"agent{i}@bench.example", name=f"Агент {i}")[0] for i in range(AGENTS)]
    for agent in agents:
        note_coming(agent=agent)
    return agents


def _load_customers(customers: int) -> None:
    _copy(Customer, ("id", "name", "language"), (
        (i, f"Клиент {i}", "ru" if i % 2 else "en") for i in range(1, customers + 1)
    ))  # fmt: skip
    _copy(ContactPoint, ("customer_id", "kind", "value", "bounce"), (
        (i, "email", f"client{i}@mail.example", "") for i in range(1, customers + 1)
    ))  # fmt: skip


def _customer(case: int, customers: int) -> int:
    return case % customers + 1


def _at(case: int) -> datetime:
    return _START + case * _STEP


def _state(case: int) -> str:
    if case % _OPEN_EVERY == 0:
        return "open"
    return "solved" if case % _SOLVED_EVERY == 1 else "unconfirmed"


def _cases(cases: int, customers: int, agents: Sequence[Agent], team_id: int) -> tuple[type[Model], Any, Iterator[Any]]:
    columns = (
        "id", "state", "customer_id", "team_id", "owner_id", "kind", "priority", "channel", "subject", "preview",
        "tags", "custom", "waits_for", "came_back", "reminders", "is_undelivered", "first_answer_by", "solution_by",
        "first_answered_at", "due_at", "created_at", "updated_at", "last_word_at", "solved_at", "closed_at", "search",
    )  # fmt: skip

    now = timezone.now()  # the solved ones are asked today: no mountain of reminders is due while we measure

    def rows() -> Iterator[Any]:
        for i in range(1, cases + 1):
            at, state = _at(i), _state(i)
            later = at + timedelta(hours=3)
            solved_at = {"open": None, "solved": now}.get(state, later)
            yield (
                i, state, _customer(i, customers), team_id, agents[i % AGENTS].pk, "question", "normal", "email",
                f"Обращение номер {i}", "Здравствуйте! Подскажите, пожалуйста, как быть.", [], "{}",
                "us" if state == "open" else "nobody", 0, 0, False, at + timedelta(hours=4), at + timedelta(days=2),
                later, at + timedelta(days=2) if state == "open" else None, at, later, later,
                solved_at, later if state == "unconfirmed" else None,
                f"'обращение':1 'номер':2 '{i}':3",
            )  # fmt: skip

    return Case, columns, rows()


def _load_messages(cases: int, customers: int, agents: Sequence[Agent], inbox: Inbox) -> None:
    columns = (
        "id", "conversation_id", "direction", "purpose", "agent_id", "author_name", "author_address",
        "is_sender_verified", "automatic_because", "external_id", "in_reply_to", "people", "verdicts", "subject",
        "text", "full_text", "html", "is_truncated", "search", "search_version", "at",
    )  # fmt: skip
    writer = Writer()
    total = cases * MESSAGES
    rare = {1 + (number * total) // RARE_LETTERS for number in range(RARE_LETTERS)}

    def rows() -> Iterator[Any]:
        for number in range(1, total + 1):
            case = (number - 1) // MESSAGES + 1
            is_ours = number % 2 == 0
            language = "ru" if case % 2 else "en"
            extra = RARE["ru"] if number in rare else COMMON[language] if number % COMMON_EVERY == 0 else ""
            text = writer.text(language, length=_WORDS_IN_A_LETTER, extra=extra)
            agent, customer = agents[case % AGENTS], _customer(case, customers)
            yield (
                number, case, "out" if is_ours else "in", "answer" if is_ours else "word",
                agent.pk if is_ours else None, agent.name if is_ours else f"Клиент {customer}",
                inbox.address if is_ours else f"client{customer}@mail.example", True, "",
                f"bench-{number}@bench.example", "", "{}", "{}", f"Обращение номер {case}",
                text.words, text.words, "", False, text.vector, VERSION,
                _at(case) + timedelta(minutes=10 * (number % MESSAGES)),
            )  # fmt: skip

    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX message_search")
    _copy(Message, columns, rows())
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE INDEX message_search ON reach_message USING gin (search)")


def _copy(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY the rows; columns that are not named get their model's default."""
    rest = [field for field in model._meta.concrete_fields if _has_plain_default(field, columns)]
    table, names = model._meta.db_table, ", ".join([*columns, *(str(field.column) for field in rest)])
    defaults = tuple(_plain(field.get_default()) for field in rest)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row((*row, *defaults))


def _has_plain_default(field: "Field[Any, Any]", columns: Sequence[str]) -> bool:
    return not (field.column in columns or field.null or field.primary_key or field.has_db_default())


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


def _settle_sequences() -> None:
    tables = ("customers_customer", "cases_case", "reach_conversation", "reach_message")
    with connection.cursor() as cursor:
        for table in tables:
            sequence, highest = f"pg_get_serial_sequence('{table}', 'id')", f"(SELECT max(id) FROM {table})"  # noqa: S608
            cursor.execute(f"SELECT setval({sequence}, {highest})")
