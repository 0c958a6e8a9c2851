"""Two people and a worker touch one case at the same moment: nobody is thrown out, nothing is lost."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from otklik.cases.actions import hear, mark_solved
from otklik.cases.models import Case, CustomersWord
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.voice.actions import record_answer, say_it_is_solved
from otklik.voice.models import Invitation
from tests.building import acting, customer_actor, fresh, make_case, run_jobs

pytestmark = pytest.mark.django_db(transaction=True)
HEAD_START = 0.4


def both(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Run both in threads of their own, the second a moment later; the first error of either rises."""

    def run(what: Callable[[], object], wait: float) -> None:
        time.sleep(wait)
        try:
            what()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(run, first, 0), threads.submit(run, second, HEAD_START)]:
            done.result(timeout=30)


def test_a_word_in_one_case_does_not_wait_for_another_case_of_the_same_owner() -> None:
    first = make_case()
    second = make_case(owner=first.owner, customer=first.customer)
    words = {word.conversation.thread.case_id: word for word in Message.objects.filter(direction="in")}

    def slowly() -> None:
        with transaction.atomic():
            hear(case=first, message=words[first.pk])
            time.sleep(2 * HEAD_START)

    def impatiently() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        hear(case=second, message=words[second.pk])

    both(slowly, impatiently)

    assert Event.objects.filter(name="cases.heard").count() == 2


def test_the_customer_says_it_twice_at_once_on_two_pages() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили курьером")
    run_jobs()
    invitation = Invitation.objects.get()

    def slowly() -> None:
        with transaction.atomic():
            Case.objects.select_for_update(no_key=True).get(pk=case.pk)
            time.sleep(2 * HEAD_START)
            record_answer(invitation=invitation, is_solved=True, satisfaction=5)

    both(slowly, lambda: say_it_is_solved(case=fresh(case), actor=customer_actor(case)))

    assert fresh(case).state == Case.State.SATISFIED
    assert CustomersWord.objects.filter(satisfaction=5).count() == 1
