"""A warm close: the line that ends a letter in which something is finished, chosen by what happened in the case.

Thanks, what to do if it comes back, and an invitation; never a question about a rating. The house writes lines of its
own (rules ``cases.closing_…``); a person sees the line before it leaves, changes it or leaves it out.
"""

import re
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases.models import Case, CaseKind
from otklik.cases.queries.promises import Standing, promises_of
from otklik.foundation.manifest import Policy
from otklik.foundation.policies import policy
from otklik.reach.models import Message

LANGUAGES: Final = ("ru", "en")
_RECENT: Final = 5
_NEARLY: Final = 0.8
_LONGEST, _SHORTEST = 20_000, 3


class Happened(StrEnum):
    """What a close speaks of; the first that fits is taken."""

    LATE = "late"
    CAME_BACK = "came_back"
    COMPLAINT = "complaint"
    GESTURE = "gesture"
    PRAISE = "praise"
    FIRST = "first"
    USUAL = "usual"


NAMES: Final[dict[Happened, str | Promise]] = {
    Happened.LATE: _("We were late"),
    Happened.CAME_BACK: _("The case was opened again"),
    Happened.COMPLAINT: _("It was a complaint"),
    Happened.GESTURE: _("Something was given"),
    Happened.PRAISE: _("The customer thanked us"),
    Happened.FIRST: _("It was their first case"),
    Happened.USUAL: _("All else"),
}
WHEN: Final = {
    Happened.LATE: _("Chosen when we broke a promise in this case."),
    Happened.CAME_BACK: _("Chosen when the customer had to come back with the same matter."),
    Happened.COMPLAINT: _("Chosen when the case is a complaint."),
    Happened.GESTURE: _("Chosen when the customer was given something in this case."),
    Happened.PRAISE: _("Chosen when the customer wrote to say thank you."),
    Happened.FIRST: _("Chosen when it is the first case of this customer."),
    Happened.USUAL: _("Chosen when none of the others fits."),
}
"""By what a person tells them apart."""
WORDS: Final[dict[Happened, str | Promise]] = {
    Happened.LATE: _(
        "Thank you for waiting: we were later than promised, and you were patient with us. If anything is left or it "
        "comes back, just answer this letter, and it is with me at once."
    ),
    Happened.CAME_BACK: _(
        "Thank you for coming back instead of leaving it at that. If it shows up once more, just answer this letter: "
        "nothing has to be told again."
    ),
    Happened.COMPLAINT: _(
        "Thank you for telling us plainly: that is how we get better. If anything still troubles you, just answer this "
        "letter, and I go on with it."
    ),
    Happened.GESTURE: _(
        "Thank you for your understanding. Can I do anything else for you? Just answer this letter, today or in a "
        "month."
    ),
    Happened.PRAISE: _("Thank you for your kind words, they warm us. Whenever you need us, we are here."),
    Happened.FIRST: _(
        "Thank you for turning to us. If anything else comes up or this comes back, just answer this letter: it finds "
        "me at once. We are always glad to hear from you."
    ),
    Happened.USUAL: _(
        "Can I do anything else for you? If it comes back, just answer this letter: it finds me at once, and nothing "
        "has to be told again."
    ),
}
SPOKEN: Final = {"ru": _("in Russian"), "en": _("in English")}


RULES: Final[dict[Happened, dict[str, str]]] = {
    Happened.LATE: {"ru": "cases.closing_late_ru", "en": "cases.closing_late_en"},
    Happened.CAME_BACK: {"ru": "cases.closing_came_back_ru", "en": "cases.closing_came_back_en"},
    Happened.COMPLAINT: {"ru": "cases.closing_complaint_ru", "en": "cases.closing_complaint_en"},
    Happened.GESTURE: {"ru": "cases.closing_gesture_ru", "en": "cases.closing_gesture_en"},
    Happened.PRAISE: {"ru": "cases.closing_praise_ru", "en": "cases.closing_praise_en"},
    Happened.FIRST: {"ru": "cases.closing_first_ru", "en": "cases.closing_first_en"},
    Happened.USUAL: {"ru": "cases.closing_usual_ru", "en": "cases.closing_usual_en"},
}
"""The house's own lines, by language."""


def _called(happened: Happened, language: str) -> str | Promise:
    return format_lazy("{}: {}, {}", pgettext_lazy("what was changed", "warm close"), NAMES[happened], SPOKEN[language])


POLICIES: Final = (
    Policy(name="cases.closes_warmly", default=True, label=pgettext_lazy("what was changed", "warm close")),
    *(
        Policy(name=RULES[one][language], default="", label=_called(one, language))
        for one in Happened
        for language in LANGUAGES
    ),
)

type Fits = Callable[[Case], bool]


# ── What happened ─────────────────────────────────────────────────────────────────────────
def _was_late(case: Case) -> bool:
    return any(one.state is Standing.BROKEN for one in promises_of(case, now=timezone.now()))


def _is_first(case: Case) -> bool:
    return not Case.objects.filter(customer_id=case.customer_id).exclude(pk=case.pk).exists()


_fits: dict[Happened, Fits] = {
    Happened.LATE: _was_late,
    Happened.CAME_BACK: lambda case: case.came_back > 0,
    Happened.COMPLAINT: lambda case: case.kind == CaseKind.COMPLAINT,
    Happened.PRAISE: lambda case: case.kind == CaseKind.THANKS,
    Happened.FIRST: _is_first,
    Happened.USUAL: lambda _case: True,
}


def closes_with(happened: Happened) -> Callable[[Fits], Fits]:
    """Register who knows whether this happened in a case: an app above, by what it keeps itself."""

    def registered(fits: Fits) -> Fits:
        _fits[happened] = fits
        return fits

    return registered


def what_happened(case: Case, *, now: Happened | None = None) -> Happened:
    """The first that fits; ``now``: what is being done this moment, and stands in no table yet."""
    return next(one for one in Happened if one is now or (one in _fits and _fits[one](case)))


# ── The line ──────────────────────────────────────────────────────────────────────────────
def line_for(happened: Happened, language: str) -> str:
    """The house's own words, else ours, in a language."""
    spoken = language if language in LANGUAGES else LANGUAGES[0]
    return str(policy(RULES[happened][spoken])).strip() or own_words(happened, spoken)


def own_words(happened: Happened, language: str) -> str:
    """What we say where the house has written nothing."""
    with translation.override(language):
        return str(WORDS[happened])


def closing_for(case: Case, *, now: Happened | None = None) -> str:
    """The line that fits a case; '' where the house wants none, or one nearly the same was said lately."""
    if not policy("cases.closes_warmly"):
        return ""
    line = line_for(what_happened(case, now=now), case.customer.language)
    return "" if _is_said(line, _recent(case)) else line


def closed(case: Case, text: str, closing: str) -> str:
    """The text with its closing line, unless that stands in it already or was said lately."""
    line = closing.strip()
    if not line or _is_said(line, [text, *_recent(case)]):
        return text
    return f"{text.rstrip()}\n\n{line}"


def _recent(case: Case) -> Iterable[str]:
    """The last letters that people of ours wrote in this case, without those that were taken back."""
    ours = Message.objects.filter(
        conversation__thread__case=case, direction=Message.Direction.OUT, agent__isnull=False
    ).exclude(deliveries__state="cancelled")
    return ours.order_by("-pk").values_list("text", flat=True)[:_RECENT]


def _is_said(line: str, texts: Iterable[str]) -> bool:
    """Whether one of its sentences stands in them in nearly the same words."""
    said = [bare for text in texts for bare in _sentences(text)]
    return any(_is_near(one, other) for one in _sentences(line) for other in said)


def _sentences(text: str) -> list[str]:
    """Those of some length, their words alone, small."""
    found = (" ".join(re.findall(r"\w+", part.lower())) for part in re.split(r"[.!?…]+\s+|\n+", text[:_LONGEST]))
    return [one for one in found if one.count(" ") >= _SHORTEST]


def _is_near(one: str, other: str) -> bool:
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _NEARLY and matcher.quick_ratio() >= _NEARLY and matcher.ratio() >= _NEARLY
