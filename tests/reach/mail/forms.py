# ruff: noqa: E501  the heads of letters are as long as programs write them
"""Replies to a letter of ours as thirty mail programs write them, in Russian and in English, plain and as HTML.

Each form is a function of what the customer wrote and of the letter that they answer.
"""

import html as entities
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

HELP = "help@gorizont.example"


@dataclass(frozen=True, kw_only=True)
class Ours:
    """A letter of ours as a mail program holds it."""

    text: str
    html: str
    language: str
    name: str = "Анна Смирнова, Горизонт"

    def either(self, russian: str, english: str) -> str:
        return russian if self.language == "ru" else english


Form = Callable[[str, Ours], str]


def _marked(text: str, width: int = 72, mark: str = "> ") -> str:
    lines = [piece for line in text.split("\n") for piece in (textwrap.wrap(line, width) or [""])]
    return "\n".join(f"{mark}{line}".rstrip() for line in lines)


def _div(words: str) -> str:
    return "".join(f"<div>{entities.escape(line) or '<br>'}</div>" for line in words.split("\n"))


def _paragraphs(words: str) -> str:
    lines = (entities.escape(line) or "&nbsp;" for line in words.split("\n"))
    return "".join(f'<p class="MsoNormal">{line}<o:p></o:p></p>' for line in lines)


def _plain(head: tuple[str, str], *, mark: str = "> ", width: int = 72, below: str = "") -> Form:
    def form(words: str, ours: Ours) -> str:
        return f"{words}\n\n{ours.either(*head)}\n{_marked(ours.text, width, mark)}\n{below}"

    return form


def _bare(head: tuple[str, str], *, width: int = 200, below: str = "") -> Form:
    def form(words: str, ours: Ours) -> str:
        return f"{words}\n{below}\n{ours.either(*head)}\n\n{_marked(ours.text, width, '')}\n"

    return form


def _page(pattern: str, head: tuple[str, str], own: Callable[[str], str] = _div) -> Form:
    """``{own}``, ``{head}`` and ``{quote}`` stand where the program puts them."""

    def form(words: str, ours: Ours) -> str:
        return pattern.format(own=own(words), head=ours.either(*head), quote=ours.html)

    return form


_A = f'&lt;<a href="mailto:{HELP}">{HELP}</a>&gt;'
_GMAIL = (
    f"пт, 27 нояб. 2026\N{NARROW NO-BREAK SPACE}г. в 15:19, Анна Смирнова, Горизонт <{HELP}>:",
    f"On Fri, Nov 27, 2026 at 3:19\N{NARROW NO-BREAK SPACE}PM Анна Смирнова, Горизонт <{HELP}> wrote:",
)
_GMAIL_HTML = (
    f"пт, 27 нояб. 2026\N{NARROW NO-BREAK SPACE}г. в 15:19, Анна Смирнова, Горизонт {_A}:<br>",
    f"On Fri, Nov 27, 2026 at 3:19\N{NARROW NO-BREAK SPACE}PM Анна Смирнова, Горизонт {_A} wrote:<br>",
)
_BLOCK_RU = (
    f"От: Анна Смирнова, Горизонт <{HELP}>\nОтправлено: 27 ноября 2026 г. 15:19\nКому: Иван Козлов\nТема: Re: Заказ"
)
_BLOCK_EN = (
    f"From: Анна Смирнова, Горизонт <{HELP}>\nSent: Friday, November 27, 2026 3:19 PM\nTo: Ivan\nSubject: Re: Order"
)
_BLOCK = (_BLOCK_RU, _BLOCK_EN)
_BLOCK_HTML = (
    "<b>От:</b> Анна Смирнова, Горизонт &lt;help@gorizont.example&gt;<br><b>Отправлено:</b> 27 ноября 2026 г. 15:19<br>"
    "<b>Кому:</b> Иван Козлов<br><b>Тема:</b> Re: Заказ",
    "<b>From:</b> Анна Смирнова, Горизонт &lt;help@gorizont.example&gt;<br><b>Sent:</b> Friday, November 27, 2026 3:19 PM"
    "<br><b>To:</b> Ivan<br><b>Subject:</b> Re: Order",
)
_WRITES = ("27.11.2026 15:19, Анна Смирнова, Горизонт пишет:", "On 11/27/2026 3:19 PM, Анна Смирнова, Горизонт wrote:")
_APPLE = (
    f"27 нояб. 2026 г., в 15:19, Анна Смирнова, Горизонт <{HELP}> написал(а):",
    f"On 27 Nov 2026, at 15:19, Анна Смирнова, Горизонт <{HELP}> wrote:",
)
_APPLE_HTML = (
    f"27 нояб. 2026 г., в 15:19, Анна Смирнова, Горизонт {_A} написал(а):",
    f"On Nov 27, 2026, at 3:19 PM, Анна Смирнова, Горизонт {_A} wrote:",
)
_YANDEX = (
    f'27.11.2026, 15:19, "Анна Смирнова, Горизонт" <{HELP}>:',
    f'27.11.2026, 15:19, "Анна Смирнова, Горизонт" <{HELP}>:',
)
_YANDEX_HTML = (f'27.11.2026, 15:19, "Анна Смирнова, Горизонт" {_A}:',) * 2
_MAILRU = (
    f"Пятница, 27 ноября 2026, 15:19 +03:00 от Анна Смирнова, Горизонт <{HELP}>:",
    f"Friday, 27 November 2026, 15:19 +03:00 from Анна Смирнова, Горизонт <{HELP}>:",
)
_MAILRU_HTML = (
    f"Пятница, 27 ноября 2026, 15:19 +03:00 от Анна Смирнова, Горизонт {_A}:",
    f"Friday, 27 November 2026, 15:19 +03:00 from Анна Смирнова, Горизонт {_A}:",
)
_CITE = '<blockquote type="cite">{quote}</blockquote>'

TEXT: dict[str, Form] = {
    "gmail web": _plain(_GMAIL),
    "gmail android": _plain(_GMAIL, width=60),
    "outlook desktop": _bare(_BLOCK),
    "outlook original": _bare((f"-----Исходное сообщение-----\n{_BLOCK_RU}", f"-----Original Message-----\n{_BLOCK_EN}")),
    "outlook web": _bare((f"{'_' * 32}\n{_BLOCK_RU}", f"{'_' * 32}\n{_BLOCK_EN}")),
    "apple mail": _plain(_APPLE, width=90),
    "ios mail": lambda words, ours: (
        f"{words}\n\n{ours.either('Отправлено с iPhone', 'Sent from my iPhone')}\n\n"
        f"> {ours.either(*_APPLE)}\n> \n{_marked(ours.text, 78, '> ')}\n"
    ),
    "thunderbird": _plain(_WRITES),
    "thunderbird below": lambda words, ours: f"{ours.either(*_WRITES)}\n{_marked(ours.text)}\n\n{words}\n",
    "yandex": _plain((f"{_YANDEX[0]}\n", f"{_YANDEX[1]}\n")),
    "yandex unmarked": _bare(("----------------\nКому: Иван;\nТема: Заказ;\n" + _YANDEX[0], "----------------\n" + _YANDEX[1])),
    "mail.ru": _plain(_MAILRU),
    "mail.ru app": _bare(_MAILRU, below="\n--\nОтправлено из Mail.ru для Android"),
    "rambler": _plain(("27.11.2026, 15:19, Анна Смирнова, Горизонт пишет:",) * 2),
    "the bat": _plain(("Вы писали 27 ноября 2026 г., 15:19:19:\n", "You wrote 27 November 2026, 15:19:19:\n"), mark="АС> "),
    "lotus": _bare((f"От: Анна Смирнова, Горизонт <{HELP}>\nКому: Иван\nДата: 27.11.2026 15:19\nТема: Re: Заказ",
                    f"From: Анна Смирнова, Горизонт <{HELP}>\nTo: Ivan\nDate: 27.11.2026 15:19\nSubject: Re: Order"), width=60),
    "zimbra": _bare((f"От: \"Анна Смирнова, Горизонт\" <{HELP}>\nКому: \"Иван\" <ivan@mail.example>\n"
                     "Отправленные: Пятница, 27 Ноябрь 2026 г 15:19:19\nТема: Re: Заказ",
                     f"From: \"Анна Смирнова, Горизонт\" <{HELP}>\nTo: \"Ivan\" <ivan@mail.example>\n"
                     "Sent: Friday, November 27, 2026 3:19:19 PM\nSubject: Re: Order")),
    "roundcube": _plain(("Анна Смирнова, Горизонт писал(а) 2026-11-27 15:19:", "On 2026-11-27 15:19, Анна Смирнова, Горизонт wrote:")),
    "evolution": _plain(("В Пт, 27/11/2026 в 15:19 +0300, Анна Смирнова пишет:", "On Fri, 2026-11-27 at 15:19 +0300, Анна Смирнова wrote:")),
    "k-9": _plain((f"27 ноября 2026 г. 15:19:19 GMT+03:00, Анна Смирнова, Горизонт <{HELP}> пишет:",
                   f"On November 27, 2026 3:19:19 PM GMT+03:00, Анна Смирнова, Горизонт <{HELP}> wrote:"), mark=">"),
    "samsung": _bare((f"-------- Исходное сообщение --------\nОт: Анна Смирнова, Горизонт <{HELP}>\nДата: 27.11.2026 15:19 (GMT+03:00)\n"
                      "Кому: Иван\nТема: Re: Заказ",
                      f"-------- Original message --------\nFrom: Анна Смирнова, Горизонт <{HELP}>\nDate: 11/27/26 15:19 (GMT+03:00)\n"
                      "To: Ivan\nSubject: Re: Order")),
    "huawei": _bare((f"-------- Исходное сообщение --------\nТема: Re: Заказ\nОт: Анна Смирнова <{HELP}>\nКому: Иван\nКопия: ",
                     f"-------- Original message --------\nSubject: Re: Order\nFrom: Анна Смирнова <{HELP}>\nTo: Ivan\nCC: ")),
    "proton": _plain((f"-------- Исходное сообщение --------\n27.11.2026 15:19, Анна Смирнова <{HELP}> написал(а):\n",
                      f"On Friday, November 27th, 2026 at 3:19 PM, Анна Смирнова <{HELP}> wrote:\n")),
    "claws": _plain(("On Fri, 27 Nov 2026 15:19:19 +0300\nАнна Смирнова, Горизонт <help@gorizont.example> wrote:\n",) * 2),
    "mutt": _plain(("On Fri, Nov 27, 2026 at 03:19:19PM +0300, Анна Смирнова wrote:",) * 2, width=70),
    "zoho": _bare((f"---- Вкл. пт, 27 нояб. 2026 15:19:19 +0300 Анна Смирнова <{HELP}> написал ----",
                   f"---- On Fri, 27 Nov 2026 15:19:19 +0300 Анна Смирнова <{HELP}> wrote ----")),
    "aol": _bare((f"-----Исходное сообщение-----\nОт: Анна <{HELP}>\nКому: Иван\nОтправлено: пт, 27 ноя 2026 15:19\nТема: Re: Заказ",
                  f"-----Original Message-----\nFrom: Анна <{HELP}>\nTo: Ivan\nSent: Fri, Nov 27, 2026 3:19 pm\nSubject: Re: Order")),
}  # fmt: skip

HTML: dict[str, Form] = {
    "gmail web html": _page(
        '<div dir="ltr">{own}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        '{head}</div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{quote}</blockquote></div>',
        _GMAIL_HTML,
    ),
    "outlook desktop html": _page(
        '<div class="WordSection1">{own}<div><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">'
        "{head}</p></div></div>{quote}</div>",
        _BLOCK_HTML,
        _paragraphs,
    ),
    "outlook web html": _page(
        '{own}<hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr"><font>{head}</font></div><div>{quote}</div>',
        _BLOCK_HTML,
    ),
    "outlook mobile html": _page(
        '{own}<div id="ms-outlook-mobile-signature">Get <a href="https://aka.ms/o0ukef">Outlook for iOS</a></div>'
        '<hr><div id="divRplyFwdMsg">{head}</div>{quote}',
        _BLOCK_HTML,
    ),
    "apple mail html": _page(
        '<body>{own}<div><br><blockquote type="cite"><div>{head}</div><br>{quote}</blockquote></div></body>',
        _APPLE_HTML,
    ),
    "ios mail html": _page(
        '{own}<div dir="ltr">Отправлено с iPhone</div><div dir="ltr"><br><blockquote type="cite">{head}<br><br></blockquote>'
        f"</div>{_CITE}",
        _APPLE_HTML,
    ),
    "thunderbird html": _page(f'{{own}}<div class="moz-cite-prefix">{{head}}<br></div>{_CITE}', _WRITES),
    "yandex html": _page(
        "{own}<div>----------------</div><div>Кому: Иван (ivan@mail.example);</div><div>Тема: Заказ;</div>"
        "<div>{head}</div><blockquote>{quote}</blockquote>",
        _YANDEX_HTML,
    ),
    "yandex app html": _page(
        "{own}<div>--<br>Отправлено из мобильной Яндекс Почты</div><div>{head}</div><blockquote>{quote}</blockquote>",
        _YANDEX_HTML,
    ),
    "mail.ru html": _page(
        '{own}<blockquote style="border-left:1px solid #08C">{head}<br>{quote}</blockquote>', _MAILRU_HTML
    ),
    "mail.ru app html": _page(
        "{own}<div>--<br>Отправлено из Mail для Android</div>"
        '<div class="mail-quote-collapse"><div>{head}</div><div>{quote}</div></div>',
        _MAILRU_HTML,
    ),
    "yahoo html": _page(
        '{own}<div id="ydp1" class="yahoo_quoted"><div><div>{head}</div><div>{quote}</div></div></div>', _APPLE_HTML
    ),
    "proton html": _page(
        '{own}<div class="protonmail_quote">{head}<br><blockquote type="cite">{quote}</blockquote></div>', _APPLE_HTML
    ),
    "fastmail html": _page("{own}<div>{head}</div>" + _CITE, _APPLE_HTML),
    "gmx html": _page(
        '{own}<div name="quote" style="margin:10px 5px"><div>{head}</div><div name="quoted-content">{quote}</div></div>',
        (
            "<b>Gesendet:</b> Freitag, 27. November 2026 um 15:19 Uhr<br><b>Von:</b> Анна &lt;help@gorizont.example&gt;<br>"
            "<b>An:</b> Ivan<br><b>Betreff:</b> Re: Order",
        )
        * 2,
    ),
    "em client html": _page(
        '{own}<div>------ Исходное сообщение ------</div><div>{head}</div><div><blockquote type="cite">{quote}</blockquote></div>',
        _BLOCK_HTML,
    ),
    "roundcube html": _page('{own}<p id="reply-intro">{head}</p><blockquote type="cite">{quote}</blockquote>', _WRITES),
    "samsung html": _page(
        "{own}<div><br></div><div>-------- Исходное сообщение --------</div><div>{head}</div><div><br></div>{quote}",
        _BLOCK_HTML,
    ),
    "zimbra html": _page(
        '<div>{own}</div><hr id="zwchr"><div data-marker="__HEADERS__"><blockquote>{head}</blockquote></div>'
        '<div data-marker="__QUOTED_TEXT__"><blockquote>{quote}</blockquote></div>',
        _BLOCK_HTML,
    ),
    "rambler html": _page('{own}<div>{head}</div><blockquote class="rambler_quote">{quote}</blockquote>', _WRITES),
}
