"""What the customer newly wrote, told apart from quotations and signatures, Russian and English first.

The one forbidden error is to lose the customer's own words, so a line is hidden only on evidence: the sender's program
marked it as a quotation, or the lines around it have the exact form that such programs write. Whenever the evidence
contradicts itself (answers between the quoted lines, nothing left but a greeting) the whole text is kept.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from otklik.reach.adapters.email.heads import (
    ADDRESS,
    DATE_KEYS,
    DATED,
    FEWEST_FIELDS,
    FROM_KEYS,
    FULL_ATTRIBUTION,
    HEADER,
    LINES_OF_HEADERS,
    LONGEST_LINE,
    MOST_LINES_BETWEEN,
    MOST_STRANGE_LINES,
    RULE,
    SEPARATOR,
    TIME,
    head_above,
    is_attribution,
    is_head,
    line_above,
    moment_above,
    says_who_wrote,
)
from otklik.reach.adapters.email.html_text import DEEPEST, Line, plain, written
from otklik.reach.adapters.email.knowing import Said, is_picture, repeated
from otklik.reach.adapters.email.signatures import is_only_politeness, is_only_signature, without_signature

MOST_LINES = 20_000

_PREFIX = re.compile(r"^(?:\s{0,3}>){1,20} ?|^ ?[A-ZА-ЯЁ][^\W\d_]{0,3}>{1,20}(?: |$)")
_FORWARDED = re.compile(
    r"^\W{0,40}(?:forwarded message|begin forwarded message|пересылаемое сообщение|пересылаемое письмо"
    r"|переадресованное сообщение|перенаправленное сообщение|начало перес(?:ылаемого|ланного) сообщения"
    r"|начало (?:переадресованного|перенаправленного) сообщения|конец пересылаемого сообщения"
    r"|пересланное сообщение|пересланное письмо)\b.{0,100}$",
    re.IGNORECASE,
)
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_PROPER = re.compile(r"[^\W\d_]{3,}")
_WIDTHLESS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ANSWERS_BELOW = re.compile(
    r"\b(?:см\.? (?:ниже|внутри|в тексте|по тексту)|смотри(?:те)? (?:ниже|внутри|в тексте)"
    r"|(?:ответ|отвеч|коммент|пояснен|пишу|писал|выдел|отмет|помет|пометк|правк|замечан|уточнен)\w*\b[^.!?\n]{0,40}?\b"
    r"(?:ниже|после (?:вопрос|кажд|цитат|ваш)\w*|в (?:самом )?тексте|в (?:вашем |этом |самом )?письме|по тексту"
    r"|внутри|под (?:вопрос|кажд|цитат|ваш)\w*"
    r"|(?:красн|син|зел[её]н|голуб|ж[её]лт|оранжев|фиолетов|цветн)\w+|цвет\w*|маркер\w*"
    r"|курсив\w*|жирн\w+|шрифт\w*|капс\w*|заглавн\w+|больш\w+ буквами|зв[её]здочк\w+|стрелк\w+|скобк\w+)"
    r"|отвеча\w+ (?:ниже|в тексте|по тексту|по пунктам ниже)|(?:ниже|внизу|далее) (?:мо[ий]|ответ\w*|по тексту"
    r"|отвечаю|под)|по тексту|под цитат\w+"
    r"|(?:красным|синим|зел[её]ным|жирным|жёлтым|желтым)\b|inline|in-line|see below|answers? below|my (?:answers?"
    r"|comments?) (?:below|in)"
    r"|between the lines|in (?:your|the) (?:text|e-?mail|message)|in (?:red|blue|green|bold|italics?|capitals|caps"
    r"|purple)"
    r"|in colou?r|siehe unten|weiter unten|in rot|voir (?:ci-dessous|plus bas)|ci-dessous|en rouge|ver (?:más )?abajo"
    r"|en rojo|vedi sotto|in rosso|ver abaixo|em vermelho|patrz niżej|poniżej|na czerwono|zie onder|in het rood"
    r"|див\. нижче|дивіться нижче|нижче|червоним|төменде|қызылмен)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What the headers say of the letter: an answer, a forwarded letter? ``known``: its recipients' addresses;
    ``sender``: its own; ``names``: of all these people."""

    is_reply: bool = True
    is_forward: bool = False
    known: Collection[str] = field(default_factory=tuple)
    sender: str = ""
    names: Collection[str] = field(default_factory=tuple)

    def is_nobodys(self, values: Collection[str]) -> bool:
        """A waybill, an application: no address, and none of those who write to each other is named."""
        if not self.sender or any(ADDRESS.search(value) for value in values):
            return False
        words = {word for name in self.names for word in _PROPER.findall(name.casefold())}
        return all(words.isdisjoint(_PROPER.findall(value.casefold())) for value in values)

    def is_stranger(self, text: str) -> bool:
        """``text`` names an address that belongs neither to the sender nor to whom the letter was sent."""
        if not self.known or not self.sender:
            return False
        domains = {email.rpartition("@")[2] for email in self.known}
        found = [match.lower().strip("'\"") for match in ADDRESS.findall(text.replace("mailto:", ""))]
        ours = (email == self.sender or email.rpartition("@")[2] in domains for email in found)
        return bool(found) and not any(ours)


def own_text(lines: Sequence[Line], situation: Situation | None = None, said: Said | None = None) -> str:
    """The sender's own new words; the whole text when they cannot be told apart with certainty.

    What repeats the letters of ``said`` is quotation and all else is own; forms decide only when nothing repeats.
    """
    situation = situation or Situation()
    whole = plain("\n".join(written(line) for line in lines))
    if len(lines) > MOST_LINES or situation.is_forward or any(_is_forward_mark(line) for line in lines):
        return whole
    tidy = [replace(line, text=_tidy(line.text)) for line in lines]
    is_quote = _known_quotations(tidy, said, situation) if said else None
    if is_quote is not None and not any(is_quote):
        return whole
    is_repeated = is_quote is not None
    if is_quote is None:
        end = _tail(tidy, situation)
        is_quote = [*_quotations(tidy[:end], situation), *[True] * (len(tidy) - end)]
    above = {line.text for line, is_quoted in zip(tidy, is_quote, strict=True) if not is_quoted}
    if any(is_quote) and any(map(_ANSWERS_BELOW.search, above)):
        return whole
    own = _unquoted(tidy, is_quote)
    if own is None:
        return whole
    kept = without_signature([written(line) for line in own])
    is_all = is_repeated and any(line.strip() for line in kept)
    return whole if is_only_politeness(kept) and not is_all else plain("\n".join(kept))


def _tidy(text: str) -> str:
    return _WIDTHLESS.sub("", _SPACES.sub(" ", text)) if not text.isascii() else text


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
        if not (SEPARATOR.match(line.text) or _is_full_attribution(lines, place)):
            continue
        if situation.is_stranger(_joined(lines, place)[-1]):
            continue
        if situation.is_reply or _names_us(lines[place : place + LINES_OF_HEADERS], situation):
            return head_above(lines, place)
    return len(lines)


def _names_us(lines: Sequence[Line], situation: Situation) -> bool:
    """In a letter that answers nothing only a quotation of a correspondence with us is believed to be one."""
    return any(email in line.text.lower() for line in lines for email in situation.known)


def _is_full_attribution(lines: Sequence[Line], place: int) -> bool:
    """An attribution strict enough to believe although no ``>`` follows; where they follow they say more."""
    for count, joined in enumerate(_joined(lines, place), 1):
        if FULL_ATTRIBUTION.match(joined) or says_who_wrote(joined):
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
        match = HEADER.match(line.text) if len(line.text) < LONGEST_LINE and not line.depth else None
        if match:
            fields.setdefault(match["key"].lower(), match["value"])
        elif line.text.strip():
            strangers += 1
            if not fields or strangers > MOST_STRANGE_LINES:
                break
    sender = next((fields[key] for key in FROM_KEYS if key in fields), None)
    if sender is None or len(fields) < FEWEST_FIELDS or not HEADER.match(lines[place].text):
        return False
    is_timed = any(TIME.search(fields[key]) for key in DATE_KEYS if key in fields)
    names_us = any(email in value.lower() for value in fields.values() for email in situation.known)
    if situation.is_stranger(sender) or situation.is_nobodys(fields.values()):
        return False
    return (is_timed or bool(ADDRESS.search(sender))) and (situation.is_reply or (is_timed and names_us))


def _before_rule(lines: Sequence[Line], place: int) -> int:
    """A header block and the rule («________») that Outlook draws above it belong together."""
    above = place - 1
    while above > 0 and not lines[above].text.strip():
        above -= 1
    return above if above >= 0 and RULE.match(lines[above].text) else place


def _quotations(lines: Sequence[Line], situation: Situation) -> list[bool]:
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
        if begin == place and (moment := moment_above(lines, line_above(lines, place))) is not None:
            begin = moment
        if situation.is_stranger(" ".join(line.text for line in lines[begin:place])):
            place = end
            continue
        is_first = situation.is_reply and not any(line.text.strip() for line in lines[:begin])
        is_attributed = is_attributed or begin < place or is_first or _is_cited(lines[place:end])
        begin = head_above(lines, begin) if begin < place else begin
        if is_attributed:  # and so are all after it: the sender answers between the lines
            is_quote[begin:end] = [True] * (end - begin)
        place = end
    return is_quote


def _is_cited(block: Sequence[Line]) -> bool:
    if any(line.is_cited for line in block):
        return True
    first = next((place for place, line in enumerate(block) if line.text.strip()), 0)
    return any(is_attribution(text) for text in _joined(block, first))


def _attribution_above(lines: Sequence[Line], place: int) -> int:
    """The first line of the attribution that stands directly above the quotation at ``place``, or ``place``."""
    last = place - 1
    while last >= 0 and place - last <= MOST_LINES_BETWEEN and not lines[last].text.strip():
        last -= 1
    for first in range(last, max(last - 3, -1), -1):
        text = " ".join(line.text.strip() for line in lines[first : last + 1])
        if not lines[first].text.strip() or len(text) > LONGEST_LINE:
            break
        if is_attribution(text):
            return _start_of_sentence(lines, first, text)
    return place


def _start_of_sentence(lines: Sequence[Line], first: int, text: str) -> int:
    """An attribution broken in two may be recognised by its second half: take the half with the date too."""
    above = lines[first - 1].text.strip() if first else ""
    if above and not DATED.search(text) and DATED.search(above) and is_attribution(f"{above} {text}"):
        return first - 1
    return first


def _unquoted(lines: Sequence[Line], is_quote: Sequence[bool]) -> list[Line] | None:
    """The own lines; None when they stand between quotations, for then each needs its neighbour to be understood."""
    own = [place for place, line in enumerate(lines) if not is_quote[place] and line.text.strip()]
    quotes = [place for place, line in enumerate(lines) if is_quote[place] and line.text.strip()]
    if not own or not quotes:
        return list(lines)
    kept = [line for place, line in enumerate(lines) if not is_quote[place]]
    if own[-1] < quotes[0] or own[0] > quotes[-1]:
        return kept
    above = [line for place, line in enumerate(lines) if place < quotes[0] and not is_quote[place]]
    if is_only_signature([written(lines[place]) for place in own if place > quotes[0]]):
        return above
    is_one = all(is_quote[place] or not lines[place].text.strip() for place in range(quotes[0], quotes[-1]))
    return kept if is_one and is_only_politeness([written(line) for line in above]) else None


# ── Knowing what was said ─────────────────────────────────────────────────────────────────
def _known_quotations(lines: Sequence[Line], said: Said, situation: Situation) -> list[bool] | None:
    """What repeats the conversation, with the heads above it; None when nothing does for certain.

    Unknown words inside of a marked repetition are answers: then nothing is a quotation, and the whole is shown.
    """
    found = repeated(lines, said)
    is_quote = [False] * len(lines)
    for begin, end in _runs(lines, found.known):
        head = _head_of_known(lines, begin)
        if lines[begin].depth or head < begin or any(found.is_clear[begin:end]):
            is_quote[head:end] = [True] * (end - head)
    if not any(is_quote):
        return None
    shapes = _quotations(lines, situation)
    for begin, end in _blocks(lines):
        if not any(is_quote[begin:end]):
            is_quote[begin:end] = shapes[begin:end]
        elif _has_answer_inside(lines, begin, end, is_quote):
            return [False] * len(lines)
        else:
            head = head_above(lines, begin)
            is_quote[head:end] = [True] * (end - head)
    last = max(place for place, is_quoted in enumerate(is_quote) if is_quoted)
    tail = last + 1 + _tail(lines[last + 1 :], situation)
    is_quote[tail:] = [True] * (len(lines) - tail)
    return is_quote


def _head_of_known(lines: Sequence[Line], begin: int) -> int:
    """Where the head of known words begins; pictures may stand between, such as the logo of the house."""
    top = begin
    while (over := line_above(lines, top)) >= 0 and is_picture(lines[over].text):
        top = over
    head = head_above(lines, top)
    return head if head < top else head_above(lines, begin)


def _runs(lines: Sequence[Line], known: Sequence[bool | None]) -> list[tuple[int, int]]:
    """Stretches of known lines, all of them marked or none, without the empty lines around."""
    runs: list[tuple[int, int]] = []
    for place, is_known in enumerate(known):
        if not is_known:
            continue
        goes_on = runs and all(known[between] is None for between in range(runs[-1][1], place))
        if goes_on and bool(lines[runs[-1][0]].depth) == bool(lines[place].depth):
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _blocks(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Stretches of marked lines with the empty ones between them."""
    blocks: list[tuple[int, int]] = []
    for place, line in enumerate(lines):
        if not line.depth:
            continue
        if blocks and not any(between.text.strip() for between in lines[blocks[-1][1] : place]):
            blocks[-1] = (blocks[-1][0], place + 1)
        else:
            blocks.append((place, place + 1))
    return blocks


def _has_answer_inside(lines: Sequence[Line], begin: int, end: int, is_quote: Sequence[bool]) -> bool:
    """Does a line of a marked block say what was never said: between known lines, or after them without a new head?"""
    quoted = [place for place in range(begin, end) if is_quote[place]]
    depth = lines[quoted[0]].depth
    for place in range(quoted[0], end):
        line = lines[place]
        if is_quote[place] or not any(map(str.isalnum, line.text)):
            continue
        if line.depth > depth or is_head(line.text) or is_attribution(line.text):
            if place > quoted[-1]:
                return False
        elif not is_only_signature([line.text]):
            return True
    return False
