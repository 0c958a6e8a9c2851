"""The settings of the help button."""

import pytest

from otklik.foundation.models import Event
from otklik.foundation.policies import policy
from tests.building import make_agent, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
PATH = "/desk/settings/widget"
CHOSEN = {
    "widget__position": "left",
    "label_ru": "Нужна помощь?",
    "label_en": "",
    "widget__accent": "#AA3300",
    "widget__language": "",
    "widget__theme": "dark",
    "widget__origins": "shop.example\nhttps://Курсы.рф/o-nas\nhttp://localhost:3000\nhttps://*.school.example\n",
}


def test_what_is_chosen_is_what_the_script_says() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    answer = vera.post(PATH, CHOSEN)

    assert answer.status_code == 302
    assert policy("widget.origins") == [
        "http://localhost:3000", "https://*.school.example", "https://shop.example", "https://xn--j1amdg6b.xn--p1ai",
    ]  # fmt: skip
    assert policy("widget.labels") == {"ru": "Нужна помощь?"}
    assert '"accent":"#aa3300"' in vera.get("/widget.js").text
    assert '"theme":"dark"' in vera.get("/widget.js").text
    page = vera.get(PATH).text
    assert "Нужна помощь?" in page
    assert "/widget.js&quot; async&gt;" in page or '/widget.js" async&gt;' in page
    changed = Event.objects.get(name="foundation.policies_changed").payload["names"]
    assert set(changed) == {"widget.accent", "widget.labels", "widget.origins", "widget.position", "widget.theme"}
    assert "сайты с кнопкой помощи" in vera.get("/desk/audit/").text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("widget__accent", "red"),
        ("widget__position", "middle"),
        ("widget__origins", "https://"),
        ("widget__origins", "ftp://shop.example"),
        ("widget__origins", "https://*"),
        ("widget__origins", "*"),
        ("widget__origins", "https://ivan:secret@shop.example"),
        ("widget__origins", "https://shop.example:port"),
        ("widget__origins", "javascript:alert(1)"),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: str) -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    assert vera.post(PATH, CHOSEN | {field: value}).status_code == 422
    assert policy("widget.origins") == []


def test_only_those_who_set_the_house_open_it() -> None:
    for client in (desk(make_lead()), desk()):
        assert client.get(PATH).status_code == 403
        assert client.get(f"{PATH}/preview").status_code == 403


def test_the_preview_is_framed_by_the_desk_alone_and_shows_what_is_not_saved_yet() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    tried = {"position": "left", "accent": "#aa3300", "language": "ru", "label_ru": '"><b>', "label_en": "Help me"}
    answer = vera.get(f"{PATH}/preview", tried)

    assert "frame-src 'self'" in vera.get(PATH)["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert 'data-position="left" data-accent="#aa3300"' in answer.text
    assert 'data-label="&quot;&gt;&lt;b&gt;"' in answer.text
    assert 'data-language="ru"' in answer.text
