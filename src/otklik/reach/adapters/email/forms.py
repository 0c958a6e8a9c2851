"""Letters that a robot sends for somebody: the form of a site, or a list that writes in its own name."""

import re
from collections.abc import Sequence

from otklik.reach.adapters.email.headers import addresses
from otklik.reach.adapters.email.mime import Headers
from otklik.reach.adapters.incoming import Address, Visitor

_FIELD = re.compile(
    r"^[ \t*•>-]{0,20}(?:\d+[.)][ \t]*)?(?P<name>[^\W\d_][\w .()/\"«»-]{1,40}?)[ \t]*[:=][ \t]*"
    r"(?P<value>\S[^\n]{0,200})$",
    re.MULTILINE,
)
_MAIL_FIELD = re.compile(
    r"e-?mail|(?:электронн\w+ |эл\.? ?)?почт[аы]|электронный адрес|эл\.? ?адрес|мейл|емейл", re.IGNORECASE
)
_NAME_FIELD = re.compile(r"(?:ваше |your )?(?:имя|фио|ф\.и\.о|name|full name|контактное лицо|клиент)", re.IGNORECASE)
_PHONE_FIELD = re.compile(r"(?:ваш |номер |your |контактный )*(?:телефон\w*|тел\.?|phone|mobile|моб)", re.IGNORECASE)
_OTHER_FIELD = re.compile(
    r"(?:текст|сообщение|комментарий|вопрос|тема|услуга|товар|страница|город|message|comment|question|subject"
    r"|page|form|url"
    r"|форма)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"\+?\d[\d\s()-]{8,20}\d")
_ROBOT = re.compile(
    r"(?:.*[._+-])?(?:no-?_?reply|do-?not-?reply|ne-?otvechat|robot|bot|site|sait|website|web|www|www-data|form"
    r"|forms|apache|nginx"
    r"|nobody|wordpress|wp|bitrix|tilda|feedback|zayavk[ai]|lead|leads|notif\w*|mailer|webmaster|crm|order|orders)"
    r"(?:[._+-].*|\d*)?@"
)
_NO_REPLY = re.compile(r"(?:.*[._+-])?(?:no-?_?reply|do-?not-?reply|ne-?otvechat)")
_PROGRAM = re.compile(
    rb"phpmailer|wordpress|wpforms|contact form|bitrix|tilda|joomla|drupal|opencart|modx|swiftmailer|php/"
    rb"|nodemailer|amocrm",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:заявк\w+|сообщени\w+|вопрос\w*|обращени\w+|запрос\w*|письмо|заказ\w*|отзыв\w*) (?:с|со"
    r"|от) (?:\w+ )?(?:сайт|форм|страниц|посетител|лендинг)"
    r"|обратн\w+ (?:связ|звон)|форм\w+ обратной|нов\w+ (?:заявк|обращени|сообщени)|заполн\w+ форм|заявка на (?:\w+)"
    r"|contact (?:form|us)|new (?:submission|enquiry|inquiry|lead|message from)|(?:website|web|form) (?:enquiry"
    r"|inquiry|submission|message|form)"
    r"|call-?back request",
    re.IGNORECASE,
)
_MOST_WORDS = 6_000
_SURE = 2


def visitor_in(
    headers: Headers, sender: Address, reply_to: Sequence[Address], subject: str, text: str
) -> Visitor | None:
    """Who may be meant as the writer instead of ``sender``; None when nobody else is named."""
    if headers.first("auto-submitted").strip().lower().startswith(b"auto-replied"):
        return None
    on_list = _author_on_list(headers, sender, reply_to)
    if on_list is not None:
        return Visitor(address=on_list, name=on_list.name, is_likely=True)
    fields = _fields(text)
    wished = next((one for one in reply_to if one.email != sender.email), None)
    written = _mail_in(fields) if wished is None else None
    name, phone = fields.get("name", ""), _phone(fields.get("phone", ""))
    if wished is None and written is None and not (name or phone):
        return None
    signs = _signs(headers, sender, subject, fields)
    is_answer = "in-reply-to" in headers or "references" in headers or "list-unsubscribe" in headers
    if wished is not None and _domain(wished) == _domain(sender) and _NO_REPLY.match(sender.email):
        signs -= 1  # a company's robot names the company's own address
    needed = 1 if wished is not None else _SURE
    address = wished or written
    return Visitor(
        address=Address(email=address.email, name=address.name or name) if address else None,
        name=(address.name if address else "") or name,
        phone=phone,
        is_likely=signs >= needed and not is_answer,
    )


def _signs(headers: Headers, sender: Address, subject: str, fields: dict[str, str]) -> int:
    program = b" ".join(headers.first(name) for name in ("x-mailer", "user-agent", "x-php-originating-script"))
    is_made = "x-php-originating-script" in headers or "x-php-script" in headers or bool(_PROGRAM.search(program))
    return (
        bool(_ROBOT.match(sender.email))
        + is_made
        + bool(_SUBJECT.search(subject[:300]))
        + (len(fields) >= _SURE)
        + (b"auto-generated" in headers.first("auto-submitted").lower())
    )


def _fields(text: str) -> dict[str, str]:
    """The known fields of a form in these words, each with its first value."""
    kinds = (("email", _MAIL_FIELD), ("name", _NAME_FIELD), ("phone", _PHONE_FIELD), ("other", _OTHER_FIELD))
    found: dict[str, str] = {}
    for match in _FIELD.finditer(text[:_MOST_WORDS]):
        kind = next((kind for kind, pattern in kinds if pattern.match(match["name"].strip())), "")
        if kind:
            found.setdefault(kind, match["value"].strip())
    return found


def _mail_in(fields: dict[str, str]) -> Address | None:
    match = _EMAIL.search(fields.get("email", ""))
    return Address(email=match.group().lower()) if match else None


def _phone(written: str) -> str:
    match = _PHONE.search(written)
    return match.group() if match else ""


def _author_on_list(headers: Headers, sender: Address, reply_to: Sequence[Address]) -> Address | None:
    """A list that must not write in the author's name (DMARC) writes «Лида via Support» and keeps the author aside."""
    if not any(name in headers for name in ("list-id", "list-post", "x-original-from", "x-original-sender")):
        return None
    for name in ("x-original-from", "x-original-sender"):
        for author in addresses(headers.all(name)):
            if author.email != sender.email:
                return author
    if " via " in sender.name or " через " in sender.name:
        return next((one for one in reply_to if one.email != sender.email), None)
    return None


def _domain(address: Address) -> str:
    return address.email.rpartition("@")[2]
