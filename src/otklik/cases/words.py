"""Reading words with care: only thanks, or a "yes" that says "no"; and the beginning that a list shows."""

import re

from otklik.ui.words import bare_words

_THANKS = re.compile(
    r"^(?:(?:большое|огромное|вам|вас|тебе|тебя|за|помощь|ответ|оперативность|всё|все|ок|хорошо|понял[аи]?|супер|отлично|"
    r"добрый|день|здравствуйте|с|уважением|"
    r"спасибо|спс|благодарю|благодарим|"
    r"thanks?|thank|you|very|much|so|a|lot|many|great|ok|okay|cheers|for|the|your|help|all|good|got|it)\b[\s,.!)]*)+$",
    re.IGNORECASE,
)
_GRATEFUL = re.compile(r"спасибо|спс|благодар|thank|cheers", re.IGNORECASE)
_LONGEST_THANKS = 120
_NOT_SOLVED = re.compile(
    r"не\s+реш(?:ено?|ён|ена|или|ился|илась|илось)|не\s+работает|не\s+заработал|не\s+помогло|не\s+получил(?:ось|а|и)?\b|"
    r"не\s+приш(?:ло|ла|ли|ёл|ел)|не\s+верну|(?:вс[её]\s+)?(?:ещё|еще)\s+(?:жду|нет|не\b)|до\s+сих\s+пор|по-прежнему|"
    r"так\s+и\s+не|снова\s+не|опять\s+не|проблема\s+(?:осталась|та\s+же)|ничего\s+не\s+(?:изменилось|сделано)|"
    r"\bnot\s+(?:fixed|solved|resolved|working)|still\s+(?:not|no|waiting|broken|doesn|isn|don)|"
    r"does(?:n['’]?t|\s+not)\s+work|didn['’]?t\s+(?:help|work|arrive|receive)|never\s+(?:arrived|received)|"
    r"same\s+(?:problem|issue|error)|nothing\s+(?:changed|was\s+done)",
    re.IGNORECASE,
)


def is_only_thanks(text: str) -> bool:
    """A short word of thanks that asks for nothing, so it needs no new work."""
    short = text.strip()
    return 0 < len(short) <= _LONGEST_THANKS and bool(_GRATEFUL.search(short)) and bool(_THANKS.match(short))


def says_not_solved(text: str) -> bool:
    """The words say that the matter is not solved, whatever button was pressed."""
    return bool(_NOT_SOLVED.search(text))


def preview_of(text: str) -> str:
    """The beginning of what was said last, on one line of a list."""
    return " ".join(bare_words(text[:600]).split())[:160]
