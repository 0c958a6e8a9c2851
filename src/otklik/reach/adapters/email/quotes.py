"""What the customer newly wrote, told apart from quotations and signatures, Russian and English first.

The one forbidden error is to lose the customer's own words, so a line is hidden only on evidence: the sender's program
marked it as a quotation, or the lines around it have the exact form that such programs write. Whenever the evidence
contradicts itself (answers between the quoted lines, nothing left but a greeting) the whole text is kept.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from otklik.reach.adapters.email.html_text import DEEPEST, Line, plain, written
from otklik.reach.adapters.email.signatures import is_only_politeness, is_only_signature, without_signature

LONGEST_LINE = 400
MOST_LINES = 20_000
LINES_OF_HEADERS = 14
MOST_STRANGE_LINES = 2
MOST_LINES_BETWEEN = 3
FEWEST_FIELDS = 3
FEWEST_SIGNS = 2
SHORT = 7
WHERE_DATES_STAND = 40

_PREFIX = re.compile(r"^(?:\s{0,3}>){1,20} ?|^ ?[A-ZА-ЯЁ][^\W\d_]{0,3}>{1,20} ")
_SEPARATOR = re.compile(
    r"^\W{0,3}[-_—–=]{2,}\s*(?:original (?:message|appointment)|reply message|(?:исходное|оригинальное|первоначальное"
    r"|начальное|предыдущее) (?:сообщение|письмо)|ursprüngliche nachricht|message d'origine|mensaje original)"
    r"\s*[-_—–=]{2,}\s*$"
    r"|^-{2,}\s*(?:on|включен[оа]?)\b.{5,250}(?:wrote|написал[аи]?|написал\(а\))\s*-{2,}\s*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"^\W{0,40}(?:forwarded message|begin forwarded message|пересылаемое сообщение|пересылаемое письмо"
    r"|переадресованное сообщение|перенаправленное сообщение|начало перес(?:ылаемого|ланного) сообщения"
    r"|начало (?:переадресованного|перенаправленного) сообщения|конец пересылаемого сообщения"
    r"|пересланное сообщение|пересланное письмо)\b.{0,100}$",
    re.IGNORECASE,
)
_RULE = re.compile(r"^\s*(?:_{10,}|-{20,}|—{5,})\s*$")
_HEADER = re.compile(
    r"^\W{0,3}(?P<key>from|sent|date|to|cc|subject|reply-to|importance|от|от кого|отправлено|отправленные"
    r"|отправитель|дата"
    r"|кому|копия|тема|получатель)\s?:\W{0,3}(?P<value>.*)$",
    re.IGNORECASE,
)
_FROM_KEYS = {"from", "от", "от кого", "отправитель"}
_DATE_KEYS = {"sent", "date", "дата", "отправлено", "отправленные"}
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]]{1,64}@[^\s<>\"(),:;\[\]]{1,190}")
_MONTH = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру)[^\W\d_]{0,7}"
)
_NUMERIC_DAY = r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
_WRITTEN_DAY = rf"\d{{1,2}}\.?(?:st|nd|rd|th)? {_MONTH}\.?,? \d{{2,4}}|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
_DAY = f"(?:{_NUMERIC_DAY}|{_WRITTEN_DAY})"
_DATED = re.compile(_DAY, re.IGNORECASE)
_VERB = (
    r"(?:написал[аи]?|написал\(а\)|написав|писал[аи]?|писал\(а\)|пишет|пише|сообщил[аи]?|сообщает"
    r"|wrote|writes|schrieb|a écrit)"
)
_SAID = re.compile(rf"\b{_VERB}(?![\w])|\(а\)\s*:", re.IGNORECASE)
_ZONE = r"(?:,? ?(?:[+-]\d{2}:?\d{2}|am|pm|[ap]\.m\.|gmt\S{0,6}|utc\S{0,6}|msk|мск|\(\S{1,12}\)))"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_WEEKDAY = r"(?:[^\W\d_]{2,11}\.?,? ?)?"
_NAME_AND_ADDRESS = r"[^<>:]{0,80}[<\[(](?:mailto:)?[^\s<>]{1,64}@[^<>\s]{1,190}[>\])]+[\"']?"
_FULL_ATTRIBUTION = re.compile(
    rf"^\W{{0,3}}(?:on |в |во )?{_WEEKDAY}(?:the )?{_DAY}(?: ?г(?:ода|\.)?)?,? ?(?:в |at |о )?{_CLOCK}{_ZONE}{{0,2}},?"
    rf" ?(?:от |from |пользователь )?{_NAME_AND_ADDRESS}\s?,?(?: ?{_VERB}(?:\(а\)|\(-а\))?)?\s?:\s*$",
    re.IGNORECASE,
)
_ENDS_WITH_ADDRESS = re.compile(r"@[^<>\s]{1,190}[>\])]*[\"']?\s?:$")
_DATE_FIRST = re.compile(
    rf"^\W{{0,3}}(?:{_NUMERIC_DAY}),? {_CLOCK}, (?-i:[A-ZА-ЯЁ«\"']).{{0,100}}{_VERB}(?:\(а\))?:$", re.IGNORECASE
)
_PLAIN_WORD = re.compile(r"(?<![\w.-])(?!от\b|from\b|the\b|пользователь\b|года\b)[a-zа-яёіїє][^\W\d_]{2,}")
_ANSWERS_BELOW = re.compile(
    r"\b(?:см\.? ниже|смотри(?:те)? ниже|ответ\w{0,3} (?:ниже|в тексте|по тексту|внутри|красным|синим|зел[её]ным"
    r"|цветом|после)"
    r"|отвеча\w+ (?:ниже|в тексте|по тексту|по пунктам ниже)|(?:ниже|внизу|далее) (?:мо[ий]|ответ\w*|по тексту"
    r"|отвечаю|под)|по тексту|под цитат\w+"
    r"|(?:красным|синим|зел[её]ным|жирным|жёлтым|желтым)\b|inline|in-line|see below|answers? below|my (?:answers?"
    r"|comments?) (?:below|in)"
    r"|between the lines|in (?:red|blue|green|bold))",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the headers say of the letter: an answer, a forwarded letter? ``known``: its recipients' addresses."""

    is_reply: bool = True
    is_forward: bool = False
    known: Collection[str] = field(default_factory=tuple)


def own_text(lines: Sequence[Line], situation: Situation | None = None) -> str:
    """The sender's own new words; the whole text when they cannot be told apart with certainty."""
    situation = situation or Situation()
    whole = "\n".join(written(line) for line in lines)
    if len(lines) > MOST_LINES or situation.is_forward or any(_is_forward_mark(line) for line in lines):
        return plain(whole)
    end = _tail(lines, situation)
    is_quote = _quotations(lines[:end])
    if end < len(lines) and _ANSWERS_BELOW.search("\n".join(line.text for line in lines[:end])):
        return plain(whole)
    own = _unquoted(lines[:end], is_quote)
    if own is None:
        return plain(whole)
    kept = without_signature([written(line) for line in own])
    return plain(whole) if is_only_politeness(kept) else plain("\n".join(kept))


def lines_of_text(text: str) -> list[Line]:
    """The lines of a plain letter with the depth that their ``>`` say, also «ИП>» as The Bat! writes."""
    return [_line(line) for line in text.split("\n")]


def _line(text: str) -> Line:
    match = _PREFIX.match(text) if ">" in text[:40] else None
    if match is None:
        return Line(text=text, original=text)
    return Line(text=text[match.end() :], depth=min(match.group().count(">"), DEEPEST), original=text)


def _is_forward_mark(line: Line) -> bool:
    return not line.depth and len(line.text) < LONGEST_LINE and bool(_FORWARDED.match(line.text))


def _tail(lines: Sequence[Line], situation: Situation) -> int:
    """Where the unmarked rest of the letter begins that is all quotation; ``len(lines)`` when there is none."""
    for place, line in enumerate(lines):
        if line.is_divider and not line.depth:
            return _before_rule(lines, place)
        if line.depth or not line.text or len(line.text) > LONGEST_LINE:
            continue
        if _is_header_block(lines, place, situation):
            return _before_rule(lines, place)
        if not (_SEPARATOR.match(line.text) or _is_full_attribution(lines, place)):
            continue
        if situation.is_reply or _names_us(lines[place : place + LINES_OF_HEADERS], situation):
            return place
    return len(lines)


def _names_us(lines: Sequence[Line], situation: Situation) -> bool:
    """In a letter that answers nothing only a quotation of a correspondence with us is believed to be one."""
    return any(email in line.text.lower() for line in lines for email in situation.known)


def _is_full_attribution(lines: Sequence[Line], place: int) -> bool:
    """An attribution strict enough to believe although no ``>`` follows; where they follow they say more."""
    for count, joined in enumerate(_joined(lines, place), 1):
        if _FULL_ATTRIBUTION.match(joined):
            below = next((line for line in lines[place + count :] if line.text.strip() or line.depth), None)
            return below is None or not below.depth
    return False


def _joined(lines: Sequence[Line], place: int) -> list[str]:
    """The line at ``place`` alone and with one and two lines after it: programs break long attributions."""
    texts: list[str] = []
    for line in lines[place : place + 3]:
        if line.depth != lines[place].depth or not line.text or len(line.text) > LONGEST_LINE:
            break
        texts.append(line.text.strip())
    return [" ".join(texts[:count]).replace("< ", "<") for count in range(1, len(texts) + 1)]


def _is_header_block(lines: Sequence[Line], place: int, situation: Situation) -> bool:
    """«От: … Отправлено: … Кому: … Тема: …», as Outlook, phones and Lotus put above what they quote."""
    fields: dict[str, str] = {}
    strangers = 0
    for line in lines[place : place + LINES_OF_HEADERS]:
        match = _HEADER.match(line.text) if len(line.text) < LONGEST_LINE and not line.depth else None
        if match:
            fields.setdefault(match["key"].lower(), match["value"])
        elif line.text.strip():
            strangers += 1
            if not fields or strangers > MOST_STRANGE_LINES:
                break
    sender = next((fields[key] for key in _FROM_KEYS if key in fields), None)
    if sender is None or len(fields) < FEWEST_FIELDS or not _HEADER.match(lines[place].text):
        return False
    is_timed = any(_TIME.search(fields[key]) for key in _DATE_KEYS if key in fields)
    names_us = any(email in value.lower() for value in fields.values() for email in situation.known)
    return (is_timed or bool(_ADDRESS.search(sender))) and (situation.is_reply or (is_timed and names_us))


def _before_rule(lines: Sequence[Line], place: int) -> int:
    """A header block and the rule («________») that Outlook draws above it belong together."""
    above = place - 1
    while above > 0 and not lines[above].text.strip():
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above].text) else place


def _quotations(lines: Sequence[Line]) -> list[bool]:
    """For each line: is it surely a quotation, or the attribution above one?"""
    is_quote = [False] * len(lines)
    place, is_attributed = 0, False
    while place < len(lines):
        if not lines[place].depth:
            place += 1
            continue
        end = place
        while end < len(lines) and (lines[end].depth or not lines[end].text.strip()):
            end += 1
        begin = _attribution_above(lines, place)
        is_attributed = is_attributed or begin < place or _is_cited(lines[place:end])
        if is_attributed:  # and so are all after it: the sender answers between the lines
            is_quote[begin:end] = [True] * (end - begin)
        place = end
    return is_quote


def _is_cited(block: Sequence[Line]) -> bool:
    if any(line.is_cited for line in block):
        return True
    first = next((place for place, line in enumerate(block) if line.text.strip()), 0)
    return any(_is_attribution(text) for text in _joined(block, first))


def _attribution_above(lines: Sequence[Line], place: int) -> int:
    """The first line of the attribution that stands directly above the quotation at ``place``, or ``place``."""
    last = place - 1
    while last >= 0 and place - last <= MOST_LINES_BETWEEN and not lines[last].text.strip():
        last -= 1
    for first in range(last, max(last - 3, -1), -1):
        text = " ".join(line.text.strip() for line in lines[first : last + 1])
        if not lines[first].text.strip() or len(text) > LONGEST_LINE:
            break
        if _is_attribution(text):
            return _start_of_sentence(lines, first, text)
    return place


def _start_of_sentence(lines: Sequence[Line], first: int, text: str) -> int:
    """An attribution broken in two may be recognised by its second half: take the half with the date too."""
    above = lines[first - 1].text.strip() if first else ""
    if above and not _DATED.search(text) and _DATED.search(above) and _is_attribution(f"{above} {text}"):
        return first - 1
    return first


def _is_attribution(text: str) -> bool:
    """A line before marked quotation that says who wrote it: a colon at its end, two of verb, date, time, address.

    A sentence of the customer may have them too; it gives itself away by its other words.
    """
    text = text.strip().strip("*_ ")
    if not text.endswith(":") or len(text) > LONGEST_LINE:
        return False
    signs = (_SAID.search(text), _DATED.search(text), _TIME.search(text), _ADDRESS.search(text))
    if sum(sign is not None for sign in signs) < FEWEST_SIGNS and not (signs[0] and len(text.split()) <= SHORT):
        return False
    if _DATE_FIRST.match(text) or (_ENDS_WITH_ADDRESS.search(text) and _DATED.search(text[:WHERE_DATES_STAND])):
        return True
    others = _ADDRESS.sub(" ", _SAID.sub(" ", _DATED.sub(" ", text)))
    return len(_PLAIN_WORD.findall(others)) <= 1


def _unquoted(lines: Sequence[Line], is_quote: Sequence[bool]) -> list[Line] | None:
    """The own lines; None when they stand between quotations, for then each needs its neighbour to be understood."""
    own = [place for place, line in enumerate(lines) if not is_quote[place] and line.text.strip()]
    quotes = [place for place, line in enumerate(lines) if is_quote[place] and line.text.strip()]
    if not own or not quotes:
        return list(lines)
    kept = [line for place, line in enumerate(lines) if not is_quote[place]]
    if own[-1] < quotes[0] or own[0] > quotes[-1]:
        return kept
    below = [written(lines[place]) for place in own if place > quotes[0]]
    above = [line for place, line in enumerate(lines) if place < quotes[0] and not is_quote[place]]
    return above if is_only_signature(below) else None
