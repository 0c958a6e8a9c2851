# ruff: noqa: E501 (a table of words)
"""The six kinds of pages on the living style page: each long, empty and broken, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone

from otklik.ui.showcase_figures import figures

KINDS: Final = ("list", "record", "editor", "figures", "settings", "steps")
STATES: Final = ("long", "empty", "broken")
ROWS: Final = 60
WORDS: Final[dict[str, dict[str, str]]] = {
    "ru": {
        "list": "Список", "record": "Запись", "editor": "Редактор", "figures": "Показатели", "settings": "Настройки", "steps": "Шаги",
        "long": "Длинное", "empty": "Пустое", "broken": "Сломанное", "light": "Светлая", "dark": "Тёмная", "parts": "Части оформления",
        "name": "Константин Константинович Константинопольский-Заборовский, старший специалист по работе с корпоративными клиентами",
        "unbroken": "Рентгеноэлектрокардиографического_отделения_заведующий_без_единого_пробела@очень-длинный-домен.пример",
        "short": "Ольга Вересаева", "subject": "Не пришёл учебник", "address": "Адрес", "organization": "Организация", "since": "Знаем с", "known": "Клиенты",
        "lead": "Все, кто хоть раз обратился, новые сверху.", "find": "Имя, адрес или телефон", "new": "Новая запись", "all": "Все", "mine": "Мои", "views": "Подборки",
        "done_many": "Отметить", "send_many": "Отправить", "asks_many": "Что ушло, вернуть нельзя.", "note_many": "Записать", "nobody": "Клиентов пока нет", "comes": "Кто первым напишет, появится здесь сам.", "who": "Кто", "number": "Номер",
        "failed": "Письмо не доставлено: ящик переполнен.", "problem": "Адрес не отвечает с 14:02. Ничего не потеряно, мы пробуем снова.", "open": "Открыто", "solved": "Решено",
        "back": "Назад", "act": "Отметить решённым", "read": "Читать", "versions": "Версии", "said": "Слова клиента", "about": "О записи", "owner": "Ответственный",
        "nothing": "Здесь ещё ничего не сказано", "first_word": "Первое слово клиента появится здесь само.", "life": "Что было", "came": "Пришло письмо", "answered": "Ответили",
        "title": "Название", "body": "Текст", "hint": "Как скажет клиент, а не мы", "preview": "Так увидит клиент", "save": "Сохранить и показать", "too_long": "Не больше 80 знаков, сейчас 114",
        "missing": "Напишите, что сделать", "rule": "Сколько дней ждать слова клиента", "does": "Потом напомним, ещё через столько же закроем без подтверждения.", "default": "По умолчанию: 3.",
        "range": "От 1 до 30 дней", "mail": "Почта", "rules": "Правила", "house": "Дом", "voice": "Голос", "changed": "Изменила Ольга, вчера, 16:20",
        "step_1": "Назовите компанию", "step_2": "Подключите почту, с которой клиенты привыкли получать письма, или возьмите нашу", "step_3": "Пригласите коллег",
        "step_about": "Имя стоит в каждом письме и на каждой странице, которую видит клиент.", "go": "Открыть", "done": "Сделано: 1 из 3.", "imported": "Ничего не загружено: исправьте и выберите файл ещё раз",
        "line": "Строка 3", "wrong": "Нет названия", "file": "Файл", "load": "Загрузить", "no_steps": "Всё настроено", "writable": "Клиенты могут писать, им есть кому ответить.",
    },
    "en": {
        "list": "List", "record": "Record", "editor": "Editor", "figures": "Figures", "settings": "Settings", "steps": "Steps",
        "long": "Long", "empty": "Empty", "broken": "Broken", "light": "Light", "dark": "Dark", "parts": "Parts of the design",
        "name": "Konstantin Konstantinovich Konstantinopolsky-Zaborovsky, senior specialist for corporate customers and their subsidiaries",
        "unbroken": "head_of_the_department_of_electrocardiography_without_a_single_space@a-very-long-domain-name.example",
        "short": "Olga Veresaeva", "subject": "The textbook has not come", "address": "Address", "organization": "Organization", "since": "Known since", "known": "Customers",
        "lead": "Everybody who ever turned to us, the newest first.", "find": "Name, address or phone", "new": "New record", "all": "All", "mine": "Mine", "views": "Views",
        "done_many": "Mark", "send_many": "Send", "asks_many": "What has left cannot be taken back.", "note_many": "Note", "nobody": "No customers yet", "comes": "Whoever writes first appears here by themselves.", "who": "Who", "number": "Number",
        "failed": "The letter was not delivered: the mailbox is full.", "problem": "The address has not answered since 14:02. Nothing is lost, we try again.", "open": "Open", "solved": "Solved",
        "back": "Back", "act": "Mark as solved", "read": "Read", "versions": "Versions", "said": "The customer's words", "about": "About it", "owner": "Owner",
        "nothing": "Nothing was said here yet", "first_word": "The customer's first word will appear here by itself.", "life": "What happened", "came": "A letter came", "answered": "Answered",
        "title": "Title", "body": "Text", "hint": "As a customer would say it, not we", "preview": "As the customer will see it", "save": "Save and look", "too_long": "At most 80 characters, now 114",
        "missing": "Say what should be done", "rule": "How many days to wait for the customer's word", "does": "Then we remind them, and after the same time close it as unconfirmed.", "default": "By default: 3.",
        "range": "From 1 to 30 days", "mail": "Mail", "rules": "Rules", "house": "The house", "voice": "Voice", "changed": "Changed by Olga, yesterday, 16:20",
        "step_1": "Name the company", "step_2": "Connect the mail that customers are used to getting letters from, or take ours", "step_3": "Invite colleagues",
        "step_about": "The name stands in every letter and on every page that a customer sees.", "go": "Open", "done": "Done: 1 of 3.", "imported": "Nothing was imported: mend this and choose the file again",
        "line": "Line 3", "wrong": "No title", "file": "File", "load": "Import", "no_steps": "Everything is set up", "writable": "Customers can write, and somebody answers them.",
    },
}  # fmt: skip


def kinds(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each kind with its states, and what the page of each is called."""
    words = WORDS[language]
    return [(kind, [(state, f"{words[kind]}: {words[state].lower()}") for state in STATES]) for kind in KINDS]


def kind_page(kind: str, state: str, language: str) -> dict[str, Any]:
    """Context of ``ui/samples/KIND.html``: the kind filled with long, empty or broken content."""
    words = WORDS[language]
    return {
        "w": words, "kind_name": kind, "state": state, "page_face": "ui/samples/face.html",
        "kinds": [(name, words[name]) for name in KINDS], "states": [(name, words[name]) for name in STATES],
        "frame": _frame(words), "current": "rules", "title": words[kind], "now": timezone.now(),
        "soon": timezone.now() + timedelta(minutes=25), **_FILLED[kind](words, state, language),
    }  # fmt: skip


def _frame(words: Mapping[str, str]) -> dict[str, Any]:
    pages = [{"url": "#main", "route": name, "icon": "settings", "label": words[name]} for name in ("mail", "rules")]
    return {"settings_home": "#all", "settings": [(words["house"], pages), (words["voice"], pages[:1])]}


def _list(words: Mapping[str, str], state: str, _language: str) -> dict[str, Any]:
    names = (words["name"], words["unbroken"], words["short"])
    rows = [{"number": place + 1, "name": names[place % 3]} for place in range(ROWS)]
    form = _form({"who": words["who"], "number": words["number"]}, {"number": "x"}, {"number": words["range"]})
    return {
        "rows": {"long": rows, "broken": rows[:2]}.get(state, []),
        "next": "cursor" if state == "long" else "",
        "is_narrowed": state == "broken",
        "filter": form if state == "broken" else None,
        "find": {"label": words["find"], "placeholder": words["find"], "words": ""},
        "order": _Order(words),
        "bulk": _bulk(words),
    }


def _bulk(words: Mapping[str, str]) -> dict[str, Any]:
    """Three things for many rows: one at once, one that asks before, one that wants words."""
    asked = _form({"note": words["body"]}, {}, {}, long="note")
    deeds = [
        ({"name": "done", "label": words["done_many"], "icon": "check", "asks": ""}, None),
        ({"name": "send", "label": words["send_many"], "icon": "send", "asks": words["asks_many"]}, None),
        ({"name": "note", "label": words["note_many"], "icon": "note", "asks": ""}, asked),
    ]
    return {"url": "#main", "view": "", "next": "", "count": "#main", "deeds": deeds}


class _Order:
    """A list sorted by the moment, the latest first, which a press sorts by name."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self.column = _Way(name="since", label=words["since"], sort="since", now="descending")
        self.ways = [_Way(name="name", label=words["who"], sort="name", now=""), self.column]


@dataclass(frozen=True, kw_only=True)
class _Way:
    name: str
    label: str
    sort: str
    now: str


def _record(words: Mapping[str, str], state: str, _language: str) -> dict[str, Any]:
    said = [words["name"], words["unbroken"], words["subject"]] * 4
    return {"rows": {"long": said, "broken": said[:2]}.get(state, [])}


def _editor(words: Mapping[str, str], state: str, _language: str) -> dict[str, Any]:
    labels = {"title": words["title"], "body": words["body"]}
    typed = {"long": {"title": words["name"], "body": f"{words['unbroken']}\n{words['name']}\n" * 20}}
    errors = {"title": words["too_long"], "body": words["missing"]} if state == "broken" else {}
    form = _form(labels, typed.get(state, {}), errors, long="body", hint=words["hint"])
    if state == "empty":
        return {"form": form, "shape": "ui/kinds/editor.html", "versions": []}
    form.fields["edits"] = forms.IntegerField(widget=forms.HiddenInput, required=False)
    draft = {"returned_because": words["problem"] if state == "broken" else ""}
    # without addresses nothing is saved and nothing asked: the page shows the kind, and keeps no words
    drafted: dict[str, Any] = {
        "shape": "ui/kinds/editor_drafted.html",
        "draft": draft,
        "save_url": "",
        "preview_url": "",
        "theirs": _changes(words) if state == "broken" else None,
    }
    return {"form": form, **drafted, **_versions(words)}


def _changes(words: Mapping[str, str]) -> list[dict[str, Any]]:
    """What is different between two texts, as ``foundation.text.differences`` says it."""
    pieces = [
        ("same", f"{words['step_1']}. "),
        ("removed", words["nothing"]),
        ("added", words["step_2"]),
        ("same", "\n"),
    ]
    near = {"lines": 1, "is_far": False, "pieces": [{"kind": kind, "text": text} for kind, text in pieces]}
    far = {"lines": 12, "is_far": True, "pieces": [{"kind": "same", "text": f"{words['name']}\n" * 12}]}
    return [near, far]


def _versions(words: Mapping[str, str]) -> dict[str, Any]:
    """Three versions, two of them compared, as ``foundation.http.versions`` gives them."""
    now = timezone.now()
    author, approver = {"name": words["short"]}, {"name": words["name"]}
    about = (
        (3, words["open"], "", words["name"], None, None), (2, words["solved"], "satisfied", words["subject"], None, approver),
        (1, "", "", "", 1, None),
    )  # fmt: skip
    rows = [
        {
            "badge": badge, "tone": tone, "back": "" if number == 3 else "#main",  # noqa: PLR2004 - the newest
            "version": {
                "pk": number, "number": number, "author": author, "approver": who, "as_in": as_in,
                "change_note": note, "since": now - timedelta(days=9 - 3 * number),
            },
        }
        for number, badge, tone, note, as_in, who in about
    ]  # fmt: skip
    return {
        "versions": rows, "new": rows[0]["version"], "old": rows[1]["version"],
        "changes": [(words["body"], _changes(words)), (words["title"], _changes(words)[:1])],
    }  # fmt: skip


def _figures(_words: Mapping[str, str], state: str, language: str) -> dict[str, Any]:
    return {"f": figures(language), "periods": (1, 7, 30), "days": 7, "aged": figures(language)["kept"], "is_empty": state == "empty"}  # fmt: skip


def _settings(words: Mapping[str, str], state: str, _language: str) -> dict[str, Any]:
    labels = {"days": words["rule"], "name": words["title"]}
    typed = {"days": "3", "name": words["name"]} if state == "long" else {"days": "300"} if state == "broken" else {}
    hint = f"{words['does']} {words['default']}"
    errors = {"days": words["range"]} if state == "broken" else {}
    rows = [{"url": "#main", "title": one, "about": words["does"], "badge": words["open"], "tone": ""} for one in (words["name"], words["unbroken"])]  # fmt: skip
    return {"about": words["does"], "form": _form(labels, typed, errors, hint=hint), "rows": rows if state != "empty" else []}  # fmt: skip


def _steps(words: Mapping[str, str], state: str, _language: str) -> dict[str, Any]:
    states = {"long": ("done", "now", "later"), "broken": ("done", "now")}.get(state, ())
    titles = (words["step_1"], words["step_2"], words["step_3"])
    steps = [{"state": one, "title": title} for one, title in zip(states, titles, strict=False)]
    return {"rows": steps, "is_broken": state == "broken", "at": 2 if steps else 0, "of": len(steps)}


_FILLED: Final = {
    "list": _list, "record": _record, "editor": _editor, "figures": _figures, "settings": _settings, "steps": _steps,
}  # fmt: skip


def _form(labels: Mapping[str, str], typed: Mapping[str, str], errors: Mapping[str, str], *, long: str = "", hint: str = "") -> forms.Form:  # fmt: skip
    """A form with these fields; bound when something is wrong with them."""
    fields = {
        name: forms.CharField(label=label, help_text=hint, widget=forms.Textarea(attrs={"rows": 5}) if name == long else None)
        for name, label in labels.items()
    }  # fmt: skip
    sample: type[forms.Form] = type("Sample", (forms.Form,), fields)
    form = sample(dict.fromkeys(labels, "…") | dict(typed)) if errors else sample(initial=dict(typed))
    for name, text in errors.items():
        form.add_error(name, text)
    return form
