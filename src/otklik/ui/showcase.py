# ruff: noqa: E501 (a table of words)
"""What the living style page shows: one small story in both languages."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import get_language

from otklik.ui.showcase_figures import figures
from otklik.ui.showcase_kinds import kinds

WORDS = {
    "ru": {
        "title": "Оформление", "kinds": "Шесть видов страниц", "about": "Все части и их состояния", "light": "Светлая", "dark": "Тёмная",
        "colour": "Цвет", "type": "Текст", "buttons": "Кнопки", "states": "Состояния и счётчики", "clocks": "Часы обещания", "people": "Люди",
        "fields": "Поля", "steps": "Вкладки и шаги", "row": "Строка списка", "talk": "Письмо, заметка, событие", "floating": "Меню, окно, уведомление",
        "page": "Сообщения страницы", "scale": "Шкала", "editor": "Редактор", "palette": "Поиск и команды", "figures": "Таблица, цифры, страницы",
        "empty": "Пустое место и загрузка", "headline": "Вопрос решён", "second": "Обещание под угрозой",
        "text": "Ответственный ведёт обращение, пока клиент не скажет, что доволен. Заказ № 10 482 на 3 290 ₽.", "link": "Ссылка", "small": "Мелкий текст: 14:02, 19 ноября",
        "send": "Отправить", "hand": "Передать", "cancel": "Отменить", "delete": "Удалить", "sending": "Отправляем", "pressed": "Нажата", "focused": "В фокусе", "more": "Ещё",
        "satisfied": "Клиент доволен", "solved": "Решено", "risk": "Под угрозой", "late": "Просрочено", "back": "Вернулось", "unconfirmed": "Без подтверждения", "undelivered": "Не доставлено", "tag": "Тег",
        "lost": "Связь потеряна", "kept": "за 18 мин", "reply": "Ответ клиенту", "note": "Заметка", "accepted": "Приняли", "solving": "Решаем", "word": "Слово клиента", "example": "Пример",
        "customer": "Ольга Вересаева", "agent": "Марина Щербакова", "deputy": "Игорь Лыткин", "lead": "Тимур Гараев", "subject": "Не пришёл учебник", "preview": "Посылка стоит",
        "asked": "Посылка третий день стоит в Подольске.", "answered": "Завтра до 13:00 привезёт курьер.", "noted": "На складе есть два экземпляра.", "said": "Клиент: «Да, вопрос решён», 5 из 5",
        "menu": "Меню", "dialog": "Окно", "tags": "Теги", "history": "История", "handover": "Расскажите, что уже сделано", "wait": "Письмо уйдёт через 8 с", "select": "Выбрать", "by_mail": "Письмо",
        "b_risk": "До обещанного ответа 25 минут.", "b_undelivered": "Письмо не доставлено: ящик переполнен.", "b_satisfied": "Клиент сказал: вопрос решён.",
        "legend": "Насколько вы довольны?", "low": "1: совсем нет", "high": "5: полностью", "letter": "Ольга Сергеевна, добрый день!", "to": "Кому:", "write": "Текст ответа", "attach": "Приложить файл",
        "bold": "Полужирный", "list": "Список", "insert": "Ссылка", "query": "учебник", "search": "Найти или сделать", "cases": "Обращения", "do": "Сделать", "new": "Новое обращение",
        "open": "Открыто", "returned": "Вернулось", "who": "Сотрудник", "happy": "Клиенты довольны", "range": "от 83 до 90 %, ответили 277 из 341", "shown": "50 обращений",
        "nobody": "Никто не ждёт", "fine": "Новое обращение появится здесь само.", "next": "Следующее слово", "first": "Первый ответ", "file": "статус-заказа.png", "budget": "Использовано 420 из 3 000 ₽",
    },
    "en": {
        "title": "Design", "kinds": "Six kinds of pages", "about": "Every part and its states", "light": "Light", "dark": "Dark",
        "colour": "Colour", "type": "Text", "buttons": "Buttons", "states": "States and counts", "clocks": "Promise clocks", "people": "People",
        "fields": "Fields", "steps": "Tabs and steps", "row": "Row of a list", "talk": "Letter, note, event", "floating": "Menu, dialog, toast",
        "page": "Messages of the page", "scale": "Scale", "editor": "Editor", "palette": "Search and commands", "figures": "Table, figures, pages",
        "empty": "Nothing here, and loading", "headline": "The matter is solved", "second": "A promise at risk",
        "text": "The owner accompanies the case until the customer says they are satisfied. Order 10482, 3,290 ₽.", "link": "A link", "small": "Small text: 14:02, 19 November",
        "send": "Send", "hand": "Hand over", "cancel": "Cancel", "delete": "Delete", "sending": "Sending", "pressed": "Pressed", "focused": "Focused", "more": "More",
        "satisfied": "Customer satisfied", "solved": "Solved", "risk": "At risk", "late": "Late", "back": "Came back", "unconfirmed": "Unconfirmed", "undelivered": "Undelivered", "tag": "Tag",
        "lost": "Connection lost", "kept": "in 18 min", "reply": "Reply", "note": "Note", "accepted": "Received", "solving": "Solving", "word": "The customer's word", "example": "Example",
        "customer": "Olga Veresaeva", "agent": "Marina Shcherbakova", "deputy": "Igor Lytkin", "lead": "Timur Garaev", "subject": "The textbook has not come", "preview": "The parcel is stuck",
        "asked": "The parcel has been standing in Podolsk for three days.", "answered": "A courier will bring it by 13:00 tomorrow.", "noted": "There are two copies in the warehouse.", "said": "Customer: “Yes, it is solved”, 5 of 5",
        "menu": "Menu", "dialog": "Dialog", "tags": "Tags", "history": "History", "handover": "Say what has been done so far", "wait": "The letter leaves in 8 s", "select": "Select", "by_mail": "E-mail",
        "b_risk": "25 minutes to the promised answer.", "b_undelivered": "The letter was not delivered: the mailbox is full.", "b_satisfied": "The customer said: it is solved.",
        "legend": "How satisfied are you?", "low": "1: not at all", "high": "5: completely", "letter": "Good afternoon, Olga!", "to": "To:", "write": "Your reply", "attach": "Attach a file",
        "bold": "Bold", "list": "List", "insert": "Link", "query": "textbook", "search": "Find or do", "cases": "Cases", "do": "Do", "new": "New case",
        "open": "Open", "returned": "Came back", "who": "Agent", "happy": "Customers satisfied", "range": "83 to 90 %, 277 of 341 answered", "shown": "50 cases",
        "nobody": "Nobody is waiting", "fine": "A new case will appear here by itself.", "next": "Next word", "first": "First answer", "file": "order-status.png", "budget": "420 of 3,000 ₽ used",
    },
}  # fmt: skip
FIELDS = {
    "ru": {
        "order": "Номер заказа", "order_hint": "Он есть в письме с темой «Заказ принят»", "mail": "Почта", "mail_error": "После @mail не хватает окончания, например .ru",
        "topic": "Тема", "topics": ("Доставка", "Оплата"), "tell": "Сообщать о доставке письмом", "way": "Как ответить", "ways": ("Письмом", "Звонком"), "number": "Нельзя изменить",
    },
    "en": {
        "order": "Order number", "order_hint": "It is in the letter called “Order accepted”", "mail": "E-mail", "mail_error": "The ending after @mail is missing, for example .com",
        "topic": "Topic", "topics": ("Delivery", "Payment"), "tell": "Tell me about delivery by e-mail", "way": "How to answer", "ways": ("By letter", "By phone"), "number": "Cannot be changed",
    },
}  # fmt: skip
COLOURS = (
    "paper", "surface", "hover", "ink", "ink-3", "accent-solid", "satisfied-solid", "solved-solid",
    "risk-solid", "late-solid", "back-solid", "unconfirmed-solid", "undelivered-solid",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Half:
    """One theme of the page with a form of its own, so that ids never meet twice."""

    theme: str
    title: str
    form: forms.Form


def showcase(themes: list[str]) -> dict[str, Any]:
    """Context of ``ui/style.html`` in the active language."""
    language = "ru" if (get_language() or "").startswith("ru") else "en"
    words = WORDS[language]
    now = timezone.now()
    return {
        "w": words,
        "f": figures(language),
        "kinds": kinds(language),
        "colours": COLOURS,
        "halves": [Half(theme=theme, title=words[theme], form=_form(theme, FIELDS[language])) for theme in themes],
        "now": now,
        "soon": now + timedelta(minutes=25, seconds=30),
        "late": now - timedelta(minutes=12, seconds=10),
        "later": now + timedelta(days=3),
        "photos": {name: static(f"ui/people/{name}.svg") for name in ("marina", "igor", "aigul", "denis")},
    }


def _form(prefix: str, words: dict[str, Any]) -> forms.Form:
    fields = {
        "order": forms.CharField(label=words["order"], help_text=words["order_hint"]),
        "mail": forms.EmailField(label=words["mail"], error_messages={"invalid": words["mail_error"]}),
        "topic": forms.ChoiceField(label=words["topic"], required=False, choices=list(enumerate(words["topics"]))),
        "tell": forms.BooleanField(label=words["tell"], required=False),
        "way": forms.ChoiceField(label=words["way"], widget=forms.RadioSelect, choices=list(enumerate(words["ways"]))),
        "number": forms.CharField(label=words["number"], disabled=True, initial="2417", required=False),
    }
    typed = {"order": "10 482", "mail": "veresaeva.o@mail", "topic": "0", "tell": "on", "way": "0"}
    sample: type[forms.Form] = type("Sample", (forms.Form,), fields)
    return sample({f"{prefix}-{key}": value for key, value in typed.items()}, prefix=prefix)
