"""Two people and a worker touch one case at the same moment: nobody is thrown out, nothing is lost."""

import pytest
from django.db import connection, transaction

from otklik.cases.actions import hear, mark_solved, save_draft
from otklik.cases.models import Case, CustomersWord, Draft
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.voice.actions import record_answer, say_it_is_solved
from otklik.voice.models import Invitation
from tests.building import acting, customer_actor, fresh, make_case, run_jobs
from tests.together import both, let_the_other_end, let_the_other_wait, locks

pytestmark = pytest.mark.django_db(transaction=True)


@locks("cases.actions.opening.hear")
def test_a_word_in_one_case_does_not_wait_for_another_case_of_the_same_owner() -> None:
    first = make_case()
    second = make_case(owner=first.owner, customer=first.customer)
    words = {word.conversation.thread.case_id: word for word in Message.objects.filter(direction="in")}

    def slowly() -> None:
        with transaction.atomic():
            hear(case=first, message=words[first.pk])
            let_the_other_end()

    def impatiently() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        hear(case=second, message=words[second.pk])

    both(slowly, impatiently)

    assert Event.objects.filter(name="cases.heard").count() == 2


@locks("voice.actions.record_answer", "voice.actions.say_it_is_solved")
def test_the_customer_says_it_twice_at_once_on_two_pages() -> None:
    case = make_case()
    mark_solved(case=case, actor=acting(case.owner), summary="Отправили курьером")
    run_jobs()
    invitation = Invitation.objects.get()

    def slowly() -> None:
        with transaction.atomic():
            Case.objects.select_for_update(no_key=True).get(pk=case.pk)
            let_the_other_wait()
            record_answer(invitation=invitation, is_solved=True, satisfaction=5)

    both(slowly, lambda: say_it_is_solved(case=fresh(case), actor=customer_actor(case)))

    assert fresh(case).state == Case.State.SATISFIED
    assert CustomersWord.objects.filter(satisfaction=5).count() == 1


@locks("cases.actions.answering.save_draft")
def test_of_two_tabs_that_save_a_draft_at_once_one_is_told() -> None:
    case = make_case()
    actor = acting(case.owner)
    was = save_draft(case=case, actor=actor, kind="reply", text="Начало").version

    def slowly() -> None:
        with transaction.atomic():
            save_draft(case=case, actor=actor, kind="reply", text="Первая вкладка", was=was)
            let_the_other_wait()

    with pytest.raises(Refusal) as refused:
        both(slowly, lambda: save_draft(case=case, actor=actor, kind="reply", text="Вторая вкладка", was=was))

    assert refused.value.code == "changed_meanwhile"
    assert Draft.objects.get().text == "Первая вкладка"
