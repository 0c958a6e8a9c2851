"""``otklik channel add http``, ``list``, ``check``, ``pause`` and ``resume``, as scripts of an operator run them."""

import re
from collections.abc import Iterator

import pytest

from tests.ports import free_port
from tests.prepared import prepare_house
from tests.reach.channels.other_side import SECRET, other_side
from tests.runtime.building import Place

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("one place")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("otklik"))
    prepare_house(place.folder)
    place.environment["OTKLIK_CHANNEL_SECRET"] = SECRET
    with place.database():
        yield place


def add(place: Place, name: str, url: str, *more: str) -> "tuple[int, str, str]":
    done = place.run("channel", "add", "http", "--name", name, "--base-url", url, *more)
    return done.returncode, done.stdout, done.stderr


def test_a_door_is_checked_opened_and_its_hook_stands_on_the_last_line(place: Place) -> None:
    with other_side() as side:
        code, out, _errors = add(place, "shop", side.url)

        assert code == 0
        assert re.fullmatch(r"/hooks/http/[\w-]{20,}", out.splitlines()[-1])
        assert place.run("channel", "check", "shop").returncode == 0
        assert side.got == [], "asking whether somebody is there says nothing to them"
    gone = place.run("channel", "check", "shop")

    assert gone.returncode == 1
    assert gone.stdout.startswith("shop: ")


def test_nothing_is_written_where_nobody_answers(place: Place) -> None:
    before = place.count("reach_inbox")

    code, out, errors = add(place, "nobody", f"http://127.0.0.1:{free_port()}/")

    assert (code, out) == (1, "")
    assert len(errors.strip().splitlines()) == 1
    assert place.count("reach_inbox") == before


def test_a_door_is_listed_paused_and_opened_again(place: Place) -> None:
    with other_side() as side:
        assert add(place, "till", side.url)[0] == 0
    listed = lines(place)["till"]
    paused = place.run("channel", "pause", "till").returncode
    state_when_paused = lines(place)["till"][2]
    resumed = place.run("channel", "resume", "till").returncode

    assert (listed[0], listed[2], listed[3:6]) == ("http", "open", ["in never", "out never", "0 waiting"])
    assert (paused, state_when_paused, resumed) == (0, "paused", 0)
    assert lines(place)["till"][2] == "open"


def lines(place: Place) -> dict[str, list[str]]:
    """What ``list`` says of each door, by its name."""
    rows = [line.split("\t") for line in place.run("channel", "list").stdout.splitlines()]
    return {row[1]: row for row in rows}


@pytest.mark.parametrize(
    "arguments",
    [
        ["channel", "check", "unheard-of"],
        ["channel", "add", "http", "--name", "x", "--base-url", "ftp://shop.example/"],
        ["channel", "add", "http", "--name", "x", "--team", "No such team"],
    ],
)
def test_wrong_use_of_a_channel_is_64_and_one_sentence(place: Place, arguments: list[str]) -> None:
    done = place.run(*arguments)

    assert done.returncode == 64
    assert len(done.stderr.strip().splitlines()) == 1
