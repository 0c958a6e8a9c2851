"""Signatures at the end of a letter: hidden only when every line of them has the form of a signature."""

import re
from collections.abc import Sequence

LONGEST_SIGNATURE = 12
LONGEST_LINE = 120

_URL = re.compile(r"<?(?:https?://|www\.)[^\s<>]{1,300}>?")
_RU_SENT = re.compile(
    r"^\W{0,4}(?:отправлено|послано|написано) (?:с|со|из|через|от|при помощи|с помощью)\b(?P<rest>.{1,90})$",
    re.IGNORECASE,
)
_EN_SENT = re.compile(r"^\W{0,4}sent (?:from|via|using|with)\b(?P<rest>.{1,90})$", re.IGNORECASE)
_FOREIGN_SENT = re.compile(
    r"^\W{0,4}(?:gesendet (?:von|mit|aus)|von mein\w{1,2}\b.{1,40}\bgesendet$|(?:diese nachricht"
    r"|diese e-?mail) wurde von"
    r"|envoy[ée] (?:de(?:puis)?|à partir d|avec|via)\b|t[ée]l[ée]charger\b|enviado (?:desde|do|da|de|a partir)\b"
    r"|obtener\b|obter\b|inviato d[ae]l?\b|scarica\b|ottieni\b|wysłan[eoya]{1,2} (?:z|ze|za)\b|pobierz\b"
    r"|verstuurd v(?:anaf|anuit|ia)\b|verzonden v(?:anaf|anuit|ia)\b|download\b|hol(?:en sie sich)?\b"
    r"|над[іi]слано (?:з|із|зі|від|за допомогою)\b|отримати\b|завантажити\b|жіберілген\b"
    r"|skickat från\b|sendt fra\b|lähetetty\b|odesláno z\b|iphone-omról küldve|trimis de pe\b)"
    r"(?P<rest>.{0,70})$",
    re.IGNORECASE,
)
_FOREIGN_DEVICE = re.compile(
    r"(?:mein\w{0,2}|mit|der|app|für|dem|gesendet|wurde|von|e-mail|handy|smartphone|gerät|android-gerät|mobil\w*|mail"
    r"|mon|ma|mes|téléphone|appareil|portable|pour|le|la|de|du|un|une|courrier|messagerie"
    r"|mi|meu|minha|móvil|celular|teléfono|dispositivo|telemóvel|para|el|o|correo|correio|il|mio|mia|per|dal|posta"
    r"|telefono|cellulare|mojego|mojej|telefonu|smartfona|urządzenia|dla|aplikacji|poczta|telefoon|mijn|voor|toestel"
    r"|мого|мог[оу]|моєї|телефону|смартфон[ау]|пристрою|айфона|пошти|для|min|mitt|mobile?n?|telefon"
    r"|från|fra|mého|mobilního|telefonem?)",
    re.IGNORECASE,
)
_ADVERT = re.compile(
    r"^\W{0,4}(?:(?:get|download|скачать|скачайте|получить|получите|загрузить) (?:outlook|bluemail|aqua ?mail"
    r"|почту mail\.ru|mail\.ru)(?: (?:for|для) (?:ios|android|windows|iphone|ipad))?"
    r"|(?:без вирусов|virus-free)|(?:это )?(?:письмо|сообщение|электронное письмо) (?:было )?проверен\w+ .{0,40}"
    r"(?:avast|касперск\w+|dr\.?web)|this email has been checked for viruses by .{0,40})\W*$",
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"iphone|ipad|ipod|android|андроид|айфон|айпад|\bios\b|mail|почт|мейл|яндекс|yandex|outlook|samsung|galaxy"
    r"|huawei|honor"
    r"|xiaomi|redmi|poco|realme|oneplus|nokia|blackberry|windows|phone|телефон|смартфон|планшет|устройств|device|tablet"
    r"|mobile|мобильн|spark|thunderbird|k-9|рамблер|workmail",
    re.IGNORECASE,
)
_RU_DEVICE = re.compile(
    r"(?:мо(?:его|ей|й)|мобильн\w+|приложени\w+|почт\w*|яндекс\w*|яндекс\.почт\w*|телефон\w?|смартфон\w?|планшет\w?"
    r"|устройств\w?|компьютера"
    r"|айфона?|айпада?|андроид\w?|для|на|с|со|из|рамблер\w*|мейл|майл|клиент\w?|веб-интерфейса|бесплатной|и|службы"
    r"|mail\.ru|ру)",
    re.IGNORECASE,
)
_EN_DEVICE = re.compile(
    r"(?:my|the|a|an|mail|for|on|phone|smartphone|device|mobile|app|tablet|secure|email|e-mail|via|by|with|from"
    r"|using|an?|client|wireless|handheld)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"(?:i[A-Z][A-Za-z]{1,10}(?:['’]?[a-zа-яі]{1,2})?|[A-Z][A-Za-z&.-]*|[A-Za-z]{0,6}\d{1,2}[A-Za-z+]{0,6}"
    r"|[A-Z]{1,4}-?\d{1,5}[A-Z]{0,3}"
    r"|yandex\S*|mail\.ru|android|outlook)"
)
_CLOSING = re.compile(
    r"^\W{0,2}(?:с(?: (?:глубоким|огромным|большим|искренним))? уважением(?: и (?:наилучшими|добрыми) пожеланиями)?"
    r"|с (?:наилучшими|добрыми) пожеланиями|искренне ваш\w?|с ув"
    r"|(?:with )?(?:best|kind|warm|warmest|kindest)?,? ?regards|best wishes|sincerely(?: yours)?|yours (?:sincerely"
    r"|faithfully|truly))\b[,.!\s]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:тел(?:ефон)?|моб(?:ильный)?|сот|раб|факс|доб|т|м|ф|phone|tel|mob|mobile|cell|fax|ext|email|e-mail|mailto|mail"
    r"|почта|сайт|web|site|skype|telegram|whatsapp|viber|max|вк|vk|icq"
    r"|ул|д|оф|кв|стр|корп|г|пр|просп|пер|ш|офис|улица|дом|проспект)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,190}")
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_TITLE = re.compile(
    r"(?:(?:ведущ|главн|старш|младш|генеральн|коммерческ|исполнительн|технич|финансов|региональн|первый"
    r"|зам)\w*\.? ?)*(?:менеджер|директор|руководител|бухгалтер|специалист"
    r"|инженер|начальник|отдел|юрист|секретар|администратор|программист|консультант|координатор|заведующ"
    r"|председател|преподавател|эксперт|аналитик|логист"
    r"|служба|департамент|управлени|компани|фирма|учебный|кафедра|факультет|manager|director|engineer|head|ceo|cto"
    r"|cfo|department|specialist|accountant|sales|support|team)\w*(?: [\w«»\"'().,-]+){0,8}$",
    re.IGNORECASE,
)
_FIRM = re.compile(r"^(?:ооо|оао|зао|пао|ао|ип|нко|ано|гбу|мбу|чоу|фгбоу|llc|ltd|inc|gmbh)\b.{0,80}$", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?!отдела|персонала|филиала|\w*школ|\w*(?:итет|ультет|абинет)\b)[а-яё]{2,}"
    r"(?:ет|ит|ют|ат|ят|ал|ил|ла|ли|ть|те|ся|сь|шь)\b|\b(?:звон|перезвон|позвон|верн|напиш|пришл)[а-яё]{0,3}\b",
    re.IGNORECASE,
)
_COMMON_WORDS = """
    спасибо жду пока да нет хорошо ок ладно понял поняла помогите срочно привет ответьте извините пожалуйста вопрос
    подскажите добрый здравствуйте прошу надеюсь благодарю жаль увы когда где как почему что это
    thanks thank yes no ok please help urgent hello hi waiting sorry why when where how what
"""
_DIVIDED = re.compile(r"[,;|•·]")
_NO_NAME = frozenset(_COMMON_WORDS.split())
LONGEST_NAME = 5
_CALLED = (
    r"(?:[,\s]+(?:(?-i:[A-ZА-ЯЁ«\"][\w«»\"'-]{0,30}\.?)|команда|коллеги|господа|служба|поддержк\w|друзья|вам|всем"
    r"|ещ[её] раз|team|support|all|there|everyone|again|sir|madam|or)){0,5}"
)
_BARE = re.compile(r"hello|hi|hallo|hey|test|привет", re.IGNORECASE)
_GREETING = re.compile(
    r"^(?:\W*(?:здравствуй(?:те)?|добр(?:ый|ого|ое|ой|ая) (?:день|дня|утро|утра|вечер|вечера|ночи|времени суток)"
    r"|привет(?:ствую)?|hello|hi|dear|good (?:morning|day|afternoon|evening)|уважаем\w+)"
    rf"{_CALLED}[\s,.!:;)-]*|[\s_=*~.,>|-]*)$",
    re.IGNORECASE,
)


def without_signature(lines: Sequence[str]) -> list[str]:
    """``lines`` without the adverts of phones, the ``-- `` block and the «С уважением» block at their end.

    A signature goes only when something is left above it; otherwise ``lines`` come back as they were.
    """
    kept = _without_notes(lines)
    begin = _delimited(kept)
    if begin is None:
        begin = _closing(kept)
    if begin is not None and any(line.strip() for line in kept[:begin]):
        kept = _without_notes(kept[:begin])
    return kept


def is_only_politeness(lines: Sequence[str]) -> bool:
    """Nothing is said: only greetings, adverts of phones, a signature, or nothing at all."""
    kept = _without_notes(lines)
    begin = _delimited(kept)
    begin = _closing(kept) if begin is None else begin
    said = [line for line in kept[:begin] if line.strip()]
    if len(said) == 1 and _BARE.fullmatch(said[0].strip()):
        return False  # «Hello» alone is what somebody tries a mail program with
    return all(_GREETING.match(line[:LONGEST_LINE]) and len(line) < LONGEST_LINE for line in said)


def is_only_signature(lines: Sequence[str]) -> bool:
    """Nothing stands here but adverts of phones and a signature."""
    kept = _without_notes(lines)
    begin = _delimited(kept)
    begin = _closing(kept) if begin is None else begin
    return not any(line.strip() for line in kept[:begin])


def _without_notes(lines: Sequence[str]) -> list[str]:
    kept = list(lines)
    while kept and (not kept[-1].strip() or _is_note(kept[-1])):
        kept.pop()
        if len(kept) >= 1 and kept[-1].strip() in {"--", "-", "—", "–"}:
            kept.pop()
    return kept


def _is_note(line: str) -> bool:
    """«Отправлено с iPhone» and its like: every word must belong to such a note."""
    text = _URL.sub("", line).strip().rstrip(".!:<>()[] ")
    if len(text) > LONGEST_LINE:
        return False
    for pattern, vocabulary in (
        (_RU_SENT, _RU_DEVICE),
        (_EN_SENT, _EN_DEVICE),
        (_FOREIGN_SENT, _FOREIGN_DEVICE),
    ):
        match = pattern.match(text)
        if match and _PROGRAM.search(match.group()):
            words = [word.strip(".,:;()«»\"'’") for word in match["rest"].split()]
            return all(not word or vocabulary.fullmatch(word) or _PRODUCT.fullmatch(word) for word in words)
    return bool(_ADVERT.match(text))


def _delimited(lines: Sequence[str]) -> int | None:
    """The place of the last ``-- `` whose following lines look like a signature."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 2 - LONGEST_SIGNATURE), -1):
        if lines[place].rstrip() not in {"--", "—", "-- --"}:
            continue
        if lines[place] != "-- " and _divides_a_list(lines, place):
            return None
        after = [line for line in lines[place + 1 :] if line.strip()]
        return place if all(_signs(line) or _closes(line) or _is_note(line) for line in after) else None
    return None


def _divides_a_list(lines: Sequence[str], place: int) -> bool:
    """Dashes below «We need:», or between several things, begin no signature."""
    above = next((line.rstrip() for line in reversed(lines[:place]) if line.strip()), "")
    return above.endswith(":") or sum(line.rstrip() == lines[place].rstrip() for line in lines) > 1


def _closing(lines: Sequence[str]) -> int | None:
    """The place of the last «С уважением» whose following lines look like a signature."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 2 - LONGEST_SIGNATURE), -1):
        if _closes(lines[place]):
            return place if all(_signs(line) for line in lines[place + 1 :] if line.strip()) else None
    return None


def _closes(line: str) -> bool:
    match = _CLOSING.match(line) if len(line) < LONGEST_LINE else None
    return match is not None and (not match["rest"].strip() or _signs(match["rest"]))


def _signs(line: str) -> bool:
    """A line that only a signature has: a name, a post, a firm, a telephone, an address on the web."""
    text = line.strip().strip("*_|•·-–—,. ")
    if len(text) >= LONGEST_LINE or _is_talk(line) or _VERB.search(text):
        return False
    if not text or _TITLE.match(text) or _FIRM.match(text):
        return True
    bare = _ADDRESS.sub(" ", _URL.sub(" ", text))
    words = [word for word in _WORD.findall(bare) if not _LABEL.fullmatch(word)]
    if any(character.isdigit() for character in bare):
        pieces = [piece for piece in _DIVIDED.split(text) if piece.strip()]
        return not words or (len(pieces) > 1 and all(_signs(piece) for piece in pieces))
    return len(words) <= LONGEST_NAME and all(word[0].isupper() and word.lower() not in _NO_NAME for word in words)


def _is_talk(line: str) -> bool:
    return (
        "?" in line
        or line.rstrip().endswith("!")
        or bool(re.match(r"\s*(?:p\.?\s?s|з\.?\s?ы|пс)\b", line, re.IGNORECASE))
    )
