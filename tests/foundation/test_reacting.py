"""Urgent reactions run in the worker that announced their event, and are never lost or done twice."""

import pytest
from django.db import connection

from otklik.cases.models import Case
from otklik.foundation.events import announcing as events
from otklik.reach.actions.intake import take_in_all
from otklik.reach.models import Message
from tests.building import arrive, letter, make_agent, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
_TAKE_IN_ONLY = "DELETE FROM procrastinate_jobs WHERE task_name = 'reach.take_in' RETURNING args->'raw_ids'->>0"


def jobs_of(reaction: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'reaction' LIKE %s", [f"%.{reaction}"])
        return int(cursor.fetchone()[0])


def take_in_without_the_rest() -> None:
    """What one worker does with its one job; other jobs wait."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_IN_ONLY)
        raw_ids = [int(row[0]) for row in cursor.fetchall()]
    take_in_all(raw_ids=raw_ids)


def test_a_letter_is_a_case_as_soon_as_it_is_taken_in() -> None:
    make_agent()
    arrive(letter(), run=False)

    take_in_without_the_rest()

    assert Case.objects.count() == 1
    assert jobs_of("ensure_case") == 0
    assert jobs_of("acknowledge") == 1


def test_a_reaction_that_fails_is_left_to_its_job(monkeypatch: pytest.MonkeyPatch) -> None:
    make_agent()
    run_jobs()
    arrive(letter(), run=False)
    with monkeypatch.context() as patch, connection.cursor() as cursor:
        cursor.execute("ALTER TABLE cases_caseconversation ADD CONSTRAINT broken CHECK (false)")
        patch.setattr(events.logger, "disabled", True)
        take_in_without_the_rest()
        cursor.execute("ALTER TABLE cases_caseconversation DROP CONSTRAINT broken")

    assert Message.objects.count() == 1
    assert Case.objects.count() == 0
    assert jobs_of("ensure_case") == 1

    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    run_jobs()

    assert Case.objects.count() == 1


def test_a_reaction_that_another_worker_has_taken_is_not_done_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    make_agent()
    run_jobs()
    arrive(letter(), run=False)
    keep_promise = events._keep_promise

    def come_second(promised: events._Promised) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [promised.job_id])
        keep_promise(promised)

    monkeypatch.setattr(events, "_keep_promise", come_second)
    take_in_without_the_rest()

    assert Case.objects.count() == 0
    assert jobs_of("ensure_case") == 1
