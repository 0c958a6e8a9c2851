"""Standards in the words of the page: how their versions stand, when they apply, and their parts."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from otklik.foundation.http.versions import Parts
from otklik.standards.kinds import KINDS
from otklik.standards.models import Standard, Version
from otklik.ui.labels import Label
from otklik.ui.words import working_hours

STATES = {
    "draft": Label(text=pgettext_lazy("state of a standard", "Draft"), icon="pencil"),
    "waiting": Label(text=gettext_lazy("Waits for approval"), icon="hourglass", tone="risk"),
    "approved": Label(text=pgettext_lazy("state of a standard", "Approved"), icon="check", tone="solved"),
    "live": Label(text=pgettext_lazy("state of a standard", "Holds"), icon="circle-check", tone="satisfied"),
    "past": Label(text=pgettext_lazy("state of a standard", "Held before"), icon="history"),
}


def applies_to(standard: Standard) -> str:
    """When it applies, in a few words."""
    if standard.case_kind:
        return str(KINDS[standard.case_kind].text)
    return _("Every kind without a standard of its own") if standard.is_default else _("No kind of case yet")


def promises_of(version: Version) -> Sequence[tuple[Label, str]]:
    """What it promises, each with how long it takes."""
    return (
        (Label(text=gettext_lazy("First answer"), icon="clock"), working_hours(version.first_answer_minutes)),
        (Label(text=gettext_lazy("Next word"), icon="message-2"), working_hours(version.next_word_minutes)),
        (Label(text=gettext_lazy("Solution"), icon="circle-check"), working_hours(version.solution_minutes)),
    )


def parts_of(version: Version) -> Parts:
    """What two versions are compared by."""
    names: Sequence[tuple[str | Promise, str]] = (
        (_("Why we do it"), version.why),
        (_("What the customer should feel"), version.emotion),
        (_("How it is done"), "\n".join(version.how)),
        (_("What we say"), version.good),
        (_("What makes it good"), version.good_because),
        (_("What we do not say"), version.bad),
        (_("What is wrong with it"), version.bad_because),
        (_("Promises"), "\n".join(f"{label.text}: {words}" for label, words in promises_of(version))),
    )
    return names
