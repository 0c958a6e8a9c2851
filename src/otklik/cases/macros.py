"""Prepared texts with a fixed list of variables: words are put in by name, nothing is ever run as a template."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from otklik.cases.models import Case
from otklik.cases.queries import macros_of, visible_to
from otklik.cases.zones import moment_words
from otklik.foundation.actors import Actor
from otklik.foundation.policies import policy

_VARIABLE = re.compile(r"\{\{\s*([a-z_.]+)\s*\}\}")

VARIABLES: dict[str, str | Promise] = {
    "customer.name": _("the customer's name"),
    "customer.first_name": _("the customer's first name, or what they wish to be called"),
    "customer.greeting": _("a greeting as the customer likes it: “Hello, Olga Sergeevna!”"),
    "owner.name": _("the owner's name"),
    "agent.name": _("your name"),
    "case.number": _("the number of the case"),
    "case.subject": _("the subject"),
    "promise.next": _("when the next word is promised"),
    "company.name": _("the name of the company"),
}
"""Every variable that a prepared text may use, and what it means."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A macro with its words put in."""

    id: int
    title: str
    text: str


def values_for(case: Case, actor: Actor) -> dict[str, str]:
    """What the variables mean in this case."""
    moment = case.next_word_by or case.solution_by
    return {
        "customer.name": case.customer.name,
        "customer.first_name": case.customer.addressed_as or case.customer.name.split(" ", 1)[0],
        "customer.greeting": _greeting(case),
        "owner.name": case.owner.name,
        "agent.name": actor.name,
        "case.number": str(case.number),
        "case.subject": _title_for_customer(case),
        "promise.next": moment_words(case, moment),
        "company.name": str(policy("company.name")),
    }


def _greeting(case: Case) -> str:
    """In the customer's language; without a name where none is known."""
    with translation.override(case.customer.language):
        name = case.customer.greeted_as
        return gettext("Hello, %(name)s!") % {"name": name} if name else gettext("Hello!")


def _title_for_customer(case: Case) -> str:
    with translation.override(case.customer.language):
        return case.title


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put the values in; an unknown variable stays as it is written, so that its author sees it."""
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), text)


def unknown_in(text: str) -> list[str]:
    """Words in double braces that nothing fills in, as they are written."""
    return list(dict.fromkeys(match[0] for match in _VARIABLE.finditer(text) if match[1] not in VARIABLES))


def example_for(actor: Actor) -> dict[str, str]:
    """What the variables would mean in the newest case that this agent sees; their meaning where there is none."""
    case = visible_to(actor).select_related("customer", "owner", "team").order_by("-id").first()
    return values_for(case, actor) if case else {name: str(meaning) for name, meaning in VARIABLES.items()}


def prepared(case: Case, actor: Actor) -> Sequence[Prepared]:
    """The macros that may be used in this case, by title."""
    values = values_for(case, actor)
    rows = macros_of(case.team_id)
    return [Prepared(id=row.pk, title=row.title, text=fill(row.text, values)) for row in rows]
