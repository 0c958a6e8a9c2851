"""Personal data taken out of a text before others read it; what is in doubt is taken out.

Found: e-mail addresses, phones, bank cards (Luhn), ИНН and СНИЛС by their check digits, passports and other numbers by
the words before them, postal addresses, signed links, long numbers, and names: those given, and Russian ones.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _
from phonenumbers import Leniency, PhoneNumberMatcher

from otklik.foundation.text.language import forms_of, is_name

_MAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
_LINK = re.compile(r"(?:https?://|www\.)[^\s<>\")\]]*(?:/(?:case|answer|my|files)/|[?#&=])[^\s<>\")\]]*")
_HANDLE = re.compile(r"(?<![\w@/])@[A-Za-z]\w{3,31}\b")
_DIGITS = re.compile(r"(?<![\d-])\d(?:[ \u00a0-]?\d){8,24}(?![\d-])")
_LONG_NUMBER = re.compile(r"(?<![\w-])(?:\d(?:-?\d){6,}|[A-Z]{2}\d{9}[A-Z]{2})(?![\w-])")
_PASSPORT = re.compile(
    r"(?P<before>(?:паспорт|серия|passport)[^\n]{0,30}?)(?P<it>\d{2}\s?\d{2}\s*(?:,?\s*(?:№|номер|no\.?)?\s*)?\d{6})",
    re.IGNORECASE,
)
_BY_WORD = re.compile(
    r"(?P<before>\b(?:инн|снилс|кпп|огрн(?:ип)?|р/с|расч[её]тн\w+ сч[её]т\w*|дата рождения|родил\w+|date of birth|born)"
    r"\s*[:№#-]?\s*(?:on\s+)?)(?P<it>\d[\d\s.-]{3,30}\d)",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"(?P<before>\b(?:заказ\w*|заявк\w+|договор\w*|обращени\w+|сч[её]т\w*|чек\w*|трек(?:-номер)?\w*|отправлени\w+|квитанци\w+|полис\w*|"
    r"order|contract|invoice|ticket|case|tracking|receipt|policy)(?:\s+(?:номер\w*|number|no\.?))?\s*[:№#]*\s*)"
    r"(?P<it>(?=[\w/-]*\d)[A-ZА-ЯЁ0-9][A-ZА-ЯЁ0-9/-]{2,24})\b(?!\s*(?:₽|руб|%|дн|час|мин|шт))",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"(?:\b\d{6},?\s+)?(?:\bг(?:ород|\.)\s*[А-ЯЁ][\w-]+(?:\s[А-ЯЁ][\w-]+)?,?\s*)?"
    r"\b(?:ул(?:ица|ице|ицы|\.)|пр(?:оспекте?|-т|-кт|осп\.)|пер(?:еул(?:ок|ке)|\.)|бульваре?|б-р|шоссе|наб(?:ережн\w+|\.)|"
    r"пл(?:ощад\w+|\.)|мкр\.?|микрорайон\w*|проезде?)\s*(?:им\.?\s*)?[А-ЯЁ\d][\w. -]{1,40}?,?\s*(?:д(?:ом\w*|\.)?\s*)?"
    r"\d+[а-я]?(?:[/-]\d+)?(?:,?\s*(?:к(?:орп(?:ус|\.)?|\.)?|стр(?:оение|\.)?|кв(?:артира|\.)?|оф(?:ис|\.)?)\s*\d+[а-я]?)*"
    r"|\b\d{1,5}\s+(?:[A-Z][a-z]+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Square)\b\.?"
)
_FLAT = re.compile(r"\b(?:кв(?:артир[аеы]|\.)|apt\.?|apartment)\s*№?\s*\d+\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INN_WEIGHTS = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def masked(text: str, *, names: Iterable[str] = ()) -> str:
    """The text with each piece of personal data as a word in brackets, such as «[телефон]».

    ``names``: people known to be spoken of; every form of their words is taken out, whatever its case.
    """
    text = _LINK.sub(_in_brackets(_("link")), text)
    text = _MAIL.sub(_in_brackets(_("e-mail")), text)
    text = _PASSPORT.sub(_kept_before(_("passport")), text)
    text = _BY_WORD.sub(_kept_before(_("number")), text)
    text = _DIGITS.sub(_known_number, text)
    text = _without_phones(text)
    text = _ORDER.sub(_kept_before(_("number")), text)
    text = _STREET.sub(_in_brackets(_("address")), text)
    text = _FLAT.sub(_in_brackets(_("address")), text)
    text = _LONG_NUMBER.sub(_in_brackets(_("number")), text)
    text = _HANDLE.sub(_in_brackets(_("name")), text)
    return _without_names(text, names)


def _in_brackets(word: str) -> str:
    return f"[{word}]"


def _kept_before(word: str) -> Callable[[re.Match[str]], str]:
    return lambda found: f"{found['before']}[{word}]"


# ── Numbers ───────────────────────────────────────────────────────────────────────────────
def _known_number(found: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", found[0])
    if len(digits) == 16 or (13 <= len(digits) <= 19 and is_card(digits)):  # noqa: PLR2004  # lengths of cards
        return _in_brackets(_("card"))
    if is_inn(digits) or is_snils(digits):
        return _in_brackets(_("number"))
    return found[0]


def is_card(digits: str) -> bool:
    """Luhn's check, ISO/IEC 7812-1."""
    doubled = [int(one) * (2 if place % 2 else 1) for place, one in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0  # noqa: PLR2004  # Luhn


def is_inn(digits: str) -> bool:
    """The check digits of a Russian taxpayer's number of 10 (organization) or 12 (person) digits."""
    if len(digits) == 10:  # noqa: PLR2004  # of an organization
        return _weighed(digits[:9], _INN_WEIGHTS) == int(digits[9])
    if len(digits) == 12:  # noqa: PLR2004  # of a person
        eleventh = _weighed(digits[:10], (7, *_INN_WEIGHTS)) == int(digits[10])
        return eleventh and _weighed(digits[:11], (3, 7, *_INN_WEIGHTS)) == int(digits[11])
    return False


def _weighed(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=True)) % 11 % 10


def is_snils(digits: str) -> bool:
    """The two check digits of a Russian insurance number of 11 digits."""
    if len(digits) != 11:  # noqa: PLR2004  # as the law has it
        return False
    total = sum(int(one) * weight for one, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100 == int(digits[9:])


def _without_phones(text: str) -> str:
    pieces, at = [], 0
    for found in PhoneNumberMatcher(text, "RU", leniency=Leniency.POSSIBLE):
        if sum(letter.isdigit() for letter in found.raw_string) < 10:  # noqa: PLR2004  # shorter is no phone here
            continue
        pieces += [text[at : found.start], _in_brackets(_("phone"))]
        at = found.end
    return "".join([*pieces, text[at:]])


# ── Names ─────────────────────────────────────────────────────────────────────────────────
def _without_names(text: str, names: Iterable[str]) -> str:
    """Names in a row become one word; our own words in brackets are left alone."""
    given = {form for name in names for form in forms_of(name)}
    pieces, at = [], 0
    spans = [word.span() for word in _WORD.finditer(text) if _is_somebody(word, text, given)]
    for start, end in _joined(spans, text):
        pieces += [text[at:start], _in_brackets(_("name"))]
        at = end
    return "".join([*pieces, text[at:]])


def _is_somebody(word: re.Match[str], text: str, given: set[str]) -> bool:
    if text[: word.start()].endswith("[") and text[word.end() :].startswith("]"):
        return False
    return word[0].lower() in given or is_name(word[0])


def _joined(spans: list[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """Neighbours with only a space, or an initial with its dot, between them are one."""
    for place, (start, end) in enumerate(spans):
        if place and re.fullmatch(r"[ \u00a0.]{1,3}", text[spans[place - 1][1] : start]):
            continue
        last = end
        for before, after in zip(spans[place:], spans[place + 1 :], strict=False):
            if not re.fullmatch(r"[ \u00a0.]{1,3}", text[before[1] : after[0]]):
                break
            last = after[1]
        yield start, last
