"""The mood of a customer's last words: a guess by phrases of the house, told to whoever answers, kept nowhere.

It is read out of the words when somebody looks, and it changes nothing: no order, no priority, no promise, no owner.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.cases.models import Case
from otklik.foundation.manifest import Policy
from otklik.foundation.policies import policy


class Mood(StrEnum):
    """The first whose phrase stands in the words is told."""

    UPSET = "upset"
    WORRIED = "worried"
    GLAD = "glad"


RULES: Final[dict[Mood, str]] = {
    Mood.UPSET: "cases.mood_upset",
    Mood.WORRIED: "cases.mood_worried",
    Mood.GLAD: "cases.mood_glad",
}
_PHRASES: Final[dict[Mood, list[str]]] = {
    Mood.UPSET: [
        "сколько можно", "безобразие", "возмущ", "ужасн", "отвратительн", "надоел", "издева", "разочарован", "хватит",
        "unacceptable", "disappoint", "outrage", "terrible", "fed up", "ridiculous", "enough is enough",
    ],
    Mood.WORRIED: [
        "волну", "пережива", "боюсь", "тревож", "очень срочно", "не знаю, что делать", "помогите",
        "worried", "anxious", "afraid", "urgent", "please help", "don't know what to do",
    ],
    Mood.GLAD: ["спасибо", "благодар", "замечательн", "отлично", "thank you", "thanks", "grateful", "wonderful"],
}  # fmt: skip
NAMES: Final[dict[Mood, str | Promise]] = {
    Mood.UPSET: pgettext_lazy("mood", "upset"),
    Mood.WORRIED: pgettext_lazy("mood", "worried"),
    Mood.GLAD: pgettext_lazy("mood", "glad"),
}
LABELS: Final[dict[Mood, str | Promise]] = {
    Mood.UPSET: _("Words of somebody who is upset"),
    Mood.WORRIED: _("Words of somebody who is worried"),
    Mood.GLAD: _("Words of somebody who is glad"),
}
POLICIES: Final = (
    Policy(name="cases.mood_hint", default=True, label=pgettext_lazy("what was changed", "hint at the mood")),
    *(Policy(name=RULES[one], default=_PHRASES[one], label=LABELS[one]) for one in Mood),
)


@dataclass(frozen=True, kw_only=True)
class Hint:
    """``phrase``: the words by which it was guessed, as the customer wrote them."""

    mood: Mood
    phrase: str

    @property
    def name(self) -> str | Promise:
        return NAMES[self.mood]


def mood_of(case: Case) -> Hint | None:
    """Of the beginning of the customer's last words, while an answer to them is owed; None where nothing is said.

    Only the row of the case is read.
    """
    is_owed = case.state == Case.State.OPEN and case.waits_for == Case.WaitsFor.US
    if not is_owed or not policy("cases.mood_hint"):
        return None
    for mood in Mood:
        phrases = [re.escape(one) for one in policy(RULES[mood])]
        found = re.search(rf"(?<!\w)(?:{'|'.join(phrases)})\w*", case.preview, re.IGNORECASE) if phrases else None
        if found:
            return Hint(mood=mood, phrase=found[0])
    return None
