"""What cases bring to the house."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.cases import closing, labels, mood
from otklik.cases.checks import alerts, owners
from otklik.cases.clock import see_that_nobody_is_left_behind
from otklik.cases.events import ALERTS_SEEN
from otklik.cases.models import Alert, CasePurpose, CustomField, Macro
from otklik.cases.pages import SETTINGS
from otklik.cases.panels import KNOWN, MOOD, STANDARD
from otklik.cases.queries import alerts_of
from otklik.customers.models import Customer, Organization
from otklik.customers.queries import in_sight
from otklik.foundation.actors import EVERYBODY, LEADS, Actor
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Entry,
    Every,
    LiveRows,
    Module,
    Move,
    Named,
    Page,
    Policy,
    Purpose,
    Record,
    Section,
)
from otklik.foundation.sentences import by_code, called, told_as_alert
from otklik.reach.reasons import why_refused
from otklik.team.queries import agent_names


def _not_seen(actor: Actor, _now: datetime) -> QuerySet[Alert]:
    return alerts_of(actor).filter(seen_at=None)


def _customers(actor: Actor) -> QuerySet[Customer]:
    return Customer.objects.filter(in_sight(actor))


MODULE = Module(
    name="cases",
    permissions={
        "cases.open": EVERYBODY,
        "cases.reply": EVERYBODY,
        "cases.note": EVERYBODY,
        "cases.solve": EVERYBODY,
        "cases.transfer": EVERYBODY,
        "cases.reopen": EVERYBODY,
        "cases.edit": EVERYBODY,
        "cases.promise": EVERYBODY,
        "macros.edit": LEADS,
    },
    policies=(
        Policy(  # of the portal by name, but what an agent attaches must fit too
            name="portal.upload_limit_bytes",
            default=20_000_000,
            label=pgettext_lazy("what was changed", "largest file"),
        ),
        Policy(
            name="cases.steps_before_solved",
            default=False,
            label=pgettext_lazy("what was changed", "steps of the standard before a case is solved"),
        ),
        *closing.POLICIES,
        *mood.POLICIES,
    ),
    navigation=(
        Entry(
            name="alerts",
            route="cases:alerts",
            label=_("Alerts"),
            icon="bell",
            section=Section.WORK,
            place=30,
            count=_not_seen,
        ),
        Entry(
            name="team",
            route="cases:board",
            label=_("Team"),
            icon="chart-bar",
            section=Section.PEOPLE,
            permission="team.see",
        ),
    ),
    settings=SETTINGS,
    pages=(
        Page(route="cases:new", label=_("New case"), icon="plus", permission="cases.open"),
        Page(
            route="cases:undelivered",
            label=_("Not delivered"),
            icon="mail-x",
            permission="cases.reply",
        ),
        Page(
            route="cases:standard-figures",
            label=_("How standards are kept"),
            icon="chart-bar",
            permission="team.see",
        ),
        Page(route="cases:article-figures", label=_("Figures of the help centre"), icon="chart-bar", needs="knowledge"),
    ),
    records=(
        Record(
            route="cases:customer",
            key="customer_id",
            label=_("Customer"),
            icon="user",
            in_sight=_customers,
            names=called(Customer),
            permission="customers.edit",
        ),
        Record(
            route="cases:organization",
            key="organization_id",
            label=_("Organization"),
            icon="building",
            in_sight=lambda _actor: Organization.objects.all(),
            names=called(Organization),
            permission="customers.edit",
        ),
    ),
    lists=(
        LiveRows(name="cases.alerts", events=("cases.alerted",), whispers=(ALERTS_SEEN,), is_ones_own=True),
        LiveRows(
            name="cases.undelivered",
            events=(
                "cases.alerted",
                "cases.answered",
                "cases.edited",
                "cases.closed",
                "cases.merged",
                "cases.marked_spam",
                "cases.unmarked_spam",
                "reach.delivery_retried",
            ),
            permission="cases.reply",
        ),
    ),
    sentences={
        "cases.opened": gettext_noop("A case was opened and got its owner: %(owner)s"),
        "cases.heard": gettext_noop("The customer wrote again"),
        "cases.told_again": gettext_noop("Something had to be told twice"),
        "cases.replied": gettext_noop("An answer to the customer was written"),
        "cases.answered": gettext_noop("An answer was handed over to the customer"),
        "cases.answer_lost": gettext_noop("An answer did not reach the customer; what it had kept is promised again"),
        "cases.noted": gettext_noop("A note to colleagues was written"),
        "cases.solved": gettext_noop("The case was marked as solved"),
        "cases.reopened": gettext_noop("The case came back: %(reason)s"),
        "cases.closed": gettext_noop("The case was closed: %(outcome)s"),
        "cases.owner_changed": gettext_noop("The case was handed over from %(from)s to %(to)s"),
        "cases.customer_changed": gettext_noop("The case was given to another customer"),
        "cases.deputy_named": gettext_noop("%(deputy)s answers while the owner is away"),
        "cases.deputy_left": gettext_noop("The owner is back, %(deputy)s stepped down"),
        "cases.edited": gettext_noop("The case was changed: %(fields)s"),
        "cases.promises_moved": gettext_noop("Promises were counted anew, because %(because)s"),
        "cases.promise_made": gettext_noop("Promised: %(promise)s, %(due)s"),
        "cases.promise_moved": gettext_noop("A promise was moved: %(promise)s, now %(due)s"),
        "cases.promise_kept": gettext_noop("A promise was kept: %(promise)s, %(given)s"),
        "cases.promise_withdrawn": gettext_noop("A promise was withdrawn: %(promise)s, %(due)s"),
        "cases.standard_chosen": gettext_noop("From now on by the standard “%(standard)s”, because %(because)s"),
        "cases.step_ticked": gettext_noop("Step %(step_taken)s of the standard was ticked"),
        "cases.step_skipped": gettext_noop("Step %(step_taken)s of the standard was left out, with a reason"),
        "cases.step_opened": gettext_noop("Step %(step_taken)s of the standard is open again"),
        "cases.alerted": gettext_noop("%(agent)s was told at once: %(alert)s"),
        "cases.marked_spam": gettext_noop("The case was marked as spam"),
        "cases.unmarked_spam": gettext_noop("The case was said to be no spam"),
        "cases.merged": gettext_noop("Case %(merged)s was merged into this one"),
        "cases.split": gettext_noop("A new question was split off: case %(split)s"),
        "cases.macro_changed": gettext_noop("Template “%(macro)s” was changed: %(fields)s"),
        "cases.custom_field_changed": gettext_noop("Custom field “%(custom_field)s” was changed: %(fields)s"),
    },
    names=(
        Named(word="owner", key="owner_id", names=agent_names),
        Named(word="from", key="from_id", names=agent_names),
        Named(word="to", key="to_id", names=agent_names),
        Named(word="deputy", key="deputy_id", names=agent_names),
        Named(word="macro", key="macro_id", names=called(Macro, "title")),
        Named(word="custom_field", key="custom_field_id", names=called(CustomField)),
    ),
    codes=(
        Coded(word="merged", key="from_case_id", means=str),
        Coded(word="split", key="to_case_id", means=str),
        Coded(word="step_taken", key="number", means=str),
        Coded(
            word="reason",
            key="reason",
            means=by_code(
                {
                    "customer_said_no": pgettext_lazy("what an event tells", "the customer said “not yet”"),
                    "words_contradict": pgettext_lazy(
                        "what an event tells", "the customer's words say that it is not solved"
                    ),
                    "low_rating": pgettext_lazy("what an event tells", "the customer gave a low score"),
                    "new_word": pgettext_lazy("what an event tells", "the customer wrote again"),
                    "undelivered": pgettext_lazy("what an event tells", "the letter did not arrive"),
                    "by_agent": pgettext_lazy("what an event tells", "a colleague opened it"),
                    "merged": pgettext_lazy("what an event tells", "another case was merged into it"),
                    "taken_back": pgettext_lazy("what an event tells", "“solved” was taken back"),
                    "low_survey": pgettext_lazy("what an event tells", "the customer gave a low score in a survey"),
                }
            ),
        ),
        Coded(
            word="outcome",
            key="outcome",
            means=by_code(
                {
                    "satisfied": pgettext_lazy("what an event tells", "the customer is satisfied"),
                    "unconfirmed": pgettext_lazy("what an event tells", "unconfirmed, the customer was silent"),
                }
            ),
        ),
        Coded(
            word="because",
            key="because",
            means=by_code(
                {
                    "calendar": pgettext_lazy("what an event tells", "the working time has changed"),
                    "team": pgettext_lazy("what an event tells", "another team has the case"),
                    "kind": pgettext_lazy("what an event tells", "the kind of the case has changed"),
                    "priority": pgettext_lazy("what an event tells", "the priority has changed"),
                    "standard": pgettext_lazy("what an event tells", "a later version of its standard was taken"),
                    "rest": pgettext_lazy("what an event tells", "the clock rested while we waited for the customer"),
                    "tags": pgettext_lazy("what an event tells", "the tags of the case have changed"),
                    "customer": pgettext_lazy("what an event tells", "it is another customer's case now"),
                    "fits": pgettext_lazy("what an event tells", "it fits better now and was taken"),
                    "newer": pgettext_lazy("what an event tells", "its later version was taken"),
                }
            ),
        ),
        Coded(word="alert", key="reason", means=told_as_alert),
        Coded(word="promise", key="kind", means=labels.promise_words),
        Coded(word="due", key="due_at", means=labels.moment_words),
        Coded(word="given", key="given_at", means=labels.moment_words),
    ),
    timeline={
        "cases.promise_made": "clock",
        "cases.promise_moved": "clock",
        "cases.promise_kept": "circle-check",
        "cases.promise_withdrawn": "circle-x",
        "cases.standard_chosen": "checklist",
        "cases.step_skipped": "minus",
    },
    panels=(MOOD, STANDARD, KNOWN),
    moves=(Move(route="cases:case-standard", label=_("The standard of the case"), icon="checklist"),),
    fields={
        "about": pgettext_lazy("what was changed", "what it is about"),
        "actions": pgettext_lazy("what was changed", "what it does"),
        "choices": pgettext_lazy("what was changed", "answers to choose from"),
        "custom": pgettext_lazy("what was changed", "custom fields"),
        "deputy": pgettext_lazy("what was changed", "deputy"),
        "is_required": pgettext_lazy("what was changed", "whether it must be filled in"),
        "is_shown_to_customer": pgettext_lazy("what was changed", "whether the customer sees it"),
        "is_undelivered": pgettext_lazy("what was changed", "mark “not delivered”"),
        "subject": pgettext_lazy("what was changed", "subject"),
        "tags": pgettext_lazy("what was changed", "tags"),
    },
    alerts=(
        AlertKind(
            name=Alert.Reason.DISSATISFIED,
            told=pgettext_lazy("what an event tells", "the customer is not satisfied"),
            title=_("The customer is not satisfied"),
            icon="mood-sad",
            tone="back",
        ),
        AlertKind(
            name=Alert.Reason.MENTION,
            told=pgettext_lazy("what an event tells", "a colleague asks to look"),
            title=_("A colleague asks for you"),
            icon="at",
            tone="accent",
        ),
        AlertKind(
            name=Alert.Reason.UNDELIVERED,
            told=pgettext_lazy("what an event tells", "a letter did not arrive"),
            title=_("A letter was not delivered"),
            icon="mail-x",
            tone="undelivered",
        ),
        AlertKind(
            name=Alert.Reason.HANDED_OVER,
            told=pgettext_lazy("what an event tells", "a case was handed over"),
            title=_("The case is yours now"),
            icon="arrows-exchange",
            tone="accent",
        ),
        AlertKind(
            name=Alert.Reason.STANDS_IN,
            told=pgettext_lazy("what an event tells", "a customer waits for the deputy"),
            title=_("You answer for a colleague who is away"),
            icon="user-plus",
            tone="accent",
        ),
        AlertKind(
            name=Alert.Reason.LEFT_BEHIND,
            told=pgettext_lazy("what an event tells", "the owner of a case was gone"),
            title=_("The owner of a case was gone: look who accompanies it now"),
            icon="user-x",
            tone="risk",
        ),
        AlertKind(
            name=Alert.Reason.STRANGER,
            told=pgettext_lazy("what an event tells", "a stranger wrote into the case"),
            title=_("Somebody else wrote into the case"),
            icon="user-x",
            tone="risk",
        ),
        AlertKind(
            name=Alert.Reason.NOBODY_FREE,
            told=pgettext_lazy("what an event tells", "nobody of the team was free for a new case"),
            title=_("Nobody of the team is free"),
            icon="users",
            tone="risk",
        ),
        AlertKind(
            name=Alert.Reason.COMPLAINT,
            told=pgettext_lazy("what an event tells", "the customer pressed “spam”"),
            title=_("The customer pressed “spam” on a letter of ours"),
            icon="mail-x",
            tone="undelivered",
        ),
        AlertKind(
            name=Alert.Reason.WEBHOOK,
            told=pgettext_lazy("what an event tells", "a webhook was switched off"),
            title=_("A webhook was switched off"),
            icon="webhook",
            tone="late",
            about=_("Its program has not answered for days. Look why, then switch it on again."),
            route="foundation:webhooks",
        ),
        AlertKind(
            name=Alert.Reason.INVITATION,
            told=pgettext_lazy("what an event tells", "an invitation did not arrive"),
            title=_("An invitation did not arrive"),
            icon="mail-x",
            tone="late",
            about=_("Look at the address, then send the link again."),
            route="team:agents",
        ),
        AlertKind(
            name=Alert.Reason.MAIL_REFUSED,
            told=pgettext_lazy("what an event tells", "our letters are refused"),
            title=_("Our letters are refused"),
            icon="mail-x",
            tone="late",
            about=_("Other servers refuse our mail because %(why)s."),
            route="cases:undelivered",
            why=lambda source: why_refused(source.partition(":")[0]),
        ),
    ),
    purposes=(
        Purpose(
            name=CasePurpose.ACKNOWLEDGEMENT,
            told=_("Told the customer who accompanies the case"),
            is_automatic=True,
            is_asked_for=True,
            is_capped=True,
        ),
        Purpose(name=CasePurpose.QUESTION, told=_("Asked the customer whether it is solved"), is_automatic=True),
        Purpose(name=CasePurpose.HANDOVER, told=_("Told the customer the new name"), is_automatic=True),
    ),
    api="otklik.cases.api.router",
    checks={"alerts": alerts, "owners": owners},
    clock=(Every(minutes=59, run=see_that_nobody_is_left_behind),),
    urls="otklik.cases.urls",
    demo="otklik.cases.demo.deeds",
)
