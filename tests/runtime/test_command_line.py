"""The command line as other programs rely on it: real processes, exit codes, one sentence."""

import os
import re
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.certificates import write_certificate
from tests.prepared import prepare_house
from tests.runtime.building import LETTER, Place

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("one place")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One prepared data folder for the module, its database kept running so that each command is quick."""
    place = Place(tmp_path_factory.mktemp("otklik"))
    prepare_house(place.folder)
    place.environment["OTKLIK_INBOX"] = "help@gorizont.example"
    with place.database():
        assert place.run("prepare").returncode == 0
        yield place


def test_help_answers_at_once_and_names_every_command() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "otklik.cli", "--help"]

    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert set(re.findall(r"^    ([a-z-]+)", done.stdout, re.MULTILINE)) >= {
        "up", "web", "worker", "smtp", "mail-in", "channel", "user", "token", "doctor", "backup", "restore",
    }  # fmt: skip
    assert "django" not in done.stderr


def test_the_same_letter_from_the_pipe_is_kept_once(place: Place) -> None:
    for _again in range(2):
        assert place.run("mail-in", "--inbox", "help@gorizont.example", given=LETTER).returncode == 0

    assert place.count("reach_rawmessage") == 1


@pytest.mark.parametrize(
    ("arguments", "letter"),
    [
        (["mail-in"], LETTER),
        (["mail-in", "--inbox", "nobody@gorizont.example"], LETTER),
        (["mail-in", "--inbox", "help@gorizont.example"], b""),
    ],
)
def test_wrong_use_of_the_pipe_is_64(place: Place, arguments: list[str], letter: bytes) -> None:
    done = place.run(*arguments, given=letter)

    assert done.returncode == 64
    assert is_one_sentence(done.stderr)


def test_the_pipe_asks_to_try_again_while_the_database_is_away(place: Place) -> None:
    away = "postgresql://x@127.0.0.1:9/x"

    done = place.run("mail-in", "--inbox", "help@gorizont.example", given=LETTER, DATABASE_URL=away)

    assert done.returncode == 75
    assert is_one_sentence(done.stderr)


def test_a_user_is_made_once_and_left_as_is_after_that(place: Place) -> None:
    create = ["user", "create", "--email", "anna@gorizont.example", "--role", "agent", "--name"]

    first = place.run(*create, "Анна", OTKLIK_USER_PASSWORD="a-long-and-odd-word")
    second = place.run(*create, "Другая", OTKLIK_USER_PASSWORD="a-long-and-odd-word")

    assert (first.returncode, second.returncode) == (0, 0)
    assert place.ask("SELECT name FROM team_agent WHERE email = 'anna@gorizont.example'") == "Анна"


def test_the_first_person_of_a_house_is_there_and_the_others_come(place: Place, tmp_path: Path) -> None:
    other = Place(tmp_path / "other")
    for name in ("anna", "boris"):
        other.run(
            "user", "create", f"--email={name}@gorizont.example", "--role=agent", f"--name={name}", "--no-password"
        )

    assert other.ask("SELECT string_agg(name, ',') FROM team_agent WHERE came_at IS NOT NULL") == "anna"


def test_a_token_stands_alone_on_standard_output(place: Place) -> None:
    place.run(
        "user", "create", "--email", "olga@gorizont.example", "--role", "lead", "--name", "Ольга", "--no-password"
    )

    done = place.run("token", "create", "--user", "olga@gorizont.example")

    assert done.returncode == 0
    assert re.fullmatch(r"\S{30,}\n", done.stdout)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["token", "create", "--user", "nobody@gorizont.example"], 1),
        (["user", "create", "--email", "no address", "--role", "agent", "--name", "X", "--no-password"], 1),
        (["channel", "add", "email", "--address", "a@b.example", "--imap", "imaps://u:secret@h/INBOX"], 64),
        (["channel", "add", "email", "--address", "a@b.example", "--imap", "imaps://u@h/INBOX"], 64),
        (["channel", "add", "email", "--address", "a@b.example", "--since", "31.01.2026"], 64),
        (["backup", "/nowhere/at/all.tar"], 1),
        (["restore", "/etc/hostname", "--force"], 1),
        (["dance"], 64),
    ],
)
def test_an_error_is_one_sentence_and_a_code(place: Place, arguments: list[str], code: int) -> None:
    done = place.run(*arguments)

    assert done.returncode == code
    assert is_one_sentence(done.stderr)
    assert "secret" not in done.stderr


def test_the_secret_key_is_private_and_stays(place: Place) -> None:
    key = place.folder / "secret_key"
    before = key.read_text()

    place.run("prepare")

    assert key.read_text() == before
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_backup_is_brought_back_whole(place: Place, tmp_path: Path) -> None:
    place.run("mail-in", "--inbox", "help@gorizont.example", given=LETTER)
    made = place.run("backup", str(tmp_path / "all.tar.gz"))
    other = Place(tmp_path / "other")

    restored = other.run("restore", str(tmp_path / "all.tar.gz"))

    assert (made.returncode, restored.returncode) == (0, 0), made.stderr + restored.stderr
    assert other.count("reach_rawmessage") == place.count("reach_rawmessage")
    assert (other.folder / "secret_key").read_text() == (place.folder / "secret_key").read_text()


def test_a_damaged_backup_changes_nothing(place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "all.tar"
    place.run("backup", str(backup))
    content = bytearray(backup.read_bytes())
    content[4096:4160] = os.urandom(64)
    backup.write_bytes(content)

    done = place.run("restore", str(backup), "--force")

    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert place.count("reach_inbox") >= 1


def test_a_restore_over_data_needs_to_be_forced(place: Place, tmp_path: Path) -> None:
    place.run(
        "user", "create", "--email", "olga@gorizont.example", "--role", "lead", "--name", "Ольга", "--no-password"
    )
    place.run("backup", str(tmp_path / "all.tar"))

    done = place.run("restore", str(tmp_path / "all.tar"))

    assert done.returncode == 1
    assert "--force" in done.stderr


def test_a_restored_house_waits_for_a_word_whoever_lived_in_the_former_one(place: Place, tmp_path: Path) -> None:
    with place.database() as server, server.connect("otklik") as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    place.run("backup", str(tmp_path / "all.tar"))
    place.ask("WITH gone AS (DELETE FROM procrastinate_workers RETURNING 1) SELECT count(*) FROM gone")
    other = Place(tmp_path / "other")
    (other.folder / ".restore-left").mkdir(parents=True)
    with other.database() as server, server.connect() as connection:
        connection.execute("CREATE DATABASE otklik_restore_20260101_000000")

    first = other.run("restore", str(tmp_path / "all.tar"))
    second = other.run("restore", str(tmp_path / "all.tar"), "--force")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "No letter leaves" in first.stdout
    assert other.ask("SELECT value #>> '{}' FROM foundation_policy WHERE name = 'house.restored_from'") > "2026"
    assert other.count("procrastinate_workers") == 0
    assert other.count("pg_database WHERE datname LIKE 'otklik_restore_%'") == 0
    assert list(other.folder.glob(".restore-*")) == []
    assert "WRONG  restored house: 0 letters are held back" in other.run("doctor").stdout


def test_a_file_that_the_manifest_does_not_name_is_refused(place: Place, tmp_path: Path) -> None:
    backup, extra = tmp_path / "all.tar", tmp_path / "extra"
    place.run("backup", str(backup))
    extra.write_text("#!/bin/sh")
    with tarfile.open(backup, "a") as tar:
        tar.add(extra, "files/zz/extra")

    done = place.run("restore", str(backup), "--force")

    assert done.returncode == 1
    assert "files/zz/extra" in done.stderr
    assert is_one_sentence(done.stderr)
    assert place.count("foundation_policy WHERE name = 'house.restored_from'") == 0


def test_an_older_program_refuses_a_newer_database(place: Place) -> None:
    step = "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9998_future', now()) RETURNING 1"
    place.ask(step)
    try:
        done = place.run("prepare")
        examined = place.run("doctor")
    finally:
        place.ask("DELETE FROM django_migrations WHERE name = '9998_future' RETURNING 1")

    assert done.returncode == 1
    assert is_one_sentence(done.stderr)
    assert "newer version" in done.stderr
    assert "WRONG  migrations: the database is newer than this program (cases)" in examined.stdout
    assert place.run("prepare").returncode == 0


def test_the_doctor_says_what_is_wrong_and_what_to_do(place: Place) -> None:
    done = place.run("doctor")

    assert done.returncode == 1
    assert "WRONG  worker: none is at work; start `otklik up`" in done.stdout
    assert "ok     database: knows Russian letters" in done.stdout


def is_one_sentence(text: str) -> bool:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("  ")]
    return len(lines) == 1 and lines[0].startswith("otklik: ") and "Traceback" not in text


# ── The mail door ─────────────────────────────────────────────────────────────────────────
def test_a_certificate_that_cannot_be_used_stops_the_start_in_one_sentence(place: Place, tmp_path: Path) -> None:
    chain, _key = write_certificate(tmp_path)

    for command in (["up", "--port=0", "--smtp-port=0"], ["smtp", "--port=0"]):
        done = place.run(*command, OTKLIK_SMTP_TLS_CERTIFICATE=str(chain), OTKLIK_SMTP_TLS_KEY=str(chain))

        assert done.returncode == 1
        assert "OTKLIK_SMTP_TLS_KEY" in done.stderr


@pytest.mark.parametrize(("days", "word"), [(30, "ok"), (2, "WRONG")])
def test_the_doctor_warns_before_the_certificate_ends(place: Place, tmp_path: Path, days: int, word: str) -> None:
    chain, _key = write_certificate(tmp_path, days=days)

    done = place.run("doctor", OTKLIK_SMTP_TLS_CERTIFICATE=str(chain))

    assert f"{word:<6} mail door: the certificate is good for {days - 1} days" in done.stdout


def test_oauth_without_a_token_server_is_refused_before_anything_is_stored(place: Place) -> None:
    url = "imaps://help@gorizont.example/INBOX?auth=xoauth2"

    done = place.run("channel", "add", "email", "--address", "sales@gorizont.example", "--imap", url)

    assert done.returncode == 64
    assert "OTKLIK_MAIL_OAUTH_TOKEN_URL" in done.stderr


def test_everything_is_derived_anew_by_one_command(place: Place) -> None:
    place.run("mail-in", "--inbox", "help@gorizont.example", given=LETTER)

    done = place.run("reindex", "--batch", "1")

    assert done.returncode == 0
    assert re.fullmatch(r"\d+ cases were derived anew .*\n\d+ messages were derived anew .*\n", done.stdout)


def test_articles_are_imported_and_their_search_is_measured(place: Place, tmp_path: Path) -> None:
    table, questions = tmp_path / "articles.csv", tmp_path / "questions.jsonl"
    table.write_text("\ufeffid,title,body\n7,Как вернуть деньги,Напишите нам и мы вернём оплату.\n", "utf-8")
    questions.write_text('{"question": "верните оплату", "expected": ["7"]}\n{"question": "рецепт борща"}\n', "utf-8")

    imported = place.run("knowledge", "import", str(table), "--publish")
    again = place.run("knowledge", "import", str(table), "--publish")
    measured = place.run("knowledge", "eval", str(questions), "--typos", "1", "--no-meaning")

    assert imported.stdout.startswith("1 articles: 1 new, 0 changed, 0 same")
    assert "The search index is ready: 1 published articles, 1 of them read now" in imported.stdout
    assert again.stdout.startswith("1 articles: 0 new, 0 changed, 1 same")
    assert re.search(r"^top-1 +1\.000$", measured.stdout, re.MULTILINE)
    assert re.search(r"^answered all the same +0\.000$", measured.stdout, re.MULTILINE)


def test_a_broken_table_imports_nothing_and_names_the_line(place: Place, tmp_path: Path) -> None:
    table = tmp_path / "articles.csv"
    table.write_text("id,title,body\n8,Есть,слова\n9,,слова\n", "utf-8")

    done = place.run("knowledge", "import", str(table), "--publish")

    assert done.returncode == 1
    assert "3: " in done.stderr
    assert place.ask("SELECT count(*) FROM knowledge_article WHERE external_id IN ('8', '9')") == 0


def test_the_deadline_of_a_team_comes_from_its_working_time(place: Place) -> None:
    """The first team of a new house works round the clock."""
    moment = ("--start", "2026-03-06T23:00+00:00")

    first = place.run("deadline", *moment, "--minutes", "240")
    unknown = place.run("deadline", *moment, "--minutes", "240", "--team", "Nobody")

    assert datetime.fromisoformat(first.stdout.strip()) == datetime(2026, 3, 7, 3, tzinfo=UTC)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == "otklik: Такой команды нет.\n"
