"""A house without one of its modules, each in its turn: no trace of it anywhere, and all of it back afterwards.

A module is tested here by standing in the list: what it brings is read from its manifest and from the addresses.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.test import Client
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, resolve, reverse
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app as jobs

from otklik.cases.actions import alert, erase_person
from otklik.cases.export import personal_data
from otklik.cases.models import Alert, Case
from otklik.cases.queries import case_link
from otklik.commands import doctor
from otklik.config.urls import urlpatterns
from otklik.foundation.actors import Role
from otklik.foundation.events import announcing
from otklik.foundation.in_use import app_of, switchable
from otklik.foundation.manifest import Module, Page
from otklik.foundation.switching import switch_module
from otklik.reach import gate
from otklik.reach.models import Conversation
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, fresh, make_agent, make_case
from tests.desk.test_articles import published
from tests.desk.visiting import desk

pytestmark = [pytest.mark.django_db, pytest.mark.parametrize("module", switchable(), ids=lambda one: one.name)]
MOST_PAGES = 150
LINK = re.compile(r'\b(?:href|action|formaction|src|hx-get|hx-post|hx-delete|data-[a-z]+)="(/[^"#]*)')
NOT_FOLLOWED = re.compile(r"/(?:static|files|live|i18n|account)/|\.(?:png|ico|csv|xlsx|zip|webmanifest)$|/original$")


@pytest.fixture
def vera() -> Agent:
    """An admin who sees everything."""
    return make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)


@pytest.fixture
def case(vera: Agent) -> Case:
    """Of a satisfied customer, in a house in which something can be read."""
    published(vera)
    return make_case(owner=vera, subject="Возврат денег", text="Прошу вернуть деньги за учебник.")


def off(module: Module, vera: Agent) -> None:
    switch_module(name=module.name, is_on=False, actor=acting(vera))


def on(module: Module, vera: Agent) -> None:
    switch_module(name=module.name, is_on=True, actor=acting(vera))


def belongs(match: ResolverMatch, module: Module) -> bool:
    return module.name in match.namespaces or getattr(match.func, "only_with", "") == module.name


def addresses(module: Module, patterns: Sequence[Any] = urlpatterns, names: tuple[str, ...] = ()) -> Iterator[str]:
    """Every address of the module's pages, and of others' pages about it; 1 for a number, «x» for a word."""
    for one in patterns:
        if isinstance(one, URLResolver):
            inside = (*names, one.namespace) if one.namespace else names
            yield from addresses(module, one.url_patterns, inside)
        elif isinstance(one, URLPattern) and module.name in {*names, getattr(one.callback, "only_with", "")}:
            kinds = one.pattern.converters
            given = {key: 1 if type(kind).__name__ == "IntConverter" else "x" for key, kind in kinds.items()}
            yield reverse(":".join((*names, str(one.name))), kwargs=given)


def operations(module: Module) -> Iterator[tuple[str, str]]:
    """Method and path of each operation of its API."""
    if module.api:
        for path, view in import_string(module.api).path_operations.items():
            for operation in view.operations:
                yield from ((method, re.sub(r"\{[^}]+\}", "1", path)) for method in operation.methods)


def offered(module: Module) -> list[Page]:
    return [*module.navigation, *module.settings, *module.pages]


def walked(browser: Client, starts: Sequence[str]) -> dict[str, str]:
    """Every page that links lead to → its text; each address that ends in a number is followed once."""
    texts: dict[str, str] = {}
    ways, kinds = list(starts), set()
    while ways and len(texts) < MOST_PAGES:
        path = ways.pop(0)
        kind = re.sub(r"\d+", "1", path)
        if kind in kinds or NOT_FOLLOWED.search(path):
            continue
        kinds.add(kind)
        answer = browser.get(path)
        if answer.status_code == 200 and answer.headers.get("Content-Type", "").startswith("text/html"):
            texts[path] = answer.text
            ways += [way.replace("&amp;", "&") for way in LINK.findall(answer.text)]
    return texts


def leading(texts: dict[str, str], module: Module) -> list[str]:
    """Links of these pages that lead to the module's."""
    found = []
    for path, text in texts.items():
        for way in LINK.findall(text):
            try:
                match = resolve(urlsplit(way).path)
            except Resolver404:
                continue
            if belongs(match, module):
                found.append(f"{path} → {way}")
    return found


# ── Pages ─────────────────────────────────────────────────────────────────────────────────
def test_no_link_of_the_staff_leads_there(module: Module, vera: Agent, case: Case) -> None:
    browser = desk(vera)
    starts = ["/desk/", f"/desk/cases/{case.pk}/", f"/desk/customers/{case.customer_id}/", "/desk/alerts/"]
    assert leading({path: browser.get(path).text for path in starts}, module)

    off(module, vera)

    texts = walked(browser, starts)
    assert len(texts) > 40
    assert leading(texts, module) == []


def test_no_link_of_the_customers_leads_there(module: Module, vera: Agent, case: Case, client: Client) -> None:
    starts = ["/", "/contact/", "/my/", "/privacy/", f"/case/{case_link(case)}/", "/widget/", "/widget/contact"]

    off(module, vera)

    texts = walked(client, starts)
    assert len(texts) >= len(starts)
    assert leading(texts, module) == []


def test_nothing_stands_at_its_addresses(module: Module, vera: Agent, case: Case, client: Client) -> None:
    browser, ways = desk(vera), list(addresses(module))
    assert ways

    off(module, vera)

    for way in ways:
        for answer in (browser.get(way), browser.post(way), client.get(way)):
            assert answer.status_code == 404, way
        if way.startswith("/desk/"):
            assert 'data-face="desk"' in browser.get(way).text
        else:
            assert 'data-face="portal"' in client.get(way).text
        assert module.switch is not None
        assert str(module.switch.label) not in client.get(way).text


def test_the_palette_and_the_settings_do_not_know_it(module: Module, vera: Agent, case: Case) -> None:
    off(module, vera)
    browser = desk(vera)

    for page in offered(module):
        for asked in ("/desk/palette", "/desk/settings/"):
            assert f'href="{page.url}' not in browser.get(asked, {"q": str(page.label)}).text
    for rule in module.policies:
        field = rule.name.replace(".", "__")
        for path in ("/desk/settings/", "/desk/settings/rules", "/desk/settings/safety"):
            assert f"id_{field}" not in browser.get(path).text


def test_a_pin_of_its_pages_waits_for_it(module: Module, vera: Agent, case: Case) -> None:
    pins = [{"address": page.url, "name": f"Булавка {page.route}"} for page in offered(module)]
    Agent.objects.filter(pk=vera.pk).update(pins=pins[:12])
    browser = desk(vera)
    assert pins[0]["name"] in browser.get("/desk/").text

    off(module, vera)

    assert "Булавка" not in browser.get("/desk/").text
    assert "Булавка" not in browser.get("/desk/palette").text
    on(module, vera)
    assert pins[0]["name"] in browser.get("/desk/").text


# ── Programs ──────────────────────────────────────────────────────────────────────────────
def test_programs_are_told_by_a_code(module: Module, vera: Agent, case: Case) -> None:
    program = Program(vera)
    calls = {"GET": program.get, "POST": lambda path: program.post(path, "{}"), "DELETE": program.delete}

    off(module, vera)

    for method, path in operations(module):
        answer = calls[method](path)
        assert (answer.status_code, answer.json()["code"]) == (404, "module_off"), path


def test_the_description_of_the_api_leaves_it_out(module: Module, vera: Agent, client: Client) -> None:
    whole = client.get("/api/v1/openapi.json").json()
    theirs = {f"/api/v1{path}" for _method, path in operations(module)}
    known = {re.sub(r"\{[^}]+\}", "1", path) for path in whole["paths"]}
    assert theirs <= known

    off(module, vera)

    told = client.get("/api/v1/openapi.json").json()
    assert {re.sub(r"\{[^}]+\}", "1", path) for path in told["paths"]} == known - theirs
    spoken = set(re.findall(r'"#/components/schemas/([^"]+)"', client.get("/api/v1/openapi.json").text))
    assert spoken == set(told["components"]["schemas"])
    on(module, vera)
    assert client.get("/api/v1/openapi.json").json() == whole


# ── Behind the scenes ─────────────────────────────────────────────────────────────────────
def test_its_clock_stands_still(module: Module, vera: Agent) -> None:
    done: list[str] = []
    before = [(one, one.run) for one in module.clock]
    tasks: list[Any] = [jobs.tasks[f"{run.__module__}.{run.__name__}"] for _one, run in before]

    off(module, vera)

    try:
        for one, run in before:
            object.__setattr__(one, "run", lambda name=run.__name__: done.append(name))
        for task in tasks:
            task.func(timestamp=0)
        assert done == [run.__name__ for one, run in before if one.while_off]
        on(module, vera)
        done.clear()
        for task in tasks:
            task.func(timestamp=0)
        assert done == [run.__name__ for _one, run in before]
    finally:
        for one, run in before:
            object.__setattr__(one, "run", run)


def test_it_reacts_to_nothing(module: Module, vera: Agent) -> None:
    theirs = [
        one
        for registered in announcing._reactions.values()
        for one in registered
        if app_of(one.path) == module.name and not one.while_off
    ]
    assert all(one.is_there for one in theirs)

    off(module, vera)

    assert not any(one.is_there for one in theirs)


def test_its_alerts_are_silent(module: Module, vera: Agent, case: Case) -> None:
    for kind in module.alerts:
        alert(agent=vera, case=case, reason=kind.name, source="before")

    off(module, vera)
    for kind in module.alerts:
        alert(agent=vera, case=case, reason=kind.name, source="after")

    assert not Alert.objects.filter(reason__in=[kind.name for kind in module.alerts], source="after").exists()
    page = desk(vera).get("/desk/alerts/?all=1").text
    assert not [kind.name for kind in module.alerts if str(kind.title) in page]


def test_its_letters_do_not_leave(module: Module, vera: Agent, case: Case) -> None:
    here = Conversation.objects.get()

    off(module, vera)

    asked = {one.name: gate.ask(conversation=here, address=here.address, purpose=one.name) for one in module.purposes}
    assert {name: verdict.step for name, verdict in asked.items()} == dict.fromkeys(asked, "module_off")


def test_the_doctor_does_not_look_at_it(module: Module, vera: Agent) -> None:
    off(module, vera)

    assert not set(module.checks) & {name for name, _look in doctor._of_the_apps()}


# ── What stays ────────────────────────────────────────────────────────────────────────────
def rows(module: Module) -> dict[str, int]:
    return {one.__name__: one._default_manager.count() for one in apps.get_app_config(module.name).get_models()}


def test_facts_stay_and_come_back(module: Module, vera: Agent, case: Case) -> None:
    browser, before = desk(vera), rows(module)
    pages = [page.url for page in offered(module)]
    assert {browser.get(url).status_code for url in pages} == {200}

    off(module, vera)
    browser.get("/desk/")
    assert rows(module) == before
    on(module, vera)

    assert rows(module) == before
    assert {browser.get(url).status_code for url in pages} == {200}


def test_a_person_s_data_is_still_taken_out_and_erased(
    module: Module, vera: Agent, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    was = module.export, module.erase
    if module.export:
        object.__setattr__(module, "export", lambda _person: asked.append("export") or {})
        object.__setattr__(module, "erase", lambda _person: asked.append("erase"))
    off(module, vera)
    try:
        personal_data(fresh(case).customer, actor=acting(vera)).close()
        erase_person(customer=fresh(case).customer, actor=acting(vera))
    finally:
        object.__setattr__(module, "export", was[0])
        object.__setattr__(module, "erase", was[1])

    assert asked == (["export", "erase"] if was[0] else [])
