import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client
from django.urls import include, path

import otklik.ui
from otklik.ui.templatetags.ui import icon
from tests.ui.test_components import Elements

SPRITE = Path(otklik.ui.__file__).parent / "static/ui/icons/sprite.svg"
urlpatterns = [
    path("ui/", include("otklik.ui.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]  # the pages name the company


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_the_style_page_obeys_the_strict_policy(client: Client, language: str, theme: str) -> None:
    html = client.get(f"/ui/?lang={language}&theme={theme}").text

    elements = Elements(html).found
    assert not [tag for tag, attributes in elements if any(name.startswith(("style", "on")) for name in attributes)]
    assert not [tag for tag, attributes in elements if tag == "script" and not attributes.get("src")]
    assert not re.search(r"<c-|\{\{|\{%", html)
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_icon_that_is_used_is_in_the_sprite(client: Client) -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8")))

    used = set(re.findall(r"sprite[^#\"]*\.svg#([\w-]+)", client.get("/ui/").text))

    assert used <= sprite
    assert "sprite" in icon("mail")


def test_the_theme_is_kept_without_scripts(client: Client) -> None:
    answer = client.post("/ui/theme", {"theme": "dark", "next": "/ui/?lang=en"})

    assert (answer.status_code, answer["Location"]) == (302, "/ui/?lang=en")
    assert '<html lang="en" data-face="desk" data-theme="dark">' in client.get("/ui/?lang=en").text


def test_the_theme_never_leads_to_another_host(client: Client) -> None:
    answer = client.post("/ui/theme", {"theme": "dark", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_an_unknown_theme_is_not_written_into_the_page(client: Client) -> None:
    client.cookies["otk_theme"] = 'x" onload="alert(1)'

    assert "onload" not in client.get("/ui/").text


def test_a_missing_page_offers_a_way_out(client: Client) -> None:
    answer = client.get("/nothing", headers={"accept-language": "en"})

    assert answer.status_code == 404
    assert "Nothing at this address" in answer.text
    assert "Write to a person" in answer.text


@pytest.mark.parametrize("name", ["allauth/layouts/base.html", "allauth/elements/field.html", "account/login.html"])
def test_log_in_wears_our_face(name: str) -> None:
    assert "otklik/ui/templates" in Path(get_template(name).origin.name).as_posix()
