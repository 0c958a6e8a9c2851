"""What the app of service standards brings to the house."""

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
    Named,
    Page,
    Policy,
    Record,
    Section,
)
from otklik.foundation.sentences import called
from otklik.standards.actions import unlink_cases
from otklik.standards.clock import remind_owners
from otklik.standards.models import Standard
from otklik.standards.queries import for_me

REVIEW_DUE, PROPOSED, DECIDED = "standards.review_due", "standards.proposed", "standards.proposal_decided"


def _standard_of(source: str) -> str:
    """The name of the standard that an alert is about: its source is ``7:2026-11-30``."""
    pk = source.partition(":")[0]
    return str(Standard.objects.filter(pk=pk).values_list("name", flat=True).first() or "—")


MODULE = Module(
    name="standards",
    permissions={"standards.edit": LEADS, "standards.propose": EVERYBODY},
    policies=(
        Policy(
            name="standards.second_pair_of_eyes",
            default=False,
            label=pgettext_lazy("what was changed", "second pair of eyes for standards"),
        ),
        Policy(
            name="standards.urgent_percent",
            default=100,
            label=pgettext_lazy("what was changed", "time for urgent cases"),
        ),
        Policy(
            name="standards.high_percent",
            default=100,
            label=pgettext_lazy("what was changed", "time for cases of high priority"),
        ),
        Policy(
            name="standards.low_percent",
            default=100,
            label=pgettext_lazy("what was changed", "time for cases of low priority"),
        ),
    ),
    navigation=(
        Entry(
            name="standards",
            route="standards:standards",
            label=_("Standards"),
            icon="checklist",
            section=Section.KNOWLEDGE,
            place=10,
            count=for_me,
        ),
    ),
    pages=(Page(route="standards:proposals", label=_("Proposals for standards"), icon="bulb"),),
    records=(
        Record(
            route="standards:standard",
            key="standard_id",
            label=_("Service standard"),
            icon="checklist",
            in_sight=lambda _actor: Standard.objects.all(),
            names=called(Standard),
        ),
    ),
    lists=(
        LiveRows(
            name="standards.standards",
            events=(
                "standards.written",
                "standards.changed",
                "standards.draft_dropped",
                "standards.approval_asked",
                "standards.version_approved",
                "standards.version_returned",
                "standards.published",
                "standards.reviewed",
                "standards.review_due",
                "standards.archived",
                "standards.brought_back",
                "standards.proposed",
                "standards.proposal_taken",
                "standards.proposal_declined",
            ),
        ),
        LiveRows(
            name="standards.proposals",
            events=("standards.proposed", "standards.proposal_taken", "standards.proposal_declined"),
        ),
    ),
    sentences={
        "standards.written": gettext_noop("Service standard “%(standard)s” was begun"),
        "standards.changed": gettext_noop("Service standard “%(standard)s” was changed: %(fields)s"),
        "standards.draft_dropped": gettext_noop("A draft of service standard “%(standard)s” was thrown away"),
        "standards.approval_asked": gettext_noop("A colleague was asked to approve service standard “%(standard)s”"),
        "standards.version_approved": gettext_noop("Service standard “%(standard)s” was approved"),
        "standards.version_returned": gettext_noop("Service standard “%(standard)s” was sent back to its author"),
        "standards.published": gettext_noop("Version %(number)s of service standard “%(standard)s” was published"),
        "standards.reviewed": gettext_noop("Service standard “%(standard)s” was reviewed and is still right"),
        "standards.review_due": gettext_noop("Service standard “%(standard)s” is due for review"),
        "standards.archived": gettext_noop("Service standard “%(standard)s” went into the archive"),
        "standards.brought_back": gettext_noop("Service standard “%(standard)s” came back from the archive"),
        "standards.proposed": gettext_noop("A change of service standard “%(standard)s” was proposed"),
        "standards.proposal_taken": gettext_noop("A proposal for service standard “%(standard)s” was taken"),
        "standards.proposal_declined": gettext_noop("A proposal for service standard “%(standard)s” was declined"),
    },
    names=(Named(word="standard", key="standard_id", names=called(Standard)),),
    codes=(Coded(word="number", key="number", means=str),),
    fields={
        "case_kind": pgettext_lazy("what was changed", "kind of case"),
        "channel": pgettext_lazy("what was changed", "channel"),
        "tag": pgettext_lazy("what was changed", "tag"),
        "is_default": pgettext_lazy("what was changed", "whether it applies when no other does"),
        "priority": pgettext_lazy("what was changed", "priority"),
        "standard": pgettext_lazy("what was changed", "service standard"),
    },
    alerts=(
        AlertKind(
            name=REVIEW_DUE,
            told=pgettext_lazy("what an event tells", "a service standard is due for review"),
            title=_("Review a service standard"),
            icon="checklist",
            tone="accent",
            about=_("You look after “%(why)s”, and it is due for review. Say that it is still right, or change it."),
            route="standards:standards",
            why=_standard_of,
        ),
        AlertKind(
            name=PROPOSED,
            told=pgettext_lazy("what an event tells", "a change of a service standard was proposed"),
            title=_("A change of a standard is proposed"),
            icon="bulb",
            tone="accent",
            about=_("A colleague would change “%(why)s”. Take it into a draft, or say why it stays as it is."),
            route="standards:proposals",
            why=_standard_of,
        ),
        AlertKind(
            name=DECIDED,
            told=pgettext_lazy("what an event tells", "a proposal for a service standard was decided"),
            title=_("Your proposal for a standard was answered"),
            icon="bulb",
            tone="accent",
            about=_("Read what became of your proposal for “%(why)s”."),
            route="standards:proposals",
            why=_standard_of,
        ),
    ),
    erase=unlink_cases,
    clock=(Every(minutes=59, run=remind_owners),),
    api="otklik.standards.api.router",
    urls="otklik.standards.urls",
    demo="otklik.standards.demo.deeds",
)
