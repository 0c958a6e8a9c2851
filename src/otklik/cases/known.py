"""What customers have told already, read out of their own words; and which answer asks for it once more.

Careful on purpose: what is not certain is no fact, and a question that might mean something new is no warning.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FactKind(StrEnum):
    ORDER = "order"
    CONTRACT = "contract"
    INVOICE = "invoice"
    TRACKING = "tracking"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    DATE = "date"


LABELS: Final[dict[FactKind, str | Promise]] = {
    FactKind.ORDER: _("Order number"),
    FactKind.CONTRACT: _("Contract number"),
    FactKind.INVOICE: _("Invoice number"),
    FactKind.TRACKING: _("Tracking number"),
    FactKind.PHONE: _("Phone"),
    FactKind.EMAIL: _("E-mail"),
    FactKind.ADDRESS: _("Address"),
    FactKind.DATE: _("Date"),
}
OF_ONE_CASE: Final = frozenset({FactKind.ORDER, FactKind.CONTRACT, FactKind.INVOICE, FactKind.TRACKING})
"""In another case another of these may be meant: asking there is no second time."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that was told. ``value`` as it was written, phones in E.164."""

    kind: FactKind
    value: str


@dataclass(frozen=True, kw_only=True)
class Known:
    """A fact with its source: who told it in which letter of which case, and when."""

    kind: FactKind
    value: str
    case_number: int
    message_id: int
    author: str
    at: datetime

    @property
    def label(self) -> str | Promise:
        return LABELS[self.kind]


# ── Told ──────────────────────────────────────────────────────────────────────────────────
_THINGS: Final = {
    FactKind.ORDER: r"заказ(?:а|у|е|ом)?|брон[ьи]|orders?|bookings?",
    FactKind.CONTRACT: r"договор(?:а|у|е|ом)?|полис(?:а|у|е|ом)?|contracts?|polic(?:y|ies)",
    FactKind.INVOICE: r"сч[её]т(?:а|у|е|ом)?|чек(?:а|у|е|ом)?|invoices?|receipts?",
    FactKind.TRACKING: r"трек(?:а|у|е|ом|-номер\w*)?|отправлени[ея]|накладн(?:ая|ой|ую)|tracking|shipments?",
}
_SIGN = r"(?:\s*(?:№|#|n[o°º]\.?|номер\w{0,2}|numbers?|is|:|под|за|-|–|—)\s*){1,4}|\s+"
_ID = r"(?P<value>(?=[A-ZА-ЯЁ\d/-]*\d[A-ZА-ЯЁ\d/-]*\d[A-ZА-ЯЁ\d/-]*\d)[A-ZА-ЯЁ\d][A-ZА-ЯЁ\d/-]{2,24})(?![\w.,]?\d|\w)"
_NO_ID = re.compile(r"(?:19|20)\d\d|\d{1,2}-\d{1,2}-\d{2,4}")
_COUNTED = re.compile(
    r"\s*(?:₽|\$|€|%|руб|р\.|тыс|тысяч|штук|шт\b|кг|г\b|году|год\b|дн|дня|дней|час|мин|rub|usd|eur|pcs|days?"
    r"|hours?|dollars?"
    r"|euros?|items?|items|copies)",
    re.IGNORECASE,
)
_NUMBERS: Final = {kind: re.compile(rf"(?<![\w-])(?i:{words})(?i:{_SIGN}){_ID}") for kind, words in _THINGS.items()}
_BEFORE: Final = {
    kind: re.compile(
        rf"(?i:номер|number)\s+(?i:моего|нашего|of my|of the|of)?\s*(?i:{words})\s*(?i:[:—–-]|это|is)?\s*{_ID}"
    )
    for kind, words in _THINGS.items()
}
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w@])")
_PHONE_LIKE = re.compile(r"(?:\d[\s()-]*){10}")
_MONTHS = (
    "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря|january|february|march|april|may"
    "|june|july|august|september|october|november|december"
)
_DATE = re.compile(
    rf"(?<![\d.])(?:(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:20)?\d\d(?!\d)(?!\.\d)|(?:0?[1-9]|[12]\d"
    rf"|3[01])(?:st|nd|rd|th)?\s+(?i:{_MONTHS})\b"
    rf"(?:,?\s+20\d\d)?|\b(?i:{_MONTHS})\s+(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?(?!\d)(?:,?\s+20\d\d)?)"
)
_ADDRESS = re.compile(
    r"(?:(?:г\.|город)\s*[А-ЯЁ][\w-]+,\s*)?(?:(?:ул\.|улица|улице|пр-т|проспект|проспекте|пер\.|переулок|шоссе"
    r"|бульвар|наб\.|набережная|пл\.)\s*"
    r"[А-ЯЁ\d][\w-]*(?:\s[А-ЯЁ][\w-]*){0,2}|[А-ЯЁ][\w-]+\s(?:ул\.|улица|проспект|переулок|шоссе|бульвар"
    r"|набережная)),?"
    r"\s*(?:д\.|дом)?\s*\d{1,4}[а-я]?(?:/\d+)?(?!\d)(?:,?\s*(?:корп\.?|корпус|к\."
    r"|стр\.?)\s*\d+)?(?:,?\s*(?:кв\.?|квартира|оф\.?|офис)\s*\d+)?"
    r"|(?<!\d)\d{1,5}\s+(?:[A-Z][a-z]+\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard)\b\.?"
    r"(?:,?\s*(?:[Aa]pt|[Ff]lat|[Ss]uite)\.?\s*\d+)?"
)


def facts_in(text: str) -> list[Fact]:
    """What these own words of a customer tell, each once, in the order of the kinds."""
    return list(dict.fromkeys(Fact(kind=kind, value=value) for kind, value in _told(text)))


def _told(text: str) -> Iterator[tuple[FactKind, str]]:
    for kind in OF_ONE_CASE_IN_ORDER:
        for pattern in (_NUMBERS[kind], _BEFORE[kind]):
            yield from (
                (kind, found["value"].strip("-/")) for found in pattern.finditer(text) if _is_number(found, text)
            )
    if _PHONE_LIKE.search(text):
        for match in phonenumbers.PhoneNumberMatcher(text, "RU"):
            yield FactKind.PHONE, phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    yield from ((FactKind.EMAIL, found[0].lower()) for found in _EMAIL.finditer(text))
    yield from ((FactKind.ADDRESS, " ".join(found[0].split())) for found in _ADDRESS.finditer(text))
    yield from ((FactKind.DATE, " ".join(found[0].split())) for found in _DATE.finditer(text))


OF_ONE_CASE_IN_ORDER: Final = tuple(kind for kind in FactKind if kind in OF_ONE_CASE)


def _is_number(found: re.Match[str], text: str) -> bool:
    """Neither a year, a day, nor how many or how much."""
    return not _NO_ID.fullmatch(found["value"]) and not _COUNTED.match(text, found.end())


# ── Told once more ────────────────────────────────────────────────────────────────────────
_BEGINNING: Final = 6_000
_TOLD_RU = r"(?:на)?писал|говорил|сказал|сообщ(?:а|и)л|указ(?:ыв)?ал|объяснял|прис(?:ы)?лал|рассказ(?:ыв)?ал|назвал"
_AGAIN: Final = re.compile(
    rf"\b(?:я|мы)\s+(?:(?:вам|вас|об|этом|это|ведь|всё|все)\s+){{0,2}}(?:уже|же)\s+(?:\w+\s+){{0,2}}(?:{_TOLD_RU})[аи]?\b"
    rf"|(?:^|[.!?,;]\s*)(?:как\s+)?уже\s+(?:\w+\s+)?(?:{_TOLD_RU})а?\b|\bкак\s+я\s+(?:\w+\s+)?(?:{_TOLD_RU})а?\b"
    r"|\b(?:в|уже)\s+(?:третий|четв[её]ртый|пятый|который|сотый)\s+раз\b|\bповторяю\b"
    r"|\bсколько\s+(?:можно|раз)\s+(?:\w+\s+)?(?:повторять|объяснять|писать|говорить)\b"
    r"|\bas\s+(?:i|we)(?:['’]ve|\s+have)?\s+(?:already\s+)?(?:said|wrote|written|told|mentioned|explained)\b"
    r"|\b(?:i|we)(?:['’]ve|\s+have)?\s+already\s+(?:said|wrote|written|told|sent|mentioned|explained|given)\b"
    r"|\bfor\s+the\s+(?:third|fourth|fifth|umpteenth)\s+time\b|\bi\s+(?:have\s+to\s+)?repeat\b",
    re.IGNORECASE,
)


def says_again(text: str) -> bool:
    """Whether somebody says in their own words that they have told this already: «я уже писал», "as I said"."""
    return _AGAIN.search(text[:_BEGINNING]) is not None


# ── Asked ─────────────────────────────────────────────────────────────────────────────────
_TELL = (
    r"напишите|укажите|сообщите|подскажите|пришлите|назовите|уточните|продиктуйте|дайте|отправьте|скажите"
    r"|could you|can you"
    r"|would you|please|tell us|tell me|send us|send me|give us|give me|let us know|let me know|provide|share"
    r"|we need|нам нужен|мне нужен"
)
_NUMBER_OF: Final = {
    kind: rf"номер\w{{0,2}}\s+(?:ваше\w+\s+|самого\s+)?(?:{words})|(?:{words})\s+number"
    for kind, words in _THINGS.items()
}
_WANTED: Final = {
    **_NUMBER_OF,
    FactKind.PHONE: r"(?:номер\w{0,2}\s+)?(?:ваш\w*\s+)?(?:контактн\w+\s+)?телефон\w{0,2}|phone(?:\s+number)?",
    FactKind.EMAIL: r"(?:адрес\s+)?(?:ваш\w*\s+)?(?:электронн\w+\s+почт\w+|e-?mail)(?:\s+address)?",
    FactKind.ADDRESS: r"адрес\s+(?:доставки|проживания)|ваш\s+адрес(?!\s+(?:электронн|почты|e-?mail))"
    r"|(?:delivery|shipping|postal|home|your)\s+address",
}
_WHICH: Final = {
    kind: re.compile(
        rf"\b(?:как(?:ой|ов|ому)|what(?:['’]s|\s+is)|which)\b[^.!?\n]{{0,40}}?(?:{words})[^.!?\n]*\?", re.IGNORECASE
    )
    for kind, words in _WANTED.items()
}
_PLEASE: Final = {
    kind: re.compile(rf"(?<!не )(?<!don['’]t )(?<!not )\b(?:{_TELL})\b[^.!?\n]{{0,60}}?\b(?:{words})\b", re.IGNORECASE)
    for kind, words in _WANTED.items()
}
_SOMETHING_ELSE = re.compile(
    r"\bнов\w+|\bдруг\w+|\bещ[её]\s+одн\w+|измен|смени|если|курьер|оператор|продавц|кассир|сотрудник|соседу"
    r"|при получении|на кассе"
    r"|по телефону|на телефон|через|зная|позвоните|письм\w+\s+с|"
    r"\bnew\b|\banother\b|\bdifferent\b|\bother\b|chang|\bif\b|courier|cashier|operator|driver|by phone"
    r"|over the phone|on the phone|call us"
    r"|\balternative|\bsecond\b|не нужно|не надо|no need|don['’]t|верн[оы]|правильн|\bcorrect\b|\bright\b"
    r"|\bstill\b|по-прежнему",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[^.!?\n]+[.!?]*")


def asked_in(text: str) -> list[FactKind]:
    """What an answer asks the customer to tell, in the order of the kinds.

    Nothing of what it asks to tell somebody else, to tell anew, to confirm, or on a condition.
    """
    sentences = [one for one in _SENTENCES.findall(text.replace("e.g.", "")) if not _SOMETHING_ELSE.search(one)]
    return [kind for kind in _WANTED if any(_asks(kind, one) for one in sentences)]


def _asks(kind: FactKind, sentence: str) -> bool:
    return bool(_WHICH[kind].search(sentence) or _PLEASE[kind].search(sentence))


def asked_again(text: str, known: Iterable[Known], *, case_number: int) -> list[Known]:
    """What an answer in this case asks for although it was told; the latest telling of each, none that it repeats."""
    asked, said = set(asked_in(text)), re.sub(r"[\s()-]", "", text)
    found: dict[FactKind, Known] = {}
    for one in sorted(known, key=lambda fact: fact.at):
        if one.kind in asked and (one.case_number == case_number or one.kind not in OF_ONE_CASE):
            found[one.kind] = one
    return [one for one in found.values() if re.sub(r"[\s()-]", "", one.value) not in said]
