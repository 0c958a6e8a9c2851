"""Who works in the demo company, when, and by which standards."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from django.contrib.auth import base_user
from django.utils import timezone

from otklik.cases.actions import save_macro
from otklik.customers.actions import found_organization
from otklik.demo.people import ORGANIZATIONS
from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.foundation.policies import set_policy
from otklik.reach.actions import add_email_inbox, edit_inbox, prepare_inboxes
from otklik.reach.models import Inbox
from otklik.reach.queries import inbox_of_kind
from otklik.standards.actions import Words, publish, write_standard
from otklik.team.actions import (
    create_agent,
    edit_agent,
    edit_team,
    ensure_first_team,
    found_team,
    join_team,
    leave_team,
    note_invitation,
    set_working_time,
)
from otklik.team.models import Agent, Team, WorkingTime
from otklik.team.queries import actor_for
from otklik.team.working_time import ALWAYS, OFFICE

PASSWORD = "gorizont-demo"  # noqa: S105 - said aloud to everybody who opens the demo
DOMAIN = "gorizont.example"
_SCHOOL_WEEK = [[["09:00", "20:00"]]] * 5 + [[["10:00", "17:00"]], []]

TEAMS = {"help": "Учебный отдел", "shop": "Магазин и доставка", "docs": "Документы и оплата"}
_STAFF = (
    ("marina", "Марина Щербакова", "shop", Role.AGENT, ("доставка", "возвраты")),
    ("denis", "Денис Соколов", "shop", Role.AGENT, ("доставка",)),
    ("aigul", "Айгуль Каримова", "help", Role.AGENT, ("курсы", "татарский")),
    ("igor", "Игорь Лыткин", "help", Role.AGENT, ("платформа", "видео")),
    ("elena", "Елена Рябинина", "help", Role.AGENT, ("курсы",)),
    ("rustam", "Рустам Хакимов", "help", Role.AGENT, ("корпоративные",)),
    ("vera", "Вера Тихомирова", "docs", Role.AGENT, ("документы",)),
    ("levan", "Леван Метревели", "docs", Role.AGENT, ("оплата", "английский")),
    ("olga", "Ольга Петрова", "shop", Role.LEAD, ()),
    ("andrey", "Андрей Савицкий", "help", Role.LEAD, ()),
)
LOGINS = frozenset(login for login, *_rest in _STAFF)
_PORTRAITS = {"marina", "denis", "aigul", "igor"}
WOMEN = {"Марина", "Айгуль", "Елена", "Вера", "Ольга"}

HOUSE: dict[str, Any] = tomllib.loads(files("otklik.demo").joinpath("house.toml").read_text(encoding="utf-8"))
"""Standards, prepared texts and bulk mail: words that nobody should read in Python."""


@dataclass(kw_only=True)
class Company:
    """The staff by first name, teams and mail inboxes by short name."""

    admin: Actor = SYSTEM
    agents: dict[str, Agent] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    inboxes: dict[str, Inbox] = field(default_factory=dict)

    actors: dict[int, Actor] = field(default_factory=dict)

    def acting(self, agent: Agent) -> Actor:
        if agent.pk not in self.actors:
            self.actors[agent.pk] = actor_for(agent)
        return self.actors[agent.pk]


def found() -> Company:
    """The house before the first customer: teams, people, inboxes, standards, prepared texts."""
    company = Company()
    prepare_inboxes()
    _say_who_we_are()
    _found_teams(company)
    with _hashed_once():
        _hire(company)
    _open_doors(company)
    _agree_on_standards(company.admin, company.agents["Ольга"])
    for macro in HOUSE["macros"]:
        save_macro(title=macro["title"], text=macro["text"], actor=company.admin, actions=macro["actions"])
    for name, domain in ORGANIZATIONS.items():
        found_organization(name=name, domain=domain, actor=company.admin, tier="корпоративный")
    return company


def _say_who_we_are() -> None:
    set_policy("company.name", "Учебный центр «Горизонт»")
    set_policy("company.phone", "8 800 555-01-42")
    set_policy("company.hours", "каждый день с 8 до 22 по Москве")
    set_policy("company.address", "Москва, Учебный переулок, 7")
    set_policy("company.hours_en", "daily from 8 to 22, Moscow time")
    set_policy("company.address_en", "7 Uchebny Lane, Moscow")
    set_policy("company.site", f"https://www.{DOMAIN}")


def _found_teams(company: Company) -> None:
    weeks = {"help": ("Учебный отдел", _SCHOOL_WEEK), "shop": ("Круглосуточно", ALWAYS), "docs": ("Офис", OFFICE)}
    for key, name in TEAMS.items():
        calendar, week = weeks[key]
        own = {} if week is ALWAYS else _own_days()
        hours = set_working_time(
            name=calendar,
            time_zone="Europe/Moscow",
            week=week,
            country="" if week is ALWAYS else "RU",
            exceptions={day: hours for day, (hours, _name) in own.items()},
            names={day: name for day, (_hours, name) in own.items()},
            actor=SYSTEM,
        )
        company.teams[key] = _team(name, hours, is_first=key == "help")


def _own_days() -> dict[str, tuple[list[list[str]], str]]:
    """What the company does otherwise than the country: the end of this year and the day after the next one's."""
    year = timezone.now().year
    return {
        f"{year}-12-30": ([["09:00", "14:00"]], "Подведение итогов года"),
        f"{year + 1}-01-11": ([["12:00", "18:00"]], "Первый день после праздников"),
    }


def _team(name: str, hours: WorkingTime, *, is_first: bool) -> Team:
    """A new team; the one that every house begins with becomes the first."""
    if not is_first:
        return found_team(name=name, working_time=hours, actor=SYSTEM)
    return edit_team(team=ensure_first_team(), name=name, working_time=hours, is_first=True, actor=SYSTEM)


def _hire(company: Company) -> None:
    chief, _new = create_agent(email=f"admin@{DOMAIN}", name="Алексей Горин", role=Role.ADMIN, password=PASSWORD)
    company.admin = actor_for(chief)
    _leave_all_teams(chief, company)
    for login, name, team, role, skills in _STAFF:
        agent, _new = create_agent(email=f"{login}@{DOMAIN}", name=name, role=role, password=PASSWORD)
        _leave_all_teams(agent, company)
        join_team(agent=agent, team=company.teams[team], actor=company.admin, is_lead=role == Role.LEAD)
        changes = {
            "skills": list(skills),
            "portrait": login if login in _PORTRAITS else "",
            "signature": f"{name}\n{TEAMS[team]}, учебный центр «Горизонт»",
        }
        edit_agent(agent=agent, actor=company.admin, changes=changes)
        company.agents[agent.first_name] = agent
    join_team(agent=company.agents["Ольга"], team=company.teams["docs"], actor=company.admin, is_lead=True)
    _invite_in_vain()


@contextmanager
def _hashed_once() -> Iterator[None]:
    """All have one password, and a hash is slow by intention: eleven of them are a second and a half."""
    where: Any = base_user
    kept = where.make_password
    where.make_password = cache(kept)
    try:
        yield
    finally:
        where.make_password = kept


def _invite_in_vain() -> None:
    """Somebody whose address was mistyped: the invitation came back, and they own nothing."""
    newcomer, _new = create_agent(email=f"polnia@{DOMAIN}", name="Полина Егорова")
    note_invitation(agent=newcomer, problem=Agent.InvitationProblem.REFUSED)


def _leave_all_teams(agent: Agent, company: Company) -> None:
    for team in Team.objects.filter(memberships__agent=agent):
        leave_team(agent=agent, team=team, actor=company.admin)


def _open_doors(company: Company) -> None:
    names = {"help": "Помощь с учёбой", "shop": "Магазин", "docs": "Документы и оплата"}
    for key, name in names.items():
        company.inboxes[key] = add_email_inbox(
            address=f"{key}@{DOMAIN}", name=name, team=company.teams[key], actor=company.admin
        )
    edit_inbox(inbox=inbox_of_kind("form"), actor=company.admin, changes={"team": company.teams["help"]})


def _agree_on_standards(admin: Actor, keeper: Agent) -> None:
    for kind, standard in HOUSE["standards"].items():
        first, following, solution = standard["minutes"]
        words = Words(
            why=standard["why"],
            emotion=standard["emotion"],
            how=standard["how"],
            ticked_by=standard.get("ticked_by", ()),
            first_answer_minutes=first,
            next_word_minutes=following,
            solution_minutes=solution,
        )
        values = {"case_kind": kind, "is_default": kind == "question", "owner": keeper}
        row = write_standard(name=standard["name"], words=words, actor=admin, values=values)
        publish(version=row.versions.get(), actor=admin)
