"""What a lead wrote back: a yes, a yes to so much, or a no with its reason. Pure.

Money hangs on it, so that only what cannot mean anything else is understood: the first sentence must consist of known
words alone, and nothing after it may doubt. Whatever is unclear is nothing at all, and comes back with the link.
"""

import re
from dataclasses import dataclass
from typing import Final

from otklik.goodwill.money import kopecks_of

LONGEST: Final = 2_000


@dataclass(frozen=True, kw_only=True)
class Word:
    """``amount``: kopecks that a yes names, None for what was asked. ``words``: what the lead wrote."""

    is_yes: bool
    words: str
    amount: int | None = None


_GREETING = re.compile(
    r"^\s*(?:(?:здравствуй(?:те)?|привет|добр(?:ый|ое|ого)\s+(?:день|утро|вечер|дня|утра|вечера)|hello|hi|dear|"
    r"good\s+(?:morning|afternoon|evening))(?:[ ,]+[^\W\d_]{2,20}){0,2}|[^\W\d_]{3,20}(?=\s*,\s*\n))\s*[!,.]*\s+",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?",
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_YES = _words("да ок окей ok okay yes yep sure конечно согласен согласна согласны approved разрешаю одобряю")
_MEANT = _YES | _words(
    """
    дайте дай дадим даем давайте подарите подари подарим верните верни вернем возвращайте оформляйте оформите сделайте
    делайте выдайте отправляйте отправьте пожалуйста спасибо хорошо можно это ему ей им клиенту клиентке все руб рубль
    рубля рублей р на в и размере подарок сумму целиком полностью
    please do give go ahead it them him her thanks thank you of course rubles rub
    """
)
_NO = re.compile(
    r"^(?:нет|no|nope|отказ|отклоняю|отклонено|declined)\b"
    r"(?:\s*(?:[,.:;!—–-]|$)|(?=\s+(?:потому|так как|поскольку|because|since|as)\b))[\s,.:;!—–-]*",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\?|\b(?:не|нет|ни|но|если|однако|хотя|кроме|вместо|только|подожд\w*|погод\w*|сначала|позже|потом|завтра|подума\w*|"
    r"посмотр\w*|уточн\w*|обсуд\w*|позвон\w*|отклон\w*|отказ\w*|откаж\w*|нельзя|запре\w*|против|решу|решим|наверное|возможно|может|кажется|вроде|отмен\w*|стоп|"
    r"not|no|nor|don't|won't|can't|cannot|but|if|unless|however|although|instead|only|wait|hold|first|later|tomorrow|"
    r"think|maybe|perhaps|discuss|cancel|stop|declin\w*|refus\w*|reject\w*)\b",
    re.IGNORECASE,
)
_YES_AFTER_ALL = re.compile(
    r"\b(?:да|дайте|давайте|дай|подарите|верните|против|возраж\w*|проблем\w*|вопрос\w*|yes|ok|okay|give|objections?|"
    r"problem|worries)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_SMALL = frozenset(",.!;:)(₽-—–\"'«»👍")


def understood(own_text: str) -> Word | None:
    """What a lead's own words say; None when that is not beyond doubt.

    ``own_text``: without quotations. A "no" without a reason is understood as one, with ``words`` of nothing.
    """
    said = own_text.strip()
    if not said or len(said) > LONGEST:
        return None
    plain = _GREETING.sub("", said.replace("ё", "е").replace("Ё", "Е"), count=1).strip()
    if (no := _NO.match(plain)) is not None:
        return _refused(plain[no.end() :], said)
    first, _end, rest = _first_sentence(plain)
    amounts = _AMOUNT.findall(first)
    if not _is_plain_yes(_AMOUNT.sub(" ", first)) or len(amounts) > 1 or _DOUBT.search(rest) or _AMOUNT.search(rest):
        return None
    amount = kopecks_of(amounts[0]) if amounts else None
    return Word(is_yes=True, words=said, amount=amount)


def _refused(reason: str, said: str) -> Word | None:
    if _YES_AFTER_ALL.search(reason) or "?" in reason:
        return None
    has_reason = len(re.findall(r"[^\W\d_]{2,}", reason)) > 1
    return Word(is_yes=False, words=said if has_reason else "")


def _first_sentence(text: str) -> tuple[str, str, str]:
    match = re.search(r"[.!;](?=\s|$)|\n", text)
    return (text, "", "") if match is None else (text[: match.start()], match[0], text[match.end() :])


def _is_plain_yes(sentence: str) -> bool:
    tokens = [token.lower() for token in _TOKEN.findall(sentence)]
    words = [token for token in tokens if token not in _SMALL]
    return bool(words) and words[0] in _YES and all(word in _MEANT for word in words)
