"""A house with something in every room: made by letters, forms and the desk, as people would."""

import io
import re
import time
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image
from playwright._impl._api_structures import SetCookieParam

from tests.browser.house import AGENTS, INBOX, PASSWORD, House, words
from tests.building import letter

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000 1f15c4890000000d49444154789c6360f8cf500f0003860180"
    "5a347d6b0000000049454e44ae426082".replace(" ", "")
)
HTML = """<html><body><p>Здравствуйте! <b>Урок</b> не открывается, вот снимок.</p>
<img src="https://pictures.example/open.gif" alt="Снимок экрана" width="40" height="40">
<table><tr><td>Курс</td><td>Бухгалтерия</td></tr></table>
<blockquote>Тогда ещё писали так</blockquote></body></html>"""


class Visitor:
    """An agent at the desk by plain HTTP."""

    def __init__(self, url: str, address: str) -> None:
        self.name = AGENTS[address][1]
        self.http = httpx.Client(base_url=url, timeout=60, follow_redirects=False)
        self.http.get("/account/login/")
        answer = self.post("/account/login/", {"login": address, "password": PASSWORD})
        assert answer.status_code == 302, answer.text

    def post(self, path: str, data: dict[str, Any], **more: Any) -> httpx.Response:
        token = self.http.cookies.get("csrftoken") or ""
        return self.http.post(path, data={"csrfmiddlewaretoken": token, **data}, **more)

    def made(self, path: str, data: dict[str, Any], **more: Any) -> str:
        """Send a form that must be taken; where it leads."""
        answer = self.post(path, data, **more)
        assert answer.status_code == 302, f"{path}: {answer.status_code} {_problems(answer.text)}"
        return answer.headers["Location"]

    def number_on(self, path: str, pattern: str) -> int:
        """The first number that fits on a page, such as the id in an address."""
        found = re.search(pattern, self.http.get(path).text)
        assert found, f"nothing like {pattern} on {path}"
        return int(found[1])

    def read_in(self, language: str) -> None:
        me = {"name": self.name, "language": language, "time_zone": "Europe/Moscow", "writes_markdown": "on"}
        self.made("/desk/me/", me)

    def new_case(self, text: str, *, email: str, name: str = "Иван Козлов", **more: str) -> int:
        """Written down by this agent, who owns it; its number."""
        page = self.http.get("/desk/new/").text
        own = re.search(rf'<option value="(\d+)"[^>]*>{self.name}</option>', page)
        assert own
        data = {"name": name, "email": email, "channel": "email", "kind": "question", "owner": own[1]}
        where = self.made("/desk/new/", {**data, "subject": text[:60], "text": text, **more})
        return int(where.rstrip("/").rpartition("/")[2])

    def solve(self, number: int, summary: str = "Всё сделано, проверили вместе.") -> None:
        self.made(f"/desk/cases/{number}/solve", {"summary": summary})

    def cookies(self) -> list[SetCookieParam]:
        jar = self.http.cookies.jar
        base = str(self.http.base_url)
        return [{"name": cookie.name, "value": cookie.value or "", "url": base} for cookie in jar]


def _problems(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", one) for one in re.findall(r'class="error".*?</p>', html, re.DOTALL)) or html


@dataclass(frozen=True, kw_only=True)
class Furniture:
    """Numbers and links of what stands in the house."""

    letter: int
    """A case with an HTML letter with a remote picture, files, a word of a stranger, a note and a second case."""
    html_message: int
    second: int
    lost: int
    lost_delivery: int
    solved: int
    satisfied: int
    came_back: int
    unconfirmed: int
    ask: str
    """The path of the page that asks about ``solved``."""
    thanked: str
    page: str
    """The path of the customer's page of ``letter``."""
    customer: int
    customer_email: str
    file: str
    held: int
    organization: int
    rows: dict[str, int]
    """Ids of rows of the settings by the name of their list."""
    agent: int
    """Marina, who has a limit."""
    asked: int
    """What a lead was asked about, in ``letter``."""
    complaint: int
    """Of ``second``, just registered."""
    absence: int
    counter: int
    """In which a call that ``second`` promises falls due."""
    problem: int
    """Shown by the complaint, and by its case."""
    topic: int
    """With examples, and a word of a customer that might be of it."""
    situation: int
    survey: int
    """After a course, with answers and a draft on top."""
    survey_page: str
    """Where anybody answers it."""
    invited_page: str
    """Where one person answers it."""
    suggestion: int
    """Done, on the open board, and everybody was told."""
    helped: str
    """Where the customer of ``second``, who had asked for it, says whether it helps."""
    praise: int
    """Kind words that may be shown."""
    standard: int
    """Holds in its first version, with a draft on top."""
    article: int
    """Published twice, with a draft on top and an English translation that is behind."""
    translation: int
    section: int


def path_in(letter: EmailMessage, start: str) -> str:
    """The path of our link in a letter that begins so."""
    found = re.search(rf"https?://[^\s<>]+?({start}[^\s<>]+)", words(letter))
    assert found, words(letter)
    return urlsplit(found[1]).path


def furnish(house: House, visitors: dict[str, Visitor]) -> Furniture:
    vera, olga = visitors["vera"], visitors["olga"]
    stamp = time.time_ns()
    email = f"ivan{stamp}@mail.example"
    house.send(_html_letter(email), sender=email)
    house.send(b"\x00\xff broken letter", sender=f"odd{stamp}@mail.example")
    lost = vera.new_case("Пришлите, пожалуйста, счёт.", email=f"lost{stamp}@mail.example", name="Пётр Новиков")
    solved = olga.new_case("Не приходит код для входа.", email=f"anna{stamp}@mail.example", name="Анна Белова")
    olga.solve(solved)
    satisfied = olga.new_case("Где мой сертификат?", email=f"maria{stamp}@mail.example", name="Мария Иванова")
    olga.solve(satisfied)
    came_back = olga.new_case("Верните деньги за курс.", email=f"oleg{stamp}@mail.example", name="Олег Ким")
    olga.solve(came_back)
    unconfirmed = olga.new_case("Есть ли скидка?", email=f"silent{stamp}@mail.example", name="Глеб Тихонов")
    olga.solve(unconfirmed)
    _give_up(house, unconfirmed)
    rows, standard = _settings(vera)
    thanked = path_in(house.letter_to(f"maria{stamp}", holding="/answer/"), "/answer/")
    _answer(house, thanked, solved="yes", satisfaction="5", ease="6", words="Спасибо, всё ясно!")
    back = path_in(house.letter_to(f"oleg{stamp}", holding="/answer/"), "/answer/")
    _answer(house, back, solved="no", words="Деньги так и не пришли")

    known = house.letter_to(email, holding="/case/")
    number = house.wait_for(lambda: _number_of(vera, email), "the case of the HTML letter")
    house.send(_stranger(known), sender=f"colleague{stamp}@mail.example")
    case = f"/desk/cases/{number}/"
    vera.made(f"{case}note", {"text": "@Ольга посмотрите, пожалуйста"}, files={"attached": ("план.txt", b"1. 2. 3.")})
    second = vera.new_case("И ещё вопрос о скидке.", email=email)
    house.wait_for(lambda: "colleague" in vera.http.get(case).text, "the stranger's word")
    house.wait_for(lambda: "/original" in vera.http.get("/desk/held/").text or _held(vera), "the held letter")
    house.wait_for(lambda: re.search(r"/desk/undelivered/\d+/", vera.http.get("/desk/undelivered/").text), "a refusal")
    _promise(house, vera, second, lost)
    _plan_an_absence(house, second)
    file = re.search(r'href="(/files/[^"]+)"', vera.http.get(case).text)
    assert file
    customers = f"/desk/customers/?q={email}"
    return Furniture(
        letter=number,
        html_message=vera.number_on(case, r"/messages/(\d+)/whole"),
        second=second,
        lost=lost,
        lost_delivery=vera.number_on("/desk/undelivered/", r"/desk/undelivered/(\d+)/"),
        solved=solved,
        satisfied=satisfied,
        came_back=came_back,
        unconfirmed=unconfirmed,
        ask=path_in(house.letter_to(f"anna{stamp}", holding="/answer/"), "/answer/"),
        thanked=f"{thanked}/thanks",
        page=path_in(known, "/case/"),
        customer=vera.number_on(customers, r"/desk/customers/(\d+)/"),
        customer_email=email,
        file=file[1],
        held=_held(vera),
        organization=vera.number_on("/desk/organizations/", r"/desk/organizations/(\d+)/"),
        rows=rows,
        agent=(marina := vera.number_on("/desk/settings/budgets/", r"/budgets/agents/(\d+)")),
        asked=_ask_a_lead(house, vera, number),
        situation=vera.number_on("/desk/settings/situations/", r"/settings/situations/(\d+)"),
        complaint=(complaint := _complaint(vera, second)),
        problem=_problem(vera, complaint, second, marina),
        topic=_topic(vera),
        absence=vera.number_on("/desk/absences/", r"/desk/absences/(\d+)/"),
        counter=_counter(house, vera),
        **_survey(house, vera, stamp),
        **_suggestion(house, vera, second, email),
        praise=_kind_words(house, vera, stamp),
        standard=standard,
        **_help_centre(vera),
    )


def _complaint(vera: Visitor, case: int) -> int:
    where = vera.made(f"/desk/cases/{case}/complaint", {"remedy_sought": "Верните деньги за курс"})
    return int(where.rstrip("/").rpartition("/")[2])


def _problem(vera: Visitor, complaint: int, case: int, keeper: int) -> int:
    """What lies behind the complaint, overdue and fixed."""
    typed = {"title": f"Об отмене говорят накануне: {case}", "owner": keeper, "due_on": "2026-01-31"}
    where = vera.made("/desk/problems/new", {**typed, "root_cause": "Некому", "changes": "Пишет дежурный"})
    vera.made(where, {"to": "fixed"})
    vera.made(where, {"do": "link", "complaint": complaint, "case": case})
    return int(where.rstrip("/").rpartition("/")[2])


def _topic(vera: Visitor) -> int:
    where = vera.made("/desk/topics/new", {"name": "Оплата", "synonyms": "чек\nсчёт", "is_active": "on"})
    vera.made(where, {"texts": "Не приходит чек\nПришлите счёт\nСписали деньги дважды"})
    return int(where.rstrip("/").rpartition("/")[2])


def _counter(house: House, vera: Visitor) -> int:
    """A counter, and a call that was missed."""
    house.inside(
        "from otklik.calls.actions import add_exchange, save_counter, take_call\n"
        "from otklik.calls.adapters.told import Step, Told\nfrom otklik.foundation.actors import SYSTEM\n"
        "from otklik.team.queries import first_team\n"
        "save_counter(counter=None, actor=SYSTEM, name='Стойка', team=first_team(), topics=['Заказ', 'Занятия'])\n"
        "line = add_exchange(name='Магазин', actor=SYSTEM)\n"
        "for step in (Step.RINGS, Step.ENDED):\n"
        "    take_call(told=Told(call='1', step=step, number='+74955550388'), inbox=line)\n"
    )
    return vera.number_on("/desk/settings/counters/", r"/settings/counters/(\d+)")


def _survey(house: House, agent: Visitor, stamp: int) -> dict[str, Any]:
    house.inside(
        "from otklik.customers.models import Customer\nfrom otklik.foundation.actors import SYSTEM\n"
        "from otklik.surveys.actions import Taken, change_survey, invite, publish, take_answers, write_survey\n"
        "from otklik.surveys.examples import example\nfrom otklik.surveys.models import Invitation\n"
        "survey = write_survey(definition=example('course'), actor=SYSTEM)\npublish(survey=survey, actor=SYSTEM)\n"
        "for at in range(6):\n"
        "    values = {'satisfied': 1 + at % 5, 'rate': {'pace': 3}, 'recommend': at, 'words': 'Да'}\n"
        f"    taken = Taken(token=f'{stamp}-{{at}}')\n"
        "    take_answers(survey=survey, values=values, actor=SYSTEM, taken=taken)\n"
        "one = invite(survey=survey, customer=Customer.objects.order_by('id').first(), actor=SYSTEM)\n"
        f"Invitation.objects.filter(pk=one.pk).update(token='own{stamp}')\n"
        "change_survey(survey=survey, definition=example('servqual'), actor=SYSTEM)\n"
    )
    number = agent.number_on("/desk/surveys/", r"/desk/surveys/(\d+)/")
    found = re.search(r"(/survey/[^/\"]+/)", agent.http.get(f"/desk/surveys/{number}/").text)
    assert found
    return {"survey": number, "survey_page": found[1], "invited_page": f"/survey/own{stamp}/"}


def _suggestion(house: House, vera: Visitor, case: int, email: str) -> dict[str, Any]:
    typed = {"words": "Хочу пересмотреть занятие перед экзаменом", "title": "Записи занятий после курса"}
    where = vera.made(f"/desk/suggestions/cases/{case}", typed)
    vera.made("/desk/suggestions/new", {"words": "Не закрывайте записи занятий", "key": str(case)})
    vera.made("/desk/settings/suggestions", {"suggestions__board_is_open": "on"})
    vera.made(f"{where}show", {"title": "Записи занятий остаются на полгода"})
    vera.made(f"{where}answer", {"answer": "Дольше не можем: права преподавателей."})
    vera.made(f"{where}do", {"do": "move", "to": "done"})
    vera.made(f"{where}tell", {"do": "send", "words": "Открыты!", "seen": "Открыты!", "people": 1})
    helped = path_in(house.letter_to(email, holding="/idea/"), "/idea/")
    return {"suggestion": int(where.rstrip("/").rpartition("/")[2]), "helped": helped}


def _kind_words(house: House, vera: Visitor, stamp: int) -> int:
    vera.new_case("Спасибо Марине за терпение!", email=f"glad{stamp}@mail.example", name="Рада Светлова", kind="thanks")
    house.wait_for(lambda: "Спасибо Марине" in vera.http.get("/desk/thanks/").text, "the kind words")
    house.inside("from otklik.suggestions.models import Praise\nPraise.objects.update(may_be_shown=True)\n")
    return vera.number_on("/desk/thanks/", r"/desk/thanks/(\d+)/show")


def _promise(house: House, agent: Visitor, called: int, late: int) -> None:
    """A call that somebody promised, and a promise that broke."""
    day = {"on": "2027-02-01", "at": "16:30", "about": "про скидку на второй курс"}
    agent.made(f"/desk/cases/{called}/promises/call", day)
    house.inside(
        "from datetime import timedelta\nfrom otklik.cases.models import Case\n"
        "from otklik.promises.models import Broken\n"
        f"case = Case.objects.get(pk={late})\nsince = case.created_at - timedelta(hours=2)\n"
        "Broken.objects.create(case=case, kind='first_answer', since=since, due_at=case.created_at, owner=case.owner)"
    )


def _plan_an_absence(house: House, number: int) -> None:
    """While the owner of this case is away, what they promised falls due."""
    house.inside(
        "from datetime import UTC, datetime\nfrom otklik.absences.actions import plan_absence\n"
        "from otklik.cases.models import Case\nfrom otklik.foundation.actors import SYSTEM\n"
        f"owner = Case.objects.get(pk={number}).owner\n"
        "days = {'starts_at': datetime(2027, 1, 25, tzinfo=UTC), 'ends_at': datetime(2027, 2, 8, tzinfo=UTC)}\n"
        "plan_absence(agent=owner, **days, about='Отпуск', actor=SYSTEM)"
    )


def _give_up(house: House, number: int) -> None:
    """What the clock does after the last reminder: nobody waits for days in a test."""
    house.inside(
        "from otklik.cases.models import Case\nfrom otklik.voice.actions import give_up_waiting\n"
        f"give_up_waiting(case=Case.objects.get(pk={number}))"
    )


def _ask_a_lead(house: House, admin: Visitor, number: int) -> int:
    """Marina asks in this case whether a course may be given; the id of her question."""
    house.inside(
        "from otklik.cases.models import Case\n"
        "from otklik.goodwill.actions import Wish, ask_lead, set_budget, set_gift, set_situation\n"
        "from otklik.foundation.actors import SYSTEM\nfrom otklik.team.models import Agent\n"
        "from otklik.team.queries import actor_for\n"
        f"case = Case.objects.get(pk={number})\nset_budget(team=case.team, monthly=6_000_000, actor=SYSTEM)\n"
        "values = {'code': f'course-{case.pk}', 'name': f'Курс {case.pk}', 'cost': 300_000, 'needs_a_lead': True}\n"
        "course = set_gift(gift=None, actor=SYSTEM, values=values)\n"
        "values = {'name': f'Не пришла в срок {case.pk}', 'gifts': [course], 'kinds': [case.kind]}\n"
        "set_situation(situation=None, actor=SYSTEM, values=values)\n"
        "marina = actor_for(Agent.objects.get(email='marina@gorizont.example'))\n"
        "ask_lead(case=case, wish=Wish(gift=course, reason='Вторая задержка за год'), actor=marina)"
    )
    return admin.number_on("/desk/goodwill/", r"/desk/goodwill/(\d+)/")


def _html_letter(sender: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Иван Козлов <{sender}>", INBOX, "Не открывается урок"
    mail["Message-ID"] = f"<html-{sender}>"
    mail.set_content("Здравствуйте! Урок не открывается.\n\n> Тогда ещё писали так")
    mail.add_alternative(HTML, subtype="html")
    mail.add_attachment(PIXEL, maintype="image", subtype="png", filename="снимок.png")
    mail.add_attachment(b"1;2;3", maintype="text", subtype="csv", filename="оценки.csv")
    return mail.as_bytes()


def _stranger(known: EmailMessage) -> bytes:
    """A colleague to whom the customer forwarded our letter answers it."""
    return letter(
        "Подтверждаю: у меня тоже не открывается.",
        From="Сергей <colleague@mail.example>",
        Subject=f"Re: {known['Subject']}",
        In_Reply_To=str(known["Message-ID"]),
    )


def _number_of(agent: Visitor, email: str) -> int | None:
    found = re.search(r"/desk/cases/(\d+)/", agent.http.get(f"/desk/search?q={email}").text)
    return int(found[1]) if found else None


def _held(agent: Visitor) -> int:
    found = re.search(r"/desk/held/(\d+)/", agent.http.get("/desk/held/").text)
    return int(found[1]) if found else 0


def _answer(house: House, path: str, **said: str) -> None:
    with httpx.Client(base_url=house.url, timeout=60) as customer:
        customer.get(path)
        token = customer.cookies.get("csrftoken") or ""
        answer = customer.post(path, data={"csrfmiddlewaretoken": token, **said})
        assert answer.status_code == 302, answer.text


ARTICLE = """Вернём за **три рабочих дня**. [Правила](article:no-such-article)

## Как попросить

1. Откройте «Заказы».
2. Нажмите «Вернуть».

> [!TIP]
> Чек не нужен.

| Способ | Срок |
|---|--:|
| Карта | 3 дня |

https://rutube.ru/video/0123456789abcdef0123456789abcdef/

:::staff
Больше 10 000 ₽ решает старший.
:::
"""


def _picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 40), "teal").save(target, "PNG")
    return target.getvalue()


def _help_centre(admin: Visitor) -> dict[str, int]:
    """An article with everything, its translation, sections in each other, and a brand."""
    admin.made("/desk/knowledge/brands/new", {"name": "Горизонт", "host": "help.gorizont.example"})
    admin.made("/desk/knowledge/sections/new", {"title_ru": "Оплата и возврат", "title_en": "Money", "place": "0"})
    section = admin.number_on("/desk/knowledge/sections/", r"/sections/(\d+)")
    inner = {"title_ru": "Рассрочка", "title_en": "Credit", "parent": section, "place": "1"}
    admin.made("/desk/knowledge/sections/new", inner)

    def begin(title: str, body: str, language: str, more: str = "") -> int:
        where = admin.made(f"/desk/knowledge/new{more}", {"title": title, "language": language, "section": section})
        number = int(where.split("/")[-2])
        write(number, title, body)
        admin.made(f"/desk/knowledge/{number}/do", {"do": "publish"})
        return number

    def write(number: int, title: str, body: str) -> None:
        page = admin.http.get(f"/desk/knowledge/{number}/edit").text
        edits = re.search(r'name="edits" value="(\d+)"', page)
        assert edits
        words = {"title": title, "body": body, "questions": "где мои деньги", "edits": edits[1]}
        admin.made(f"/desk/knowledge/{number}/edit", words, files={"attached": ("снимок.png", _picture())})

    article = begin("Когда вернут деньги за курс?", ARTICLE, "ru")
    english = begin("When is a course refunded?", "In **three** days.", "en", f"?of={article}&language=en")
    for body, is_last in ((ARTICLE.replace("три", "пять"), False), (ARTICLE.replace("Карта", "На карту"), True)):
        admin.made(f"/desk/knowledge/{article}/do", {"do": "edit"})
        write(article, "Когда вернут деньги за курс?", body)
        if not is_last:
            admin.made(f"/desk/knowledge/{article}/do", {"do": "publish"})
    return {"article": article, "translation": english, "section": section}


def _settings(admin: Visitor) -> tuple[dict[str, int], int]:
    """One more row in every list of the settings, ids by the list's name; and a standard."""
    calendar = admin.number_on("/desk/settings/calendars/", r"/calendars/(\d+)")
    admin.made("/desk/settings/teams/new", {"name": "Бухгалтерия", "working_time": calendar})
    minutes = {"first_answer_minutes": 60, "next_word_minutes": 240, "solution_minutes": 960}
    standards = [_standard(admin, "Жалоба", "complaint", minutes), _standard(admin, "Просьба", "request", minutes)]
    admin.made(f"/desk/standards/{standards[0]}/do", {"do": "publish"})
    admin.made(f"/desk/standards/{standards[0]}/do", {"do": "edit"})
    admin.made("/desk/settings/macros/new", {"title": "Приветствие", "text": "Здравствуйте!", "is_active": "on"})
    admin.made(
        "/desk/settings/facts/new",
        {"about": "customer", "key": "course", "name": "Курс", "kind": "text", "is_active": "on", "position": 1},
    )
    gift = {"name": "Курьер завтра", "code": "courier", "kind": "gift", "cost": "420", "is_active": "on"}
    admin.made("/desk/settings/gifts/new", gift)
    rule = {"name": "Возврат после занятий", "code": "lessons", "text": "Возвращаем за оставшиеся.", "is_active": "on"}
    admin.made("/desk/settings/refusals/new", rule)
    admin.made("/desk/organizations/new", {"name": "Школа «Парус»", "domain": "parus.example"})
    assert admin.post("/desk/settings/webhooks/new", {"url": "http://127.0.0.1:9/hook"}).status_code == 200
    admin.made("/desk/settings/channels/new", {"name": "Магазин", "secret": "a secret of both sides"})
    lists = ("teams", "calendars", "agents", "macros", "facts", "inboxes", "channels", "webhooks", "gifts", "refusals")
    rows = {name: admin.number_on(f"/desk/settings/{name}/", rf"/settings/{name}/(\d+)") for name in lists}
    return rows, standards[0]


def _standard(admin: Visitor, name: str, kind: str, minutes: dict[str, int]) -> int:
    """A standard with a draft that says something; its id."""
    where = admin.made("/desk/standards/new", {"name": name, "case_kind": kind, "review_every_days": 180})
    number = int(where.removeprefix("/desk/standards/").partition("/")[0])
    words = {
        "edits": 0,
        "why": "Мы подвели.",
        "emotion": "«Меня слышат»",
        "how": "Извиниться",
        "good": "Вы правы.",
        **minutes,
    }
    admin.made(f"/desk/standards/{number}/edit", words)
    return number
