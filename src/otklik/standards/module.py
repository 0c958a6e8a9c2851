"""What the app of service standards brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import LEADS
from otklik.foundation.manifest import Module, Named, Section, SettingsPage
from otklik.foundation.sentences import called
from otklik.standards.models import Standard

MODULE = Module(
    name="standards",
    permissions={"standards.edit": LEADS},
    settings=(
        SettingsPage(
            route="standards:standards",
            label=_("Service standards"),
            icon="checklist",
            permission="standards.edit",
            place=70,
            about=_("What you promise, to whom, and within which time."),
            section=Section.KNOWLEDGE,
        ),
    ),
    sentences={
        "standards.changed": gettext_noop("Service standard “%(standard)s” was changed: %(fields)s"),
    },
    names=(Named(word="standard", key="standard_id", names=called(Standard)),),
    fields={
        "case_kind": pgettext_lazy("what was changed", "kind of case"),
        "emotion": pgettext_lazy("what was changed", "what the customer should feel"),
        "first_answer_minutes": pgettext_lazy("what was changed", "time of the first answer"),
        "how": pgettext_lazy("what was changed", "how it is done"),
        "is_default": pgettext_lazy("what was changed", "whether it holds when no other does"),
        "next_word_minutes": pgettext_lazy("what was changed", "time of the next answers"),
        "priority": pgettext_lazy("what was changed", "priority"),
        "solution_minutes": pgettext_lazy("what was changed", "time of the solution"),
        "standard": pgettext_lazy("what was changed", "service standard"),
        "why": pgettext_lazy("what was changed", "why we do it"),
    },
    urls="otklik.standards.urls",
)
