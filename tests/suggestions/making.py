"""Builders: a suggestion of Ivan, brought on by the actions that people use."""

from typing import Any

from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.policies import change_policies
from otklik.suggestions import actions
from otklik.suggestions.actions import Said
from otklik.suggestions.models import State, Suggestion, Voice
from otklik.team.models import Agent
from tests.building import acting, make_customer, make_lead

WORDS = "Хочу пересмотреть третье занятие перед экзаменом, а доступа уже нет"
TITLE = "Оставлять записи занятий после курса"


def olga() -> Actor:
    known = Agent.objects.filter(email="olga@gorizont.example").first()
    return acting(known or make_lead())


def pyotr() -> Customer:
    return make_customer("Пётр Новосёльцев", "petr@mail.example")


def make_suggestion(customer: Customer | None = None, *, title: str = TITLE, **said: Any) -> Suggestion:
    """In Ivan's words unless told otherwise."""
    about = {"customer": customer or make_customer(), "words": WORDS} | said
    return actions.suggest(said=Said(**about), title=title, actor=SYSTEM)


def voice(row: Suggestion, customer: Customer | None, words: str = "", **said: Any) -> Voice:
    return actions.add_voice(suggestion=row, said=Said(customer=customer, words=words, **said), actor=SYSTEM)


def done(row: Suggestion) -> Suggestion:
    return actions.move(suggestion=row, to=State.DONE, actor=olga())


def shown(row: Suggestion, title: str = "Записи остаются на полгода", words: str = "") -> Suggestion:
    return actions.show(suggestion=row, title=title, words=words, actor=olga())


def open_board() -> None:
    change_policies(values={"suggestions.board_is_open": True}, actor=SYSTEM)


def fresh(row: Suggestion) -> Suggestion:
    return Suggestion.objects.get(pk=row.pk)


def told(row: Suggestion, *, people: int, words: str = "Записи теперь открыты полгода.") -> None:
    actions.tell_everyone(suggestion=row, words=words, people=people, actor=olga())
