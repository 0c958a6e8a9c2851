"""What goodwill brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Entry,
    Every,
    LiveRows,
    Module,
    Move,
    Named,
    Panel,
    Policy,
    Section,
    SettingsPage,
    Switch,
)
from otklik.foundation.sentences import by_code
from otklik.goodwill.actions import forget_words
from otklik.goodwill.checks import answers, ledger
from otklik.goodwill.clock import mind_unanswered, turn_months
from otklik.goodwill.forms import GoodwillForm
from otklik.goodwill.pages import PAGES
from otklik.goodwill.panels import goodwill_facts, is_no_spam
from otklik.goodwill.queries import gift_names, kept_of, rule_names, situation_names, waiting_count
from otklik.team.queries import agent_names

MODULE = Module(
    name="goodwill",
    switch=Switch(
        label=_("Goodwill and refusals"),
        icon="gift",
        leaves=_("Nobody can give a customer anything from here, ask a lead for it, or say “no” by a rule."),
        stays=_("Catalogue, limits, budgets, every entry of the ledger and every “no” are kept."),
    ),
    permissions={
        "goodwill.give": EVERYBODY,
        "goodwill.refuse": EVERYBODY,
        "goodwill.decide": LEADS,
        "goodwill.edit": LEADS,
    },
    policies=(
        Policy(
            name="goodwill.day_rubles",
            default=2000,
            label=pgettext_lazy("what was changed", "what an agent gives in a day without asking"),
        ),
        Policy(
            name="goodwill.month_rubles",
            default=6000,
            label=pgettext_lazy("what was changed", "what an agent gives in a month without asking"),
        ),
        Policy(
            name="goodwill.lead_answers_within_minutes",
            default=60,
            label=pgettext_lazy("what was changed", "when a lead answers whether something may be given"),
        ),
    ),
    navigation=(
        Entry(
            name="goodwill",
            route="goodwill:waiting",
            label=_("Goodwill"),
            icon="gift",
            section=Section.WORK,
            place=40,
            permission="goodwill.give",
            count=waiting_count,
        ),
    ),
    settings=(
        SettingsPage(
            route="goodwill:gifts",
            label=_("Gifts"),
            icon="gift",
            permission="goodwill.edit",
            place=100,
            about=_("What may be given to a customer, and what it costs."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="goodwill:situations",
            label=_("Situations"),
            icon="bulb",
            permission="goodwill.edit",
            place=100,
            about=_("What happens to customers, what helps then, and how to say it."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="goodwill:rules",
            label=_("Rules of refusals"),
            icon="ban",
            permission="goodwill.edit",
            place=101,
            about=_("The rules behind a “no”, and when each is reviewed."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="goodwill:limits",
            label=_("Limits and budgets"),
            icon="chart-bar",
            permission="goodwill.edit",
            place=102,
            about=_("How much each agent may give without asking, and each team in a month."),
            section=Section.WORK,
        ),
        SettingsPage(
            route="goodwill:house",
            label=_("Goodwill"),
            icon="adjustments",
            permission="settings.edit",
            place=103,
            about=_("How much agents may give without asking, and how soon a lead answers."),
            section=Section.WORK,
            form=GoodwillForm,
        ),
    ),
    lists=(
        LiveRows(
            name="goodwill.waiting",
            events=("goodwill.lead_asked", "goodwill.lead_answered", "goodwill.withdrawn", "goodwill.answer_overdue"),
            permission="goodwill.give",
        ),
        LiveRows(
            name="goodwill.ledger",
            events=("goodwill.given", "goodwill.reversed", "goodwill.budget_changed"),
            permission="goodwill.give",
        ),
    ),
    panels=(
        Panel(
            name="goodwill",
            template="goodwill/panel.html",
            facts=goodwill_facts,
            permission="goodwill.give",
            place=40,
        ),
    ),
    moves=(
        Move(
            route="goodwill:give",
            label=_("Give or refund…"),
            icon="gift",
            permission="goodwill.give",
            fits=is_no_spam,
        ),
        Move(
            route="goodwill:refuse",
            label=_("Say no…"),
            icon="ban",
            permission="goodwill.refuse",
            fits=is_no_spam,
        ),
    ),
    pages=PAGES[1:],
    sentences={
        "goodwill.given": gettext_noop("%(agent)s gave the customer: %(gift)s"),
        "goodwill.reversed": gettext_noop("A gesture was taken back: %(gift)s"),
        "goodwill.lead_asked": gettext_noop("%(lead)s was asked whether this may be given: %(gift)s"),
        "goodwill.lead_answered": gettext_noop("The lead said %(yes)s: %(gift)s"),
        "goodwill.withdrawn": gettext_noop("The question to the lead was withdrawn: %(gift)s"),
        "goodwill.answer_overdue": gettext_noop("No lead has answered in time: %(gift)s"),
        "goodwill.no_said": gettext_noop("The customer was told “no” by the rule “%(rule)s”"),
        "goodwill.gift_changed": gettext_noop("Gift “%(gift)s” was changed: %(fields)s"),
        "goodwill.situation_changed": gettext_noop("Situation “%(situation)s” was changed: %(fields)s"),
        "goodwill.rule_changed": gettext_noop("Rule “%(rule)s” was changed: %(fields)s"),
        "goodwill.limit_changed": gettext_noop("What %(agent)s may give without asking was changed"),
        "goodwill.budget_changed": gettext_noop("The monthly budget for goodwill of team “%(team)s” was changed"),
    },
    names=(
        Named(word="gift", key="gift_id", names=gift_names),
        Named(word="situation", key="situation_id", names=situation_names),
        Named(word="rule", key="rule_id", names=rule_names),
        Named(word="lead", key="lead_id", names=agent_names),
    ),
    codes=(
        Coded(
            word="yes",
            key="is_yes",
            means=by_code(
                {
                    "True": pgettext_lazy("what an event tells", "yes"),
                    "False": pgettext_lazy("what an event tells", "no"),
                }
            ),
        ),
    ),
    fields={
        "code": pgettext_lazy("what was changed", "code"),
        "cost": pgettext_lazy("what was changed", "cost"),
        "is_open": pgettext_lazy("what was changed", "whether the agent chooses the amount"),
        "kinds": pgettext_lazy("what was changed", "kinds of cases"),
        "needs_a_lead": pgettext_lazy("what was changed", "whether only a lead gives it"),
        "note": pgettext_lazy("what was changed", "note for the agent"),
        "gifts": pgettext_lazy("what was changed", "gifts"),
        "words": pgettext_lazy("what was changed", "suggested words"),
    },
    timeline={
        "goodwill.given": "gift",
        "goodwill.reversed": "arrow-back-up",
        "goodwill.lead_asked": "hourglass",
        "goodwill.lead_answered": "message-circle",
        "goodwill.withdrawn": "arrow-back-up",
        "goodwill.answer_overdue": "alarm",
        "goodwill.no_said": "ban",
    },
    alerts=(
        AlertKind(
            name="goodwill.asked",
            told=pgettext_lazy("what an event tells", "a colleague asks whether something may be given"),
            title=_("A colleague asks for your “yes”"),
            icon="gift",
            tone="accent",
        ),
        AlertKind(
            name="goodwill.agreed",
            told=pgettext_lazy("what an event tells", "the lead said yes"),
            title=_("The lead said yes. Tell the customer"),
            icon="gift",
            tone="satisfied",
        ),
        AlertKind(
            name="goodwill.declined",
            told=pgettext_lazy("what an event tells", "the lead said no"),
            title=_("The lead said no. Tell the customer"),
            icon="ban",
            tone="risk",
        ),
        AlertKind(
            name="goodwill.overdue",
            told=pgettext_lazy("what an event tells", "a question about a gesture was not answered in time"),
            title=_("Somebody has waited for a “yes” longer than promised"),
            icon="hourglass",
            tone="late",
        ),
    ),
    clock=(Every(minutes=1, run=mind_unanswered), Every(minutes=30, run=turn_months)),
    export=kept_of,
    erase=forget_words,
    checks={"ledger of goodwill": ledger, "answers of leads": answers},
    urls="otklik.goodwill.urls",
    api="otklik.goodwill.api.router",
    demo="otklik.goodwill.demo.deeds",
)
