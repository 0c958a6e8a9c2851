"""The benchmark measures right answers only, on a database of its own."""

import json
from pathlib import Path

import pytest
from django.db import connection

from otklik.bench.words import Writer, vector_text
from otklik.foundation.text.language import searchable
from tests.runtime.building import Place

JOBS = {
    "inbox", "case page", "search, rare word", "search, common word", "create a case", "add a reply",
    "letters accepted", "letters to cases",
}  # fmt: skip


@pytest.mark.slow
def test_every_job_is_answered_rightly(tmp_path: Path) -> None:
    report = tmp_path / "report.json"

    done = Place(tmp_path).run("bench", "--cases=300", "--users=2", "--seconds=1", f"--json={report}")

    assert done.returncode == 0, done.stderr
    jobs = {job["job"]: job for job in json.loads(report.read_text())["jobs"]}
    assert set(jobs) == JOBS
    assert {name: job["first_error"] for name, job in jobs.items() if job["errors"]} == {}
    assert [name for name, job in jobs.items() if not job["answers"]] == []
    assert "add a reply" in done.stdout


@pytest.mark.django_db
def test_loaded_words_are_found_as_written_ones_are() -> None:
    """What the loader copies is what PostgreSQL makes of the same words."""
    words = "Здравствуйте учебник не пришёл delivery order 12345".lower().split()
    with connection.cursor() as cursor:
        values = [searchable(" ".join(words)), vector_text(words)]
        cursor.execute("SELECT to_tsvector('simple', %s) = %s::tsvector", values)
        assert cursor.fetchone() == (True,)


def test_two_runs_load_the_same_words() -> None:
    assert Writer().text("ru", length=20) == Writer().text("ru", length=20)
