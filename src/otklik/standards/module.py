"""What the app of service standards brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import LEADS
from otklik.foundation.manifest import AlertKind, Coded, Entry, Every, LiveRows, Module, Named, Policy, Record, Section
from otklik.foundation.sentences import called
from otklik.standards.clock import remind_owners
from otklik.standards.models import Standard
from otklik.standards.queries import for_me

REVIEW_DUE = "standards.review_due"


def _standard_of(source: str) -> str:
    """The name of the standard that an alert is about: its source is ``7:2026-11-30``."""
    pk = source.partition(":")[0]
    return str(Standard.objects.filter(pk=pk).values_list("name", flat=True).first() or "—")


MODULE = Module(
    name="standards",
    permissions={"standards.edit": LEADS},
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
            ),
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
        "standards.reviewed": gettext_noop("Service standard “%(standard)s” was read again and is still right"),
        "standards.review_due": gettext_noop("Service standard “%(standard)s” should be read again"),
    },
    names=(Named(word="standard", key="standard_id", names=called(Standard)),),
    codes=(Coded(word="number", key="number", means=str),),
    fields={
        "case_kind": pgettext_lazy("what was changed", "kind of case"),
        "is_default": pgettext_lazy("what was changed", "whether it holds when no other does"),
        "priority": pgettext_lazy("what was changed", "priority"),
        "standard": pgettext_lazy("what was changed", "service standard"),
    },
    alerts=(
        AlertKind(
            name=REVIEW_DUE,
            told=pgettext_lazy("what an event tells", "a service standard should be read again"),
            title=_("Read a service standard again"),
            icon="checklist",
            tone="accent",
            about=_("You keep “%(why)s” and wanted to read it again by now. Say that it is still right, or change it."),
            route="standards:standards",
            why=_standard_of,
        ),
    ),
    clock=(Every(minutes=59, run=remind_owners),),
    api="otklik.standards.api.router",
    urls="otklik.standards.urls",
    demo="otklik.standards.demo.deeds",
)
