"""The six kinds of pages on the living style page: no database is asked, and the keys of a kind stand in its page."""

import re
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import include, path

from otklik.ui.showcase_kinds import KINDS, STATES
from tests.ui.test_components import Elements

urlpatterns = [path("ui/", include("otklik.ui.urls")), path("i18n/", include("django.conf.urls.i18n"))]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", STATES)
def test_a_kind_is_drawn_from_its_words_alone(client: Client, kind: str, state: str) -> None:
    for language in ("ru", "en"):
        html = client.get(f"/ui/kinds/{kind}/{state}/?lang={language}&theme=dark").text
        elements = Elements(html).found

        assert f'data-kind="{kind}"' in html
        assert re.search(rf'<html lang="{language}" data-face="desk"\s+data-theme="dark"\s*>', html)
        assert not re.search(r"<c-|\{\{|\{%", html)
        assert not [
            tag for tag, attributes in elements if re.search(r"\b(?:style|on(?!e\b)\w+)\b", " ".join(attributes))
        ]
        ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
        assert len(ids) == len(set(ids))


def test_a_kind_or_a_state_that_is_none_is_not_found(client: Client) -> None:
    assert client.get("/ui/kinds/board/long/").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/ui/kinds/list/full/").status_code == HTTPStatus.NOT_FOUND


def test_the_style_page_leads_to_every_kind(client: Client) -> None:
    html = client.get("/ui/?lang=en").text

    assert {f"{kind}/{state}" for kind in KINDS for state in STATES} == set(re.findall(r"/ui/kinds/(\w+/\w+)/", html))


def test_the_next_page_of_a_list_keeps_the_filters_and_leads_back_to_the_beginning(client: Client) -> None:
    html = client.get("/ui/kinds/list/long/?lang=en&q=a%26b&after=x").text

    assert 'href="?lang=en&amp;q=a%26b&amp;after=cursor" rel="next"' in html
    assert 'href="?lang=en&amp;q=a%26b" rel="start"' in html


def test_an_empty_list_that_was_narrowed_leads_back_to_all(client: Client) -> None:
    narrowed, empty = (client.get(f"/ui/kinds/list/{state}/?lang=en").text for state in ("broken", "empty"))

    assert narrowed.count(">Show all</a>") == 1
    assert ">Show all</a>" not in empty
