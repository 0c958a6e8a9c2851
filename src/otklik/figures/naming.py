"""What measures, groups and pieces of time are called."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from otklik.cases.labels import channel
from otklik.customers.models import Organization
from otklik.figures.asked import By, Measure
from otklik.goodwill.queries import rule_names
from otklik.standards.kinds import KINDS
from otklik.standards.models import Standard
from otklik.team.queries import faces, team_names

MEASURES: Final[dict[Measure, Promise]] = {
    Measure.FIRST_ANSWER: gettext_lazy("First answer"),
    Measure.NEXT_WORD: gettext_lazy("Next word"),
    Measure.SOLUTION: gettext_lazy("Solution"),
    Measure.PROMISES_KEPT: gettext_lazy("Promises kept"),
    Measure.SATISFIED: gettext_lazy("Satisfied"),
    Measure.UNSATISFIED: gettext_lazy("Not satisfied"),
    Measure.UNCONFIRMED: gettext_lazy("Unconfirmed"),
    Measure.REOPENED: gettext_lazy("Came back"),
    Measure.STANDARDS_KEPT: gettext_lazy("Standards kept"),
    Measure.EFFORT: gettext_lazy("Ease"),
    Measure.EXPLAINED_TWICE: gettext_lazy("Had to explain twice"),
    Measure.TOLD_AGAIN: gettext_lazy("Told twice, as seen"),
    Measure.GESTURES: gettext_lazy("Gestures"),
    Measure.SATISFIED_AFTER_GESTURE: gettext_lazy("Satisfied after a gesture"),
    Measure.REFUSALS: gettext_lazy("Refusals"),
    Measure.SATISFIED_AFTER_REFUSAL: gettext_lazy("Satisfied after a refusal"),
}
ABOUT: Final[dict[Measure, Promise]] = {
    Measure.FIRST_ANSWER: gettext_lazy("From a customer's first word until an answer of a person reached them."),
    Measure.NEXT_WORD: gettext_lazy("From a further word of a customer until our next one reached them."),
    Measure.SOLUTION: gettext_lazy("From a customer's first word until the case was last called solved."),
    Measure.PROMISES_KEPT: gettext_lazy("First answer, next word and solution, of cases opened in these days."),
    Measure.SATISFIED: gettext_lazy("Of the customers who said how it ended, those who said “yes”."),
    Measure.UNSATISFIED: gettext_lazy("Of the customers who said how it ended, those who said “not yet” or rated low."),
    Measure.UNCONFIRMED: gettext_lazy("Of all cases that ended, those whose customer stayed silent."),
    Measure.REOPENED: gettext_lazy("Of the cases that we called solved, those that were opened again."),
    Measure.STANDARDS_KEPT: gettext_lazy(
        "Of the cases that were solved or spoken of in these days and hold a standard: every step taken, first answer "
        "and solution within the promise."
    ),
    Measure.EFFORT: gettext_lazy("How easy it was to get it solved, by the customers: 1 is very hard, 7 very easy."),
    Measure.EXPLAINED_TWICE: gettext_lazy("Of the customers who were asked, those who ticked it. The aim is none."),
    Measure.TOLD_AGAIN: gettext_lazy(
        "Of the cases opened in these days, those in which a customer wrote that they had told it already, or a letter "
        "of ours asked for what they had told. The aim is none."
    ),
    Measure.GESTURES: gettext_lazy("Of the cases opened in these days, those in which something was given."),
    Measure.SATISFIED_AFTER_GESTURE: gettext_lazy(
        "Of the customers who said something after a gesture of these days, those who were satisfied."
    ),
    Measure.REFUSALS: gettext_lazy("Of the cases opened in these days, those in which a “no” was said by a rule."),
    Measure.SATISFIED_AFTER_REFUSAL: gettext_lazy(
        "Of the customers who said something after a “no” of these days, those who were satisfied nevertheless."
    ),
}
GROUPS: Final[dict[By, Promise]] = {
    By.TEAM: gettext_lazy("Team"),
    By.AGENT: pgettext_lazy("figures", "Owner"),
    By.CHANNEL: gettext_lazy("Channel"),
    By.KIND: pgettext_lazy("figures", "Kind"),
    By.STANDARD: gettext_lazy("Standard"),
    By.ORGANIZATION: gettext_lazy("Organization"),
    By.RULE: gettext_lazy("Rule"),
}


def names_of(by: By, keys: Collection[str]) -> Mapping[str, str]:
    """What groups are called; one question at most. The group without any is ''."""
    ids = [int(key) for key in keys if key.isdigit()]
    match by:
        case By.TEAM:
            return {key: team_names().get(int(key), key) for key in keys}
        case By.AGENT:
            people = faces()
            return {key: people[int(key)].name if int(key) in people else key for key in keys}
        case By.KIND:
            return {key: str(KINDS[key].text) if key in KINDS else key for key in keys}
        case By.CHANNEL:
            return {key: str(channel(key).text) for key in keys}
        case By.STANDARD:
            rows = Standard.objects.filter(pk__in=ids).values_list("pk", "name")
            return {"": _("Without a standard"), **{str(pk): name for pk, name in rows}}
        case By.ORGANIZATION:
            found: Mapping[int, str] = dict(Organization.objects.filter(pk__in=ids).values_list("pk", "name"))
        case _:
            found = rule_names(ids)
    return {"": _("Without an organization"), **{str(pk): name for pk, name in found.items()}}


def piece(day: date, every: By) -> str:
    """A day, a week by its first day, a month."""
    if every is By.MONTH:
        return formats.date_format(day, pgettext("format of a month", "M Y"))
    return formats.date_format(day, pgettext("format of a day", "j M"))
