"""Machines known by their words alone: absence notices and the receipts of ticket systems, in Russian and English.

A person uses these words, too («я в отпуске, перенесите доставку»). So a letter counts as a machine's only when it says
such a thing at its beginning and nothing in it asks, wishes or tells something of its own.
"""

import re

LONGEST = 1_500
_BEGINNING = 400


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


_ABSENT = _any(
    r"\bменя (?:сейчас |временно )?(?:нет|не будет) (?:в офисе|на (?:рабочем )?месте|на работе)",
    r"\b(?:я )?(?:сейчас |временно )?(?:нахожусь|буду находиться) (?:в (?:ежегодном |очередном "
    r"|декретном )?отпуске|в командировке"
    r"|на больничном|вне офиса)",
    r"(?:^|[.!,;\n]\s*|\bя )(?:сейчас |уже |временно |буду )?(?:в (?:ежегодном |очередном |декретном )?отпуске"
    r"|в командировке"
    r"|на больничном|вне офиса)\b",
    r"\b(?:буду отсутствовать|отсутствую|(?:временно )?отсутствует) ?(?:в офисе|на (?:рабочем )?месте|на работе"
    r"|с \d|до \d|по \d|\b)",
    r"\b(?:больше |уже )?не работаю в\b|\bno longer (?:work|employed)",
    r"\bя уволил(?:ась|ся) из\b|\b(?:сотрудни\w+|коллег\w+) (?:больше|уже) не работает"
    r"|\bбольше не работает в (?:нашей )?компании",
    r"\b(?:у меня|сегодня) (?:сегодня |сейчас )?выходной(?=\s*(?:[.!\n]|$|до ))|\bсейчас нерабочее время"
    r"|\bмы не работаем (?:в |с |до )",
    r"\bнаш офис (?:временно |сейчас )?(?:закрыт|не работает)(?=\s*(?:[.!\n]|$|с |до |на |по |в |\d))"
    r"|\bour offices? (?:is|are|will be) (?:currently )?closed(?=\s*(?:[.!\n]|$|for|until|from|on|during|today|till))",
    r"\bis no longer (?:with|at|employed)\b|\baway from (?:my|the) (?:desk|office|computer)",
    r"\bв период (?:моего )?отпуска|\bбуду (?:снова )?на (?:связи|работе|месте) (?:с )?\d",
    r"\b(?:i am|i'm|i’m|i will be|i'll be) (?:currently |now )*(?:out of (?:the )?office|away from (?:the "
    r"|my )?(?:office|desk)"
    r"|on (?:annual |sick |parental |maternity )?(?:leave|vacation|holiday)|travell?ing)",
    r"\b(?:currently |am )?out of (?:the )?office (?:until|from|till|with|and)",
    r"\blimited access to (?:my )?e-?mail|^\W*out of (?:the )?office:|\bбуду недоступ(?:ен|на) (?:до|с|по) \d",
)
_TICKET = _any(
    r"это (?:автоматическ\w+|техническ\w+) (?:сообщение|письмо|уведомление|ответ)|(?:письмо|сообщение"
    r"|уведомление) (?:было )?"
    r"(?:создано|сформировано|отправлено|сгенерировано) автоматически|автоматически (?:созданное|сформированное)",
    r"(?:пожалуйста, )?не отвечайте на (?:это |данное )?(?:письмо|сообщение|него)(?=\s*(?:[.!\n]|$|, (?:оно|так как"
    r"|поскольку)))"
    r"|отвечать на (?:него|это письмо"
    r"|данное письмо)"
    r" не (?:нужно|надо|требуется)",
    r"\bваш(?:а|е|ему|ей)? (?:заявк|обращени|запрос|тикет)\w* (?:\W{0,3}[\w№#/-]+\W{1,2}){0,4}?"
    r"(?:была |был |было |успешно )*(?:зарегистрирован|принят|получен|создан|присвоен|поставлен|передан|закрыт)\w*",
    r"\bваше (?:письмо|сообщение)\b[^.!]{0,30}(?:получен|принят)\w*.{0,120}(?:ответим|свяжемся|рассмотр|ближайш"
    r"|автомат)",
    r"\bмы получили ваш[еу] (?:письмо|сообщение|обращение|заявку).{0,120}(?:работаем|ответим|свяжемся|номер)",
    r"^\W*заявк[аи] (?:№|#|n)?\s?[\w-]{1,20} (?:успешно )?(?:создана|зарегистрирована|принята|закрыта|выполнена"
    r"|решена)(?=\s*(?:[.!\n]|$|и ))",
    r"\b(?:статус ваше\w+|ваш\w* (?:заявк|запрос|обращени)\w*[^.\n]{0,40}перевед[её]н\w*)\b.{0,60}(?:измен|статус)",
    r"(?:письмо|сообщение) (?:отправлено|отправил|написано|написал) робот|^\W*(?:это )?автоматический ответ"
    r"|\bавтоответ(?=\s*(?:[.!:\n]|$))",
    r"\bваше (?:письмо|сообщение)\b[\s\S]{0,200}?\b(?:прочитано|прочтено)\b.{0,3}\d"
    r"|\bподтверждение (?:о )?прочтени\w+ вашего",
    r"\bвы подписались на\b|\bчтобы отписаться|\bваш отклик\b[^.!\n]{0,40}получен|подтвердите (?:отправку"
    r"|доставку) по ссылке",
    r"\bваше (?:сообщение|обращение|письмо) очень важно для нас|\bожидает (?:рассмотрения|одобрения"
    r"|проверки) модератор",
    r"\bmailbox is (?:not |un)monitored|\bunmonitored mailbox|(?:please )?type your reply above this line",
    r"\bwe (?:have |'ve )?(?:got|received) your (?:message|e-?mail|application|cv|resume"
    r"|feedback)[^.!\n]{0,60}?\bwill"
    r" (?:get back|reply|respond|contact|answer|review|process|be in touch)",
    r"\byour (?:support )?(?:request|ticket|case)\b[^.!\n]{0,40}? (?:has been|was|is) (?:now )?(?:closed|resolved"
    r"|solved|updated)(?=\s*(?:[.!\n]|$))",
    r"присвоен (?:регистрационный )?номер|зарегистрирован\w* (?:под номером|за номером|за №|под №)"
    r"|номер (?:вашей заявки"
    r"|вашего обращения)",
    r"\bthis is an? (?:auto(?:mated|matic|-?generated)|automatically generated) (?:message|e-?mail|response|reply"
    r"|acknowledge?ment)",
    r"\b(?:please )?do not (?:reply|respond) to this (?:e-?mail|message)",
    r"\byour (?:request|ticket|case|enquiry|inquiry|message|e-?mail"
    r"|issue) (?:\W{0,3}[\w#-]+\W{1,2}){0,3}?(?:has been|was|is)"
    r" (?:successfully )?(?:received|created|registered|opened|logged|submitted|assigned)",
    r"\bwe (?:have |'ve )?received your (?:request|message|e-?mail|enquiry|inquiry|ticket)"
    r"(?! and (?:will (?!get|reply|respond|contact|answer|review|process|be )|we (?!will)))|ticket (?:number"
    r"|id)\b.{0,20}\d",
)
_OURS = re.compile(
    r"\s*(?:(?:первый ответ|обещание остаётся в силе|first answer|what was promised holds): [^\n]+\s+)?"
    r"(?:\[mark\.png\][^\n]*\s+)?"
    r"(?:[^\n]{1,80}\n\s*(?:ведёт ваш вопрос|отвечает, пока нет на месте: [^\n]+|accompanies your matter"
    r"|answers for [^\n]+)\s+)?"
    r"(?:[^\n]{1,80}, )?(?:ваше (?:письмо|обращение) у меня|теперь с вами я|сейчас вам отвечаю я"
    r"|your (?:letter|request) has reached me|from now on i am with you|for now it is i who answers you)\s*\n",
    re.IGNORECASE,
)
"""How the letters begin that this product writes by itself: another house of it may stand at the other end."""
_PASSING = _any(
    r"если (?:у вас |вам |ваш\w* )?(?:\w+ ){0,3}(?:нуж|срочн|требу|вопрос|остал)\w*[^.!?\n]*",
    r"(?:по|в случае) (?:всем |любым |срочн\w+ |неотложн\w+ |необходимост\w+ )*(?:вопрос\w+|дел\w+|случа\w+"
    r"|необходимост\w*)[^.!?\n]*",
    r"(?:пожалуйста, ?|прошу |просьба )?(?:обращайтесь|обратитесь|пишите|звоните|свяжитесь|обращаться|писать"
    r"|звонить|направлять|связаться)\b[^.!?\n]*",
    r"if you (?:need|require|have|want|would)[^.!?\n]*|for (?:any )?(?:urgent|immediate)[^.!?\n]*"
    r"|please (?:contact|reach|call|e-?mail"
    r"|write|direct|forward|allow|do not|keep|quote|refer)[^.!?\n]*|in (?:urgent|case of)[^.!?\n]*|should you[^.!?\n]*",
    r"if (?:it is|it's|it’s|this is|the matter|your matter|anything)[^.!?\n]*|(?:call|text) me[^.!?\n]*",
    r"если проблема не решена[^.!?\n]*|if the (?:issue|problem)[^.!?\n]*",
    r"(?:мы )?(?:обязательно )?(?:ответим|свяжемся|рассмотрим)[^.!?\n]*|отвечу\b[^.!?\n]*|we will[^.!?\n]*"
    r"|i will[^.!?\n]*|i'll[^.!?\n]*",
    r"вы (?:всегда |также )?(?:можете|сможете)[^.!?\n]*|you (?:can|may)[^.!?\n]*",
    r"(?:благодар\w+|спасибо|thank\w*)[^.!?\n]*",
    r"(?:просьба|просим|пожалуйста, ?)? ?(?:не отвеча\w+|сохран\w+|указыв\w+|ожида\w+)[^.!?\n]*",
)
_WISHES = _any(
    r"\?|прошу\b|пожалуйста|верните|вернуть деньги|отмените|перенес|достав(?:ьт|к|и)|привез|пришлите|сообщите"
    r"|проверьте|исправьте"
    r"|не (?:работа|могу|приш|получ|открыва|понима|согласен|согласна|устраива|довол)|\bпочему\b|\bкогда\b"
    r"|\bхочу\b|\bхотел"
    r"|\bнужн[аоы]?\b|\bнадо\b|\bможно\b|\bможете\b|жалоб|возмущ|обман|опять|снова (?:не|пиш)|\bжду\b|заказ(?:ал"
    r"|а[лн])",
    r"\b(?:please|could you|can you|would you|why|when will|want|need|refund|cancel|deliver|does ?n.t work|still"
    r"|again|my order)\b",
)
_MATTER = _any(
    r"посыл(?:к|ок)|курьер|товар|\bсч[её]т\w?\b|оплат|оплач|плат[её]ж|квитанц|привоз|документы подпи",
    r"\b(?:parcel|courier|invoice|payment)\b",
)
"""What a person away speaks of, and no notice."""
_BUT = _any(
    r"(?:,|^|\.) ?(?:но|а|зато|однако|хотя) (?!буду|бывает|могу|смогу|отвечу|отвечаю|проверяю|читаю|постараюсь"
    r"|на письма|почту|если)",
    r"\b(?:but|however|yet) (?!i will|i'll|i’ll|will|can|may|i can|i do|check|i check|if|still check)",
)
_OF_ONESELF = _any(
    r"\b(?!отвечаю|нахожусь|читаю|проверяю|работаю)\w{2,}(?:аю|яю|шлю)\b|\bмне\b|\bмо(?:й|я|и|его|ему)\b|\bя\b"
    r"|\bнам\b|\bмы (?:не|уже|жд)|\b(?:i|me|my|us)\b"
)

_SAYS_ME = _any(r"\bмне\b")

_NEUTRAL = re.compile(
    r"\b(?:добр|здравству|уважаем|коллег|господ|уважени|наилучш|пожелани|благодар|спасибо|врем|момент|период"
    r"|включительно"
    r"|доступ|почт|ограничен|письм|сообщени|чита|провер|связ|телефон|мобильн|замеща|заместител|сотрудник"
    r"|руководител|менеджер"
    r"|возвращ|верн|выйд|выход|отсутств|отпуск|командиров|больничн|офис|работ|рабоч|недел|дн|дня|числ|утр|вечер"
    r"|час|год"
    r"|январ|феврал|март|апрел|мая|июн|июл|август|сентябр|октябр|ноябр|декабр|понедельник|вторник|сред|четверг"
    r"|пятниц|суббот"
    r"|воскресен|сможет|замен|ответ|хорош|праздни[кч]|обработ|перв|редк|посл|нет|всем)\w*"
    r"|\b(?:hello|dear|colleagues?|best|kind|warm|regards|sincerely|thanks?|your|emails?|e-mail|mails?|messages?"
    r"|will|with|from|until"
    r"|till|back|return\w*|access|limited|repl\w+|respon\w+|soon|possible|during|this|that|time|period|currently"
    r"|office|team|away"
    r"|available|delay\w*|contact|phone|mobile|number|hours?|days?|weeks?|mon\w*|tue\w*|wed\w*|thu\w*|fri\w*"
    r"|sat\w*|sun\w*|jan\w*"
    r"|feb\w*|mar\w*|apr\w*|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|annual|leave|vacation|holiday|have"
    r"|when|read\w*)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w@.-])[^\W\d_A-ZА-ЯЁ][^\W\d_]{3,}(?![\w@]|\.\w)")
_MOST_OTHER_WORDS = 2


_STEMS = (
    "отпуск", "командиров", "больничн", "офис", "отсутств", "на месте", "на работе", "рабочем", "работаю", "на связи",
    "заявк", "обращени", "запрос", "тикет", "ваше ", "автоматическ", "техническ", "отвечай", "отвечать", "присвоен",
    "зарегистрирован", "out of", "away from", "leave", "vacation", "holiday", "travel", "access to", "no longer",
    "automat", "auto-", "do not re", "your ", "received", "ticket", "робот", "мы получили", "выходной", "нерабочее",
    "офис закрыт", "не работа", "уволил", "автоответ", "статус", "прочтени", "подписались", "отписаться", "отклик",
    "по ссылке", "недоступ", "важно для нас", "модератор", "is closed", "be closed", "monitored", "reply above",
)  # fmt: skip
"""Each notice has one of these at its beginning; most letters have none, and this is soon seen."""


def is_absence(text: str) -> bool:
    """The writer is away, and says nothing else."""
    if not _begins(_ABSENT, text):
        return False
    rest = _PASSING.sub(" ", _ABSENT.sub(" ", text))
    told = _WORD.findall(_NEUTRAL.sub(" ", rest))
    is_own = any(said.search(rest) for said in (_WISHES, _MATTER, _BUT))
    return not is_own and len(told) <= _MOST_OTHER_WORDS


def is_receipt(text: str) -> bool:
    """A ticket system has written down what we sent, or a machine says of itself that it is one."""
    if _OURS.match(text):
        return True
    if not _begins(_TICKET, text):
        return False
    rest = _TICKET.sub(" ", text)
    is_own = _OF_ONESELF.search(_PASSING.sub(" ", rest)) or _SAYS_ME.search(rest) or _BUT.search(rest)
    return not is_own and not wishes(rest)


def says_absence(text: str) -> bool:
    return _begins(_ABSENT, text) or _begins(_TICKET, text)


def wishes(text: str) -> bool:
    """Something in it is asked, wished or complained of that no notice says."""
    return _WISHES.search(_PASSING.sub(" ", text[: 2 * LONGEST])) is not None


def _begins(said: re.Pattern[str], text: str) -> bool:
    if len(text) > LONGEST:
        return False
    beginning = text[:_BEGINNING].lower()
    return any(stem in beginning for stem in _STEMS) and said.search(text, 0, _BEGINNING) is not None
