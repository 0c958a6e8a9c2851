"""What stands above a quotation: who wrote it and when, in the languages and the forms of many mail programs."""

import re
from collections.abc import Sequence

from otklik.reach.adapters.email.html_text import Line

LONGEST_LINE = 400
LINES_OF_HEADERS = 14
MOST_STRANGE_LINES = 2
MOST_LINES_BETWEEN = 3
FEWEST_FIELDS = 3
FEWEST_SIGNS = 2
SHORT = 7
WHERE_DATES_STAND = 40

SEPARATOR = re.compile(
    r"^\W{0,3}[-_—–=]{2,}\s*(?:original (?:message|appointment)|reply message|(?:исходное|оригинальное|первоначальное"
    r"|начальное|предыдущее) (?:сообщение|письмо)|початкове повідомлення|ursprüngliche nachricht|message d'origine"
    r"|mensaje original|messaggio originale|mensagem original|wiadomość oryginalna|oorspronkelijk bericht"
    r"|бастапқы хабар\w*|oprindelig\w* (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande"
    r"|alkuperäinen viesti|původní (?:zpráva|e-mail)|eredeti üzenet|message original)"
    r"\s*[-_—–=]{2,}\s*$"
    r"|^-{2,}\s*(?:on|включен[оа]?)\b.{5,250}(?:wrote|написал[аи]?|написал\(а\))\s*-{2,}\s*$",
    re.IGNORECASE,
)
RULE = re.compile(r"^\s*(?:_{10,}|-{20,}|—{5,})\s*$")
HEADER = re.compile(
    r"^\W{0,3}(?P<key>from|sent|date|to|cc|subject|reply-to|importance|от|от кого|отправлено|отправленные"
    r"|отправитель|дата|кому|копия|тема|получатель|від|надіслано|кімнен|жіберілді|кімге|тақырып|күні"
    r"|von|gesendet|datum|an|betreff|de|envoyé|date|à|objet|enviado|enviada|fecha|para|asunto|assunto|data"
    r"|da|inviato|a|oggetto|od|wysłano|do|temat|van|verzonden|aan|onderwerp"
    r"|fra|sendt|dato|til|emne|från|skickat|till|ämne|lähettäjä|lähetetty|vastaanottaja|aihe|odesláno|komu|předmět"
    r"|feladó|küldve|címzett|tárgy|sent on|mailed on|enviada em|enviado em|enviado el"
    r"|inviata)\s?:\W{0,3}(?P<value>.*)$",
    re.IGNORECASE,
)
FROM_KEYS = {
    "from",
    "от",
    "от кого",
    "отправитель",
    "від",
    "кімнен",
    "von",
    "de",
    "da",
    "od",
    "van",
    "fra",
    "från",
    "lähettäjä",
    "feladó",
}
DATE_KEYS = {
    "sent", "date", "дата", "отправлено", "отправленные", "надіслано", "жіберілді", "күні", "gesendet", "datum",
    "envoyé", "enviado", "enviada", "fecha", "inviato", "data", "wysłano", "verzonden",
    "sendt", "skickat", "dato", "lähetetty", "odesláno", "küldve", "enviada em", "enviado em", "enviado el", "inviata",
}  # fmt: skip
TIME = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.]\d)(?!\.?\d)")
ADDRESS = re.compile(r"[^\s<>\"(),:;\[\]]{1,64}@[^\s<>\"(),:;\[\]]{1,190}")
_MONTH = (
    r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    r"|січ|лют|бер|кві|тра|чер|лип|сер|вер|жов|лис|гру|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc"
    r"|ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|sty|lut|kwi|maj|cze|lip|sie|wrz|paź|lis|gru|mrt|mei"
    r"|tammi|helmi|maalis|huhti|touko|kesä|heinä|elo|syys|loka|marras|joulu|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro"
    r"|szept|nov|febr|márc|ápr|máj|jún|júl|okt"
    r"|қаң|ақп|нау|сәу|мам|мау|шіл|там|қыр|қаз|қар|жел)[^\W\d_]{0,7}"
)
_NUMERIC_DAY = r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
_WRITTEN_DAY = (
    rf"\d{{1,2}}\.?(?:st|nd|rd|th|º)?[ -](?:de )?{_MONTH}\.?,?[ -](?:de )?\d{{2,4}}"
    rf"|\d{{4}}\.? (?:ж\. )?(?:\d{{1,2}} )?{_MONTH}\.?(?: \d{{1,2}}\.)?"
    rf"|{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
)
_DAY = f"(?:{_NUMERIC_DAY}|{_WRITTEN_DAY})"
DATED = re.compile(_DAY, re.IGNORECASE)
_VERB = (
    r"(?:написал[аи]?|написал\(а\)|написав|писал[аи]?|писал\(а\)|пишет|пише|сообщил[аи]?|сообщает"
    r"|wrote|writes|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|napisał[ao]?|napisał\(a\)|pisze"
    r"|schreef|geschreven|жазды|жазған|skrev|napsal(?:a|\(a\))?"
    r"|ezt írta|írta|kirjoitti|napisana przez|viết)"
)
_SAID = re.compile(rf"\b{_VERB}(?![\w])|\(а\)\s*:", re.IGNORECASE)
_ZONE = r"(?:,? ?(?:[+-]\d{2}:?\d{2}|am|pm|[ap]\.m\.|gmt\S{0,6}|utc\S{0,6}|msk|мск|\(\S{1,12}\)))"
_CLOCK = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
_WEEKDAY = r"(?:[^\W\d_]{2,11}\.?,? ?)?"
_NAME_AND_ADDRESS = r"[^<>:]{0,80}[<\[(](?:mailto:)?[^\s<>]{1,64}@[^<>\s]{1,190}[>\])]+[\"']?"
FULL_ATTRIBUTION = re.compile(
    rf"^\W{{0,3}}(?:on |в |во )?{_WEEKDAY}(?:the )?{_DAY}(?: ?г(?:ода|\.)?)?,? ?(?:в |at |о )?{_CLOCK}{_ZONE}{{0,2}},?"
    rf" ?(?:от |from |пользователь )?{_NAME_AND_ADDRESS}\s?,?(?: ?{_VERB}(?:\(а\)|\(-а\))?)?\s?:\s*$",
    re.IGNORECASE,
)
_ENDS_WITH_ADDRESS = re.compile(r"@[^<>\s]{1,190}[>\])]*[\"']?\s?:$")
_NAMED_FIRST = re.compile(rf"^(?-i:[^\Wa-zа-яё\d_])[^<>:]{{0,60}}<[^\s<>]{{3,250}}> {_VERB}[ (]", re.IGNORECASE)
_DATE_FIRST = re.compile(
    rf"^\W{{0,3}}(?:{_NUMERIC_DAY}),? {_CLOCK}, (?-i:[A-ZА-ЯЁ«\"']).{{0,100}}{_VERB}(?:\(а\))?:$", re.IGNORECASE
)
_RULE_OF_ANY_LENGTH = re.compile(r"^\s*[-_=*—–]{3,}\s*$")
_LOWER = re.compile(r"(?<![\w.-])[^\W\d_A-ZА-ЯЁІЇЄҐ][^\W\d_]+")
_WORDS_OF_HEADS_WRITTEN = """
    от from the пользователь года год вы ви вас пн вт ср чт пт сб вс понедельник вторник среда среду четверг пятница
    пятницу суббота субботу воскресенье понеділок вівторок середа четвер пʼятниця субота неділя нд
    on at am um uhr le la el il em às as de del dia día giorno alle ore dnia godz op om heeft het volgende
    mo di mi do fr sa so lun mar mer jeu ven sam dim lunes martes miércoles jueves viernes sábado domingo mié jue vie
    sáb dom gio seg ter qua qui sex pon wt śr czw pt sob niedz ma wo vr za zo maandag dinsdag woensdag donderdag
    vrijdag zaterdag zondag kl lundi mardi mercredi jeudi vendredi samedi dimanche lunedì martedì mercoledì giovedì
    venerdì sabato domenica via msk мск utc gmt mailto to ваше ваш сообщение письмо your message дс сс бс жм сн
    dniu użytkownik stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
    den klockan på klo v dne in data w wiadomość przez ti ke pe su man tir ons tor fre lør søn mån tis lör sön
    po út st čt pá ne ezt időpont року
"""
_WORDS_OF_HEADS = frozenset(_WORDS_OF_HEADS_WRITTEN.split())
_PLAIN_WORD = re.compile(r"(?<![\w.-])(?!от\b|from\b|the\b|пользователь\b|года\b)[a-zа-яёіїє][^\W\d_]{2,}")


def is_attribution(text: str) -> bool:
    """A line before marked quotation that says who wrote it: a colon at its end, two of verb, date, time, address.

    A sentence of the customer may have them too; it gives itself away by its other words.
    """
    text = text.strip().strip("*_ ")
    if not text.endswith(":") or len(text) > LONGEST_LINE:
        return False
    signs = (_SAID.search(text), DATED.search(text), TIME.search(text), ADDRESS.search(text))
    if sum(sign is not None for sign in signs) < FEWEST_SIGNS and not (signs[0] and len(text.split()) <= SHORT):
        return False
    if _DATE_FIRST.match(text) or (_ENDS_WITH_ADDRESS.search(text) and DATED.search(text[:WHERE_DATES_STAND])):
        return True
    others = ADDRESS.sub(" ", _SAID.sub(" ", DATED.sub(" ", text)))
    return sum(word not in _WORDS_OF_HEADS for word in _PLAIN_WORD.findall(others)) <= 1


def head_above(lines: Sequence[Line], place: int) -> int:
    """Where the attribution, the head of a letter or the rule begins that stands above a quotation at ``place``."""
    last = line_above(lines, place)
    begin = next(
        (first for first in (_fields_above(lines, last), moment_above(lines, last)) if first is not None), place
    )
    for _ in range(2):
        above = line_above(lines, begin)
        if above < 0 or not (_RULE_OF_ANY_LENGTH.match(lines[above].text) or SEPARATOR.match(lines[above].text)):
            break
        begin = above
    return begin


def line_above(lines: Sequence[Line], place: int) -> int:
    """The nearest line above ``place`` that is not empty; -1 when there is none near."""
    near = range(place - 1, max(place - 2 - MOST_LINES_BETWEEN, -1), -1)
    return next((above for above in near if lines[above].text.strip()), -1)


def _fields_above(lines: Sequence[Line], last: int) -> int | None:
    """The first line of «From: … Sent: … To: …» that ends at ``last``."""
    found: int | None = None
    keys: set[str] = set()
    for first in range(last, max(last - LINES_OF_HEADERS, -1), -1):
        if not lines[first].text.strip() or len(lines[first].text) > LONGEST_LINE:
            break
        match = HEADER.match(lines[first].text)
        if match:
            keys.add(match["key"].lower())
            found = first if len(keys) >= FEWEST_FIELDS and not keys.isdisjoint(FROM_KEYS) else found
        elif last - first > MOST_STRANGE_LINES and not keys:
            break
    return found


def moment_above(lines: Sequence[Line], last: int) -> int | None:
    """The first line of an attribution that ends at ``last``, in up to four lines; what Yandex writes over it, too."""
    first = next((one for one in range(last, max(last - 4, -1), -1) if _is_moment(lines[one : last + 1])), None)
    if first is None:
        return None
    while first and _is_moment(lines[first - 1 : first], is_cut=True):
        first -= 1
    over = first - 1
    while over >= 0 and HEADER.match(lines[over].text):
        over -= 1
    return over if over >= 0 and _RULE_OF_ANY_LENGTH.match(lines[over].text) else first


def _is_moment(lines: Sequence[Line], *, is_cut: bool = False) -> bool:
    text = " ".join(line.text.strip() for line in lines).replace("< ", "<")
    is_whole = all(line.text.strip() for line in lines)
    return is_whole and len(text) <= LONGEST_LINE and _names_a_moment(text, is_cut=is_cut)


def is_head(text: str) -> bool:
    return bool(_RULE_OF_ANY_LENGTH.match(text) or SEPARATOR.match(text) or HEADER.match(text))


def _names_a_moment(text: str, *, is_cut: bool) -> bool:
    """Who wrote and when, in whatever language, and nothing else; with ``is_cut`` it is the first half of that."""
    text = text.strip().strip("*_ ")
    if not is_cut and not text.endswith((":", "--", ">")):
        return False
    signs = [sign for sign in (_SAID, DATED, TIME, ADDRESS) if sign.search(text)]
    is_named = DATED in signs and ADDRESS in signs and text.endswith(">")
    if not signs or not (is_cut or is_named or text.endswith((":", "--"))):
        return False
    bare = text
    for sign in (ADDRESS, DATED, TIME, _SAID):
        bare = sign.sub(" ", bare)
    others = [word for word in _LOWER.findall(bare) if word not in _WORDS_OF_HEADS]
    return len(others) <= (0 if is_cut or len(signs) == 1 else 1)


def says_who_wrote(text: str) -> bool:
    """Day, address and «wrote:», begun as such lines begin: enough to believe it although no mark follows."""
    text = text.strip().strip("*_ ")
    if "@" not in text or not text.endswith(":"):
        return False
    if not all(sign.search(text) for sign in (DATED, ADDRESS, _SAID)) or not _names_a_moment(text, is_cut=False):
        return False
    first = text.split()[0].strip(".,:").lower()
    is_named_first = bool(_NAMED_FIRST.match(text))
    return is_named_first or first in _WORDS_OF_HEADS or len(first) == 1 or not first.isalpha()
