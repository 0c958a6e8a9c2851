"""Builders: customer Ivan, agent Anna, lead Olga; letters as bytes; jobs run here and now.

Everything is made by the same actions that people use.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from otklik.cases.actions import open_for_customer
from otklik.cases.models import Case
from otklik.customers.actions import identify
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor, ActorKind, Role
from otklik.foundation.errors import Refusal
from otklik.foundation.events.jobs import run_due_jobs as run_jobs
from otklik.reach.actions import add_email_inbox, keep_raw
from otklik.reach.models import Inbox, RawMessage
from otklik.standards.actions import Words, publish, write_standard
from otklik.standards.models import Standard
from otklik.team.actions import create_agent
from otklik.team.models import Agent
from otklik.team.queries import actor_for

IVAN = "ivan@mail.example"
HELP = "help@gorizont.example"


def make_agent(name: str = "Анна Смирнова", email: str = "anna@gorizont.example", role: str = Role.AGENT) -> Agent:
    return create_agent(email=email, name=name, role=role, password="correct horse battery")[0]


def make_lead() -> Agent:
    return make_agent("Ольга Петрова", "olga@gorizont.example", Role.LEAD)


def make_standard(
    name: str = "Жалоба", *, actor: Actor = SYSTEM, words: Words | None = None, **values: Any
) -> Standard:
    """A standard that holds, in its first version; ``values``: what stands around it, such as ``case_kind``."""
    standard = write_standard(name=name, words=words or Words(), actor=actor, values=values)
    publish(version=standard.versions.get(), actor=actor)
    standard.refresh_from_db()
    return standard


def make_inbox(address: str = HELP) -> Inbox:
    return add_email_inbox(address=address, name="Помощь")


def make_customer(name: str = "Иван Козлов", email: str = IVAN) -> Customer:
    return identify(kind="email", value=email, name=name)


def make_case(*, owner: Agent | None = None, customer: Customer | None = None, **values: Any) -> Case:
    """An open case of Ivan with a mail address, owned by Anna unless told otherwise; its jobs are run."""
    owner = owner or make_agent()
    if not Inbox.objects.filter(kind="email").exists():
        make_inbox()
    values = {
        "subject": "Не пришёл учебник",
        "text": "Здравствуйте! Учебник так и не пришёл.",
        "address": IVAN,
    } | values
    case, _message = open_for_customer(customer=customer or make_customer(), actor=SYSTEM, owner=owner, **values)
    run_jobs()
    return fresh(case)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("owner", "deputy", "customer", "team__working_time", "word").get(pk=case.pk)


def acting(agent: Agent) -> Actor:
    return actor_for(agent)


def customer_actor(case: Case) -> Actor:
    return Actor(kind=ActorKind.CUSTOMER, pk=case.customer_id)


def letter(text: str = "Здравствуйте! Учебник не пришёл.", **headers: str) -> bytes:
    """A plain letter of Ivan to our inbox; header names with ``_`` for ``-`` (``In_Reply_To``)."""
    mail = EmailMessage()
    chosen = {"From": f"Иван Козлов <{IVAN}>", "To": HELP, "Subject": "Не пришёл учебник"}
    chosen |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in chosen.items():
        if value:
            mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def arrive(raw: bytes, *, door: str = "smtp", inbox: Inbox | None = None, run: bool = True) -> RawMessage:
    """A letter comes in by a door, and the worker does its jobs."""
    inbox = inbox or Inbox.objects.filter(kind="email").first() or make_inbox()
    row, _new = keep_raw(raw=raw, door=door, inbox=inbox)
    if run:
        run_jobs()
    return row


def outbox() -> list[bytes]:
    """The letters that were handed over to the folder, oldest first."""
    folder = Path(settings.DATA_DIR) / "outbox"
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns) if folder.exists() else []
    return [file.read_bytes() for file in files]


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    """``with refused("name_missing"):`` a rule says no, and this very one."""
    return pytest.RaisesExc(Refusal, check=lambda error: error.code == code)


@contextmanager
def refusals() -> Iterator[list[str]]:
    """Codes of all that was refused meanwhile, also what a page has already turned into words."""
    heard: list[str] = []
    made = Refusal.__init__

    def hear(self: Refusal, code: str, text: str, **more: Any) -> None:
        heard.append(code)
        made(self, code, text, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Refusal, "__init__", hear)
        yield heard
