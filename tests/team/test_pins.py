"""What a person keeps at hand: which pages, how many, what they are called, and in which order."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Actor, Sight
from otklik.team.actions.pins import forget_pins, move_pin, pin_page, rename_pin, unpin_page
from otklik.team.models import MOST_PINS, Agent
from otklik.team.queries import Pin, pins_of
from tests.building import acting, make_agent, make_case, refused
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db
MINE, HELD, CUSTOMERS = "/desk/?view=mine", "/desk/held/", "/desk/customers/"


@pytest.fixture
def anna() -> Agent:
    return make_agent()


def pins(agent: Agent) -> list[tuple[str, str]]:
    return [(one.address, one.name) for one in pins_of(Agent.objects.get(pk=agent.pk))]


def pin(agent: Agent, *addresses: str) -> None:
    for address in addresses:
        pin_page(address=address, name=address, actor=acting(agent))


def order(agent: Agent) -> list[str]:
    return [address for address, _name in pins(agent)]


def test_a_list_is_pinned_with_what_narrows_it_and_not_with_how_far_it_was_read(anna: Agent) -> None:
    pin_page(address="/desk/?view=all&kind=&tag=Учебник&after=QWE", name=" Все: Учебник ", actor=acting(anna))

    assert pins(anna) == [("/desk/?view=all&tag=%D0%A3%D1%87%D0%B5%D0%B1%D0%BD%D0%B8%D0%BA", "Все: Учебник")]


def test_a_pin_without_a_name_is_called_as_its_page(anna: Agent) -> None:
    case = make_case(owner=anna)
    for address in (HELD, f"/desk/cases/{case.pk}/", f"/desk/customers/{case.customer_id}/"):
        pin_page(address=address, actor=acting(anna))

    assert [name for _address, name in pins(anna)] == ["Задержанные письма", "Не пришёл учебник", "Иван Козлов"]


def test_each_person_has_their_own(anna: Agent) -> None:
    boris = make_agent("Борис Ким", "boris@gorizont.example")

    pin(anna, MINE)
    pin(boris, HELD)

    assert (order(anna), order(boris)) == ([MINE], [HELD])


def test_a_page_is_pinned_once_and_keeps_its_name_and_place(anna: Agent) -> None:
    pin(anna, MINE, HELD)

    done = pin_page(address=f"{MINE}&before=abc", name="Иначе", actor=acting(anna))

    assert (done.pin.name, done.was_at) == (MINE, 0)
    assert order(anna) == [MINE, HELD]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/",
        "/help/",
        "/desk/no-such-page/",
        "/desk/cases/7/reply",
        "https://elsewhere.example/",
        f"/desk/cases/{10**25}/",
        "/desk/?tag=" + "a" * 500,
        "/desk/undo/abc",
    ],
)
def test_what_is_no_page_to_come_back_to_is_not_pinned(anna: Agent, address: str) -> None:
    with refused("not_pinnable"):
        pin_page(address=address, actor=acting(anna))

    assert pins(anna) == []


def test_an_address_of_another_site_pins_only_our_page_of_that_path(anna: Agent) -> None:
    pin_page(address="//elsewhere.example/desk/held/", actor=acting(anna))

    assert order(anna) == [HELD]


def test_what_a_person_may_not_open_is_not_pinned(anna: Agent) -> None:
    case = make_case(owner=make_agent("Борис Ким", "boris@gorizont.example"))
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)
    me = acting(Agent.objects.get(pk=anna.pk))

    for address in (f"/desk/cases/{case.pk}/", "/desk/settings/agents/", "/desk/cases/999999/"):
        with refused("not_found"):
            pin_page(address=address, actor=me)

    assert pins(anna) == []


def test_nobody_but_staff_pins() -> None:
    with refused("not_allowed"):
        pin_page(address=MINE, actor=SYSTEM)


def test_there_is_room_for_a_dozen(anna: Agent) -> None:
    pin(anna, *(f"/desk/?view=all&tag={number}" for number in range(MOST_PINS)))

    with refused("pins_full") as refusal:
        pin(anna, HELD)

    assert str(MOST_PINS) in refusal.value.text
    assert len(pins(anna)) == MOST_PINS
    pin(anna, "/desk/?view=all&tag=0")  # one that is there already needs no room


def test_the_database_counts_too(anna: Agent) -> None:
    with pytest.raises(IntegrityError, match="nobody_pins_more_than_a_dozen_pages"):
        Agent.objects.filter(pk=anna.pk).update(pins=[{"address": str(one), "name": "x"} for one in range(13)])


def test_what_is_gone_makes_room_and_is_told(anna: Agent) -> None:
    gone = [{"address": "/desk/cases/999999/", "name": "Давнее"}, {"address": "/desk/taken-out/", "name": "Ушло"}]
    full = [{"address": f"/desk/?view=all&tag={one}", "name": "x"} for one in range(MOST_PINS - len(gone))]
    Agent.objects.filter(pk=anna.pk).update(pins=[*gone, *full])

    done = pin_page(address=HELD, actor=acting(anna))

    assert done.gone == ["Давнее", "Ушло"]
    assert order(anna) == [*(one["address"] for one in full), HELD]


def test_what_a_person_may_not_see_just_now_is_not_gone(anna: Agent) -> None:
    case = make_case(owner=anna)
    pin(anna, f"/desk/cases/{case.pk}/")
    Case.objects.filter(pk=case.pk).update(owner=make_agent("Борис Ким", "boris@gorizont.example"))
    Agent.objects.filter(pk=anna.pk).update(sight=Sight.OWN)

    done = pin_page(address=HELD, actor=acting(Agent.objects.get(pk=anna.pk)))

    assert done.gone == []
    assert order(anna) == [f"/desk/cases/{case.pk}/", HELD]


def test_unpinning_tells_where_it_stood_and_pinning_puts_it_back(anna: Agent) -> None:
    pin(anna, MINE, HELD, CUSTOMERS)

    done = unpin_page(address=HELD, actor=acting(anna))

    assert (done.pin, done.was_at, done.count) == (Pin(address=HELD, name=HELD), 1, 2)
    assert order(anna) == [MINE, CUSTOMERS]
    pin_page(address=HELD, name=done.pin.name, at=done.was_at, actor=acting(anna))
    assert order(anna) == [MINE, HELD, CUSTOMERS]


def test_a_pin_gets_a_name_of_ones_own(anna: Agent) -> None:
    pin(anna, MINE, HELD)

    done = rename_pin(address=HELD, name="  Подозрительное " + "о" * 100, actor=acting(anna))

    assert done.pin.name == HELD
    assert pins(anna)[1] == (HELD, "Подозрительное " + "о" * 65)
    with refused("name_missing"):
        rename_pin(address=HELD, name=" ", actor=acting(anna))


@pytest.mark.parametrize(
    ("to", "places"),
    [
        (0, [HELD, MINE, CUSTOMERS]),
        (2, [MINE, CUSTOMERS, HELD]),
        (99, [MINE, CUSTOMERS, HELD]),
        (-1, [HELD, MINE, CUSTOMERS]),
    ],
)
def test_a_pin_moves_to_a_place(anna: Agent, to: int, places: list[str]) -> None:
    pin(anna, MINE, HELD, CUSTOMERS)

    done = move_pin(address=HELD, to=to, actor=acting(anna))

    assert order(anna) == places
    assert (done.was_at, done.is_at, done.count) == (1, places.index(HELD), 3)


@pytest.mark.parametrize(
    "change",
    [
        lambda me: unpin_page(address=HELD, actor=me),
        lambda me: rename_pin(address=HELD, name="Письма", actor=me),
        lambda me: move_pin(address=HELD, to=0, actor=me),
    ],
)
def test_what_is_not_pinned_cannot_be_changed(anna: Agent, change: Callable[[Actor], object]) -> None:
    with refused("not_pinned"):
        change(acting(anna))


@locks(
    "team.actions.pins.pin_page",
    "team.actions.pins.unpin_page",
    "team.actions.pins.rename_pin",
    "team.actions.pins.move_pin",
    "team.actions.pins.forget_pins",
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda me: pin_page(address=CUSTOMERS, name="К", actor=me), [(MINE, "А"), (HELD, "З"), (CUSTOMERS, "К")]),
        (lambda me: unpin_page(address=MINE, actor=me), [(HELD, "З")]),
        (lambda me: rename_pin(address=MINE, name="Я", actor=me), [(MINE, "Я"), (HELD, "З")]),
        (lambda me: move_pin(address=MINE, to=1, actor=me), [(HELD, "З"), (MINE, "А")]),
        (lambda _me: forget_pins(rows={}, words=["а"]), [(HELD, "З")]),
    ],
)
def test_two_windows_of_one_person_lose_nothing(
    anna: Agent, change: Callable[[Actor], object], left: list[tuple[str, str]]
) -> None:
    me = acting(anna)
    pin_page(address=MINE, name="А", actor=me)

    said = while_open(lambda: pin_page(address=HELD, name="З", actor=me), lambda: change(me))

    assert said == ["done", "done"]
    assert pins(anna) == left
