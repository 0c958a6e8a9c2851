"""What only a real browser can prove: the policy is obeyed, axe finds nothing, the small scripts do their work."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from socketserver import ThreadingMixIn
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template import Context, Template
from django.urls import include, path
from playwright.sync_api import Browser, ConsoleMessage, Page
from pytest_django import Settings

PLAY = """{% extends "ui/desk.html" %}{% load ui %}
{% block title %}Play{% endblock %}{% block heading %}Play{% endblock %}
{% block content %}<form method="post" action="/act" enctype="multipart/form-data"
 hx-post="/act" hx-target="#answer" data-draft="/draft">{% csrf_token %}
<otk-editor><label for="words">Words</label><textarea id="words" name="words"></textarea>
<button type="button" data-put="bold">Bold</button></otk-editor>
<otk-files><label>Files <input type="file" name="files" multiple></label></otk-files>
<span data-draft-status></span>
<button name="go" value="ok">Good</button>
<button name="go" value="422">Wrong</button>
<button name="go" value="500">Broken</button>
<button name="go" value="302">Away</button>
<button name="go" value="refused">Refused</button>
<button name="go" value="undo">Undoable</button></form>
<div id="answer"><p>untouched</p></div>{% endblock %}"""


@dataclass
class Taken:
    code: str = "taken"
    text: str = "Igor was first. Your text is safe."


def play(request: HttpRequest) -> HttpResponse:
    context = Context({"request": request, "csrf_token": "not-checked-here", "messages": []})
    return HttpResponse(Template(PLAY).render(context))


def act(request: HttpRequest) -> HttpResponse:
    names = ", ".join(file.name for file in request.FILES.getlist("files"))
    answers = {
        "ok": HttpResponse(f'<p id="done">{names or "done"}</p>'),
        "422": HttpResponse('<input aria-label="E-mail" id="bad" aria-invalid="true">', status=422),
        "500": HttpResponse("<h1>Traceback</h1>", status=500),
        "302": HttpResponseRedirect("/ui/?theme=light"),
        "refused": render(request, "ui/refusal.html#part", {"refusal": Taken()}, status=422),
        "undo": HttpResponse(headers={"HX-Trigger": json.dumps({"otk:toast": {"text": "Решено", "undo": "/undo"}})}),
    }
    return answers[request.POST["go"]]


def undo(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(headers={"HX-Trigger": json.dumps({"otk:toast": {"text": "Undone"}})})


urlpatterns = [
    path("ui/", include("otklik.ui.urls")),
    path("play", play),
    path("act", act),
    path("undo", undo),
    path("draft", lambda _request: JsonResponse({"was": "1"})),
]
pytestmark = [pytest.mark.browser, pytest.mark.urls(__name__), pytest.mark.django_db(transaction=True)]


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        pass


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "Csrf" not in name and "WhiteNoise" not in name]
    with make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="en", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: _note(message, problems))
    yield page
    context.close()
    assert problems == []


def _note(message: ConsoleMessage, problems: list[str]) -> None:
    expected = "the server responded with a status of"
    if message.type in {"error", "warning"} and expected not in message.text:
        problems.append(message.text)


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(page: Page, language: str, theme: str) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/ui/?theme={theme}&lang={language}")

        violations = Axe().run(page).response["violations"]

        assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_wrong_form_gets_the_focus_and_the_right_one_its_answer(page: Page) -> None:
    page.goto("/play")

    page.click("text=Wrong")
    page.wait_for_selector("#bad:focus")
    page.click("text=Good")

    assert page.text_content("#done") == "done"


def test_a_broken_server_leaves_the_page_as_it_is(page: Page) -> None:
    page.goto("/play")
    page.fill("#words", "Long letter")

    page.click("text=Broken")

    assert page.text_content(".toast") == "That did not work. Nothing is lost, try again"
    assert page.text_content("#answer") == "untouched"
    assert page.input_value("#words") == "Long letter"


def test_a_refusal_says_why_and_leaves_the_page_as_it_is(page: Page) -> None:
    page.goto("/play")

    page.click("text=Refused")

    page.wait_for_selector(".toast >> text=Igor was first. Your text is safe.")
    assert page.text_content("#answer") == "untouched"


def test_a_redirect_is_a_navigation(page: Page) -> None:
    page.goto("/play")

    page.click("text=Away")

    page.wait_for_url("**/ui/?theme=light")


def test_what_was_done_can_be_undone(page: Page) -> None:
    page.goto("/play")
    page.click("text=Undoable")

    page.click(".toast >> text=Undo")

    page.wait_for_selector(".toast >> text=Undone")
    assert page.locator(".toast").count() == 1


def test_chosen_files_add_up_and_can_be_removed(page: Page) -> None:
    page.goto("/play")
    for name in ("photo.png", "scan.pdf"):
        page.set_input_files("[name=files]", [{"name": name, "mimeType": "text/plain", "buffer": b"x"}])

    page.click("[aria-label='Remove photo.png']")
    page.click("text=Good")

    page.wait_for_selector("#done")
    assert page.text_content("#done") == "scan.pdf"


def test_a_draft_is_saved_and_marked_text_can_be_unmarked(page: Page) -> None:
    page.goto("/play")
    page.focus("#words")
    page.keyboard.type("word")
    page.keyboard.press("Control+a")

    page.keyboard.press("Control+b")
    marked = page.input_value("#words")
    page.keyboard.press("Control+z")

    assert (marked, page.input_value("#words")) == ("**word**", "word")
    page.wait_for_selector("[data-draft-status]:text('Draft saved at')")


def test_menus_and_dialogs_obey_the_keyboard(page: Page) -> None:
    page.goto("/ui/?theme=light&lang=en")
    page.focus("[popovertarget=light-menu]")

    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    first = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Escape")

    assert first == "Hand over"
    assert page.evaluate("document.activeElement.getAttribute('popovertarget')") == "light-menu"
    page.click("[data-open=light-dialog]")
    assert page.evaluate("document.getElementById('light-dialog').open")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.getElementById('light-dialog').open")


def test_the_theme_changes_at_once_and_stays(page: Page) -> None:
    page.goto("/play")
    page.emulate_media(color_scheme="dark")

    page.click("[data-theme-toggle] button")
    at_once = page.get_attribute("html", "data-theme")
    page.reload()

    assert (at_once, page.get_attribute("html", "data-theme")) == ("light", "light")
