"""A small help centre in the house, written by the API as another program would."""

import httpx

from tests.browser.house import House

BODY = """Обычно помогает одно из трёх.

## Обновите страницу

1. Закройте вкладку.
2. Откройте её снова.

## Проверьте связь

> [!TIP]
> Видео идёт и по мобильной сети.

| Скорость | Что видно |
|---|---|
| 1 Мбит/с | только звук |
| 5 Мбит/с | всё |

## Напишите нам

Мы посмотрим вместе с вами.
"""
ENGLISH = """One of three things usually helps.

## Reload the page

1. Close the tab.
2. Open it again.

## Check your connection

> [!TIP]
> The video also plays over a mobile network.

## Write to us

We look at it together with you.
"""


def shelve(house: House) -> None:
    """A section and two articles, each in both languages; those of ``/help/lesson`` share their address."""
    token = house.otklik("token", "create", "--user", "vera@gorizont.example").strip().splitlines()[-1]
    with httpx.Client(base_url=f"{house.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60) as api:
        section = {"slug": "study", "titles": {"ru": "Занятия", "en": "Lessons"}, "icon": "school"}
        _made(api, "/knowledge/sections", section)
        common = {"section": "study", "owner": "marina@gorizont.example"}
        russian = _article(
            api,
            common
            | {
                "slug": "lesson",
                "title": "Не открывается видео урока",
                "body": BODY,
                "summary": "Три быстрых способа.",
            },
        )
        _article(
            api,
            common
            | {
                "slug": "lesson",
                "language": "en",
                "original": russian,
                "title": "The lesson video does not open",
                "body": ENGLISH,
                "summary": "Three quick ways.",
            },
        )
        _article(api, common | {"slug": "spravka", "title": "Где взять справку для вычета?", "body": "В кабинете."})
        _article(
            api,
            common | {"slug": "receipt", "language": "en", "title": "Where is my receipt?", "body": "In your account."},
        )


def _article(api: httpx.Client, values: dict[str, object]) -> int:
    number = int(_made(api, "/knowledge/articles", values)["id"])
    _made(api, f"/knowledge/articles/{number}/publish", {})
    return number


def _made(api: httpx.Client, path: str, values: dict[str, object]) -> dict[str, int]:
    answer = api.post(path, json=values)
    assert answer.is_success, answer.text
    made: dict[str, int] = answer.json()
    return made
