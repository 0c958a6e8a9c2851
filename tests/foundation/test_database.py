"""The database that comes along starts anywhere, survives, and knows Russian letters."""

import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

import pytest

from otklik.foundation.database import server as database
from otklik.foundation.database.programs import DatabaseProblem
from otklik.foundation.database.server import Server, serving


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(folder=tmp_path / "postgres", for_tests=True)


def test_a_second_start_finds_the_data_again(server: Server) -> None:
    with serving(server), server.connect("otklik") as first:
        first.execute("CREATE TABLE kept (word text)")
        first.execute("INSERT INTO kept VALUES ('слово')")

    with serving(server), server.connect("otklik") as second:
        rows = second.execute("SELECT word FROM kept").fetchall()

    assert rows == [("слово",)]
    assert not server.is_serving()


def test_the_last_user_stops_the_server(server: Server) -> None:
    with serving(server):
        with serving(server):
            pass

        assert server.is_serving()


def test_russian_letters_are_letters(server: Server) -> None:
    with serving(server), server.connect("otklik") as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        row = connection.execute(
            "SELECT lower('ЁЖ'), show_trgm('ёж') <> '{}', to_tsvector('simple', '«Горизонт»')::text"
        ).fetchone()

    assert row == ("ёж", True, "'горизонт':1")


def test_a_server_of_ours_that_died_is_not_taken_for_a_living_one(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        monkeypatch.setattr(database, "_children", [child])
        server.cluster.mkdir(parents=True)
        (server.cluster / "postmaster.pid").write_text(f"{child.pid}\n")
        lived = server._pid()
        os.kill(child.pid, signal.SIGKILL)
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has asked how

        assert (lived, server._pid()) == (child.pid, None)


@pytest.mark.kill
def test_a_killed_server_starts_again_though_its_number_was_given_away(server: Server) -> None:
    server.start()
    note = server.cluster / "postmaster.pid"
    lines = note.read_text().splitlines()
    os.kill(int(lines[0]), signal.SIGKILL)
    note.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    with serving(server):
        assert server.is_serving()


def test_a_long_path_gets_a_short_socket() -> None:
    folder = Path(mkdtemp()) / ("long" * 30) / "postgres"

    with serving(Server(folder=folder, for_tests=True)) as server:
        assert str(server.socket_folder).startswith("/tmp/otklik-")
        assert server.is_serving()


def test_data_of_another_version_is_refused_in_one_sentence(server: Server) -> None:
    server.cluster.mkdir(parents=True)
    (server.cluster / "PG_VERSION").write_text("12\n")

    with pytest.raises(DatabaseProblem, match="was made by PostgreSQL 12"):
        server.start()


def test_two_who_start_a_new_server_at_once_make_one_database(server: Server) -> None:
    server.make_folder()
    server.start()
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _turn: server.ensure_database("otklik"), range(8)))
        with server.connect() as connection:
            rows = connection.execute("SELECT count(*) FROM pg_database WHERE datname = 'otklik'").fetchone()
    finally:
        server.stop()

    assert rows == (1,)
