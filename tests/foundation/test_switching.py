"""A house does without a part of Otklik: who says so, who is told, and what cannot be switched off."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from procrastinate.contrib.django import app as jobs

from otklik.cases.actions import alert
from otklik.cases.models import Alert
from otklik.cases.queries import alerts_of
from otklik.desk.audit import lines
from otklik.foundation import in_use as use
from otklik.foundation import modules as read
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.events import announcing, clock
from otklik.foundation.events.announcing import announce, on, react
from otklik.foundation.fitting import misfits
from otklik.foundation.gauges import all_gauges, gauge
from otklik.foundation.in_use import in_use, is_in_use, switched_off
from otklik.foundation.manifest import AlertKind, Every, Module, Page, Policy, Purpose, Switch
from otklik.foundation.models import Event
from otklik.foundation.models import Policy as Kept
from otklik.foundation.policies import policy
from otklik.foundation.switching import ModuleSwitched, states, switch_module
from otklik.reach import gate
from otklik.reach.models import Conversation
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, make_lead, refused
from tests.desk.visiting import desk
from tests.together import while_open

pytestmark = pytest.mark.django_db


def switch(leaves: str = "Цветы уходят.", needs: tuple[str, ...] = ()) -> Switch:
    return Switch(label="Сад", icon="bulb", leaves=leaves, stays="Семена остаются.", needs=needs)


GARDEN = Module(
    name="garden",
    switch=switch(),
    policies=(Policy(name="garden.days", default=7, label="дни"),),
    alerts=(AlertKind(name="garden.dry", told="сухо", title="Сухо", icon="bulb", tone="risk"),),
    purposes=(Purpose(name="garden.news", is_automatic=True),),
)
BOUQUETS = Module(name="bouquets", switch=Switch(label="Букеты", icon="bulb", leaves="", stays="", needs=("garden",)))
INDEXES = (
    read.permissions, read.policies, read.defaults, read.alert_kinds, read.purposes, read.automatic_purposes,
    use.switchable, use._names, use._without, use._alerts, use._purposes, use._rules,
)  # fmt: skip


@pytest.fixture
def vera() -> Agent:
    return make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)


@pytest.fixture
def off(vera: Agent) -> Callable[..., None]:
    """``off("garden")``: the house does without it; ``off("garden", is_on=True)``: no longer."""

    def say(name: str, *, is_on: bool = False) -> None:
        switch_module(name=name, is_on=is_on, actor=acting(vera))

    return say


@pytest.fixture
def more(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """``more(GARDEN)``: the house with one more app."""

    def bring(*brought: Module) -> None:
        whole = (*read.modules(), *brought)
        for where in ("otklik.foundation.modules.modules", "otklik.foundation.in_use.modules"):
            monkeypatch.setattr(where, lambda: whole)
        _forget()

    yield bring
    monkeypatch.undo()
    _forget()


@pytest.fixture
def garden(more: Callable[..., None]) -> None:
    more(GARDEN)


@pytest.fixture
def bouquets(more: Callable[..., None]) -> None:
    """Another app that needs the first."""
    more(GARDEN, BOUQUETS)


def _forget() -> None:
    for one in INDEXES:
        one.cache_clear()


# ── By whom, and what is said of it ───────────────────────────────────────────────────────
def test_everything_is_in_use_until_somebody_says_otherwise() -> None:
    assert switched_off() == frozenset()
    assert [one.is_on for one in states()] == [True] * len(states())
    assert states()[0].at is None


@pytest.mark.usefixtures("garden")
def test_an_admin_switches_a_part_off_and_on_again(off: Callable[..., None], vera: Agent) -> None:
    off("garden")

    assert not is_in_use("garden")
    assert policy("garden.in_use") is False
    assert "garden" not in [one.name for one in in_use()]
    said = next(one for one in states() if one.name == "garden")
    assert (said.is_on, said.who) == (False, "Вера Орлова")
    off("garden", is_on=True)
    assert is_in_use("garden")
    happened = Event.objects.filter(name="foundation.module_switched").order_by("id")
    assert [one.payload for one in happened] == [
        {"module": "garden", "is_on": False}, {"module": "garden", "is_on": True},
    ]  # fmt: skip
    assert [one.actor_id for one in happened] == [vera.pk] * 2


@pytest.mark.usefixtures("garden")
def test_the_history_tells_it_in_a_sentence(off: Callable[..., None]) -> None:
    off("garden")

    with translation.override("ru"):
        [line] = lines([Event.objects.get(name="foundation.module_switched")])

    assert (line.who, line.what) == ("Вера Орлова", "Модуль «Сад»: выключен")


@pytest.mark.usefixtures("garden")
def test_saying_the_same_again_is_no_event(off: Callable[..., None], vera: Agent) -> None:
    off("garden", is_on=True)
    off("garden")
    off("garden")

    assert Event.objects.filter(name="foundation.module_switched").count() == 1
    assert switch_module(name="garden", is_on=False, actor=acting(vera)) is False


@pytest.mark.usefixtures("garden")
@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_has_done_it(vera: Agent) -> None:
    def act() -> object:
        return switch_module(name="garden", is_on=False, actor=acting(vera))

    assert while_open(act, act) == ["done", "done"]
    assert Event.objects.filter(name="foundation.module_switched").count() == 1
    assert Kept.objects.get(name="garden.in_use").value is False


@pytest.mark.parametrize("name", ["cases", "team", "customers", "reach", "standards", "voice", "foundation", "nothing"])
def test_what_everything_stands_on_cannot_be_switched_off(vera: Agent, name: str) -> None:
    with refused("module_unknown"):
        switch_module(name=name, is_on=False, actor=acting(vera))

    assert not Event.objects.filter(name="foundation.module_switched").exists()


def test_nobody_else_may() -> None:
    with refused("not_allowed"):
        switch_module(name="knowledge", is_on=False, actor=acting(make_lead()))


@pytest.mark.usefixtures("bouquets")
def test_what_another_needs_is_switched_off_after_it_and_on_before_it(off: Callable[..., None]) -> None:
    with refused("module_needed") as refusal:
        off("garden")
    assert "Букеты" in refusal.value.text
    off("bouquets")
    off("garden")
    with refused("module_lacking") as refusal:
        off("bouquets", is_on=True)
    assert "Сад" in refusal.value.text
    off("garden", is_on=True)
    off("bouquets", is_on=True)
    assert switched_off() == frozenset()


@pytest.mark.usefixtures("bouquets")
def test_what_needs_something_that_is_off_is_off_whatever_its_own_rule_says() -> None:
    Kept.objects.create(name="garden.in_use", value=False)

    assert switched_off() == {"garden", "bouquets"}


@pytest.mark.usefixtures("garden")
def test_what_does_not_fit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = Module(
        name="odd",
        switch=switch(needs=("cases", "nothing")),
        pages=(Page(route="desk:inbox", label="", icon="x", needs="reach"),),
    )
    monkeypatch.setattr("otklik.foundation.fitting.modules", lambda: (*read.modules(), odd))

    assert misfits() == [
        "The page “desk:inbox” of odd needs reach, which is no app below it that can be switched off.",
        "The app odd needs cases, which is no app below it that can be switched off.",
        "The app odd needs nothing, which is no app below it that can be switched off.",
    ]


# ── What it stops ─────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("garden")
def test_its_alerts_are_neither_told_nor_shown_and_come_back(off: Callable[..., None]) -> None:
    case = make_case()
    me = acting(case.owner)
    alert(agent=case.owner, case=case, reason="garden.dry", source="1")
    alert(agent=case.owner, case=case, reason=Alert.Reason.MENTION, source="1")

    off("garden")
    alert(agent=case.owner, case=case, reason="garden.dry", source="2")

    assert [one.reason for one in alerts_of(me)] == ["mention"]
    off("garden", is_on=True)
    assert [(one.reason, one.source) for one in alerts_of(me)] == [("mention", "1"), ("garden.dry", "1")]


@pytest.mark.usefixtures("garden")
def test_its_letters_do_not_pass_the_gate(off: Callable[..., None]) -> None:
    make_case()
    here = Conversation.objects.get()

    def step() -> str:
        return gate.ask(conversation=here, address=here.address, purpose="garden.news").step

    assert step() == ""
    off("garden")
    assert step() == "module_off"


@pytest.fixture
def watered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Two reactions of the garden to an inbox's change of mind; the second keeps its facts true."""
    heard: list[str] = []
    before = list(announcing._reactions.get(ModuleSwitched.event_name, ()))

    def water(_happened: ModuleSwitched) -> None:
        heard.append("water")

    def dig(_happened: ModuleSwitched) -> None:
        heard.append("dig")

    for one, is_always in ((water, False), (dig, True)):
        one.__module__ = "otklik.garden.handlers"
        on(ModuleSwitched, while_off=is_always)(one)
    yield heard
    announcing._reactions[ModuleSwitched.event_name] = before


def reactions() -> list[str]:
    """Those that wait for a worker."""
    with announcing.connection.cursor() as cursor:
        cursor.execute("SELECT args->>'reaction' FROM procrastinate_jobs WHERE task_name = 'react' ORDER BY id")
        return [path for (path,) in cursor.fetchall() if "garden" in path]


@pytest.mark.usefixtures("garden")
def test_it_reacts_to_nothing_but_what_keeps_its_facts_true(off: Callable[..., None], watered: list[str]) -> None:
    off("knowledge")
    assert reactions() == ["otklik.garden.handlers.water", "otklik.garden.handlers.dig"]

    off("garden")

    assert reactions()[2:] == ["otklik.garden.handlers.dig"]
    event = Event.objects.filter(name="foundation.module_switched").latest("id")
    for _twice in range(2):  # what was deferred before it was switched off, too, and twice
        react(event_id=event.pk, reaction="otklik.garden.handlers.water")
        react(event_id=event.pk, reaction="otklik.garden.handlers.dig")
    assert watered == ["dig", "dig"]


@pytest.mark.usefixtures("garden")
def test_nothing_is_done_as_time_passes_but_what_was_promised(
    off: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    before = set(jobs.tasks), set(jobs.periodic_registry.periodic_tasks)

    def sow() -> None:
        done.append("sow")

    def weed() -> None:
        done.append("weed")

    clock._repeat(Every(minutes=5, run=sow), "garden")
    clock._repeat(Every(minutes=5, run=weed, while_off=True), "garden")
    tasks: list[Any] = [jobs.tasks[name] for name in jobs.tasks if name not in before[0] and "." in name]

    off("garden")
    for one in tasks:
        one.func(timestamp=0)
    assert done == ["weed"]
    off("garden", is_on=True)
    for one in tasks:
        one.func(timestamp=0)

    assert done == ["weed", "sow", "weed"]
    for name in set(jobs.tasks) - before[0]:
        del jobs.tasks[name]
    for key in set(jobs.periodic_registry.periodic_tasks) - before[1]:
        del jobs.periodic_registry.periodic_tasks[key]


@pytest.mark.usefixtures("garden")
def test_it_is_counted_no_more(off: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.foundation.gauges._gauges", {})

    def flowers() -> float:
        return 3

    flowers.__module__ = "otklik.garden.queries"
    gauge("otklik_flowers", "Flowers.")(flowers)
    assert [name for name, *_more in all_gauges()] == ["otklik_flowers"]

    off("garden")

    assert list(all_gauges()) == []


# ── Its page ──────────────────────────────────────────────────────────────────────────────
def test_the_settings_say_what_leaves_what_stays_and_who_said_so(vera: Agent) -> None:
    browser = desk(vera)
    page = browser.get("/desk/settings/modules/").text
    assert "Центр помощи" in page
    assert "По умолчанию включён." in page
    assert "Выключить" in page

    browser.post("/desk/settings/modules/knowledge", {"is_on": "0"})

    page = browser.get("/desk/settings/modules/").text
    assert "Модуль «Центр помощи» выключен. Всё, что в нём есть, сохраняется." in page
    assert "Вера Орлова" in page.split("<main")[1]
    browser.post("/desk/settings/modules/knowledge", {"is_on": "1"})
    assert is_in_use("knowledge")


def test_the_page_is_the_admins() -> None:
    lead = desk(make_lead())

    assert lead.get("/desk/settings/modules/").status_code == 403
    assert lead.post("/desk/settings/modules/knowledge", {"is_on": "0"}).status_code == 403
    assert is_in_use("knowledge")


def test_what_cannot_be_switched_is_refused_on_the_page_too(vera: Agent) -> None:
    browser = desk(vera)

    browser.post("/desk/settings/modules/cases", {"is_on": "0"})

    assert "Выключаемого модуля с таким именем нет." in browser.get("/desk/settings/modules/").text


def test_the_rule_is_followed_without_a_statement_of_its_own(
    off: Callable[..., None], django_assert_num_queries: Any
) -> None:
    off("knowledge")
    policy("company.name")

    with django_assert_num_queries(0):
        assert switched_off() == {"knowledge"}


def test_the_history_outlives_what_it_tells_of() -> None:
    announce(ModuleSwitched(module="torn_down", is_on=False), actor=SYSTEM)

    with translation.override("ru"):
        [line] = lines([Event.objects.get(name="foundation.module_switched")])

    assert line.what == "Модуль «torn_down»: выключен"
