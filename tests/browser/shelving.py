"""A small help centre in the house, written by the API as another program would.

It speaks of what no other test writes about, so that no letter of theirs meets an article that may help.
"""

import httpx

from tests.browser.house import House

BODY = """Арфа держит строй, если её настраивать понемногу.

## Согрейте струны

1. Снимите чехол.
2. Подождите десять минут.

## Настройте по камертону

> [!TIP]
> Начинайте с самой низкой струны.

| Струна | Нота |
|---|---|
| первая | до |
| вторая | ре |

## Позовите мастера

Он послушает инструмент вместе с вами.
"""
ENGLISH = """A harp keeps its tuning when you tune it little by little.

## Warm the strings

1. Take off the cover.
2. Wait for ten minutes.

## Use a tuning fork

> [!TIP]
> Begin with the lowest string.

## Call a luthier

They listen to the instrument together with you.
"""


def shelve(house: House) -> None:
    """A section and two articles, each in both languages; those of ``/help/harp`` share their address."""
    token = house.otklik("token", "create", "--user", "vera@gorizont.example").strip().splitlines()[-1]
    with httpx.Client(base_url=f"{house.url}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60) as api:
        section = {"slug": "study", "titles": {"ru": "Инструменты", "en": "Instruments"}, "icon": "school"}
        _made(api, "/knowledge/sections", section)
        common = {"section": "study", "owner": "marina@gorizont.example"}
        russian = _article(
            api,
            common
            | {
                "slug": "harp",
                "title": "Как настроить арфу?",
                "body": BODY,
                "summary": "Тепло, камертон и терпение.",
            },
        )
        _article(
            api,
            common
            | {
                "slug": "harp",
                "language": "en",
                "original": russian,
                "title": "How do I tune a harp?",
                "body": ENGLISH,
                "summary": "Warmth, a fork and patience.",
            },
        )
        _article(api, common | {"slug": "smychok", "title": "Где хранить смычок?", "body": "В футляре."})
        _article(
            api,
            common | {"slug": "bow", "language": "en", "title": "Where do I keep a bow?", "body": "In its case."},
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
