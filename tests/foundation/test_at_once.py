"""Two at one moment: what is being done is finished before the other looks, and nothing is lost or done twice."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from otklik.cases.actions import (
    add_draft_files,
    answer_and_solve,
    edit_case,
    file_history,
    give_promise_back,
    hear_aloud,
    keep_promise,
    mark_solved,
    merge_cases,
    note,
    open_case,
    record_undelivered,
    reply,
    save_custom_field,
    split_case,
    tag_case,
    take_draft_files,
    tell_aloud,
)
from otklik.cases.actions.indexing import derive_cases_anew
from otklik.cases.actions.spam import mark_spam, unmark_spam
from otklik.cases.events import AnswerLost
from otklik.cases.models import Case, DraftFile
from otklik.customers.actions import merge_customers, record_bounce
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM, Actor, Role
from otklik.foundation.events import announcing as events
from otklik.foundation.files.keeping import (
    forget_files,
    forget_stray_bytes,
    forget_unused_files,
    keep_file,
    keep_for_a_day,
)
from otklik.foundation.models import Event, StoredFile
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import (
    Words,
    add_file,
    drop_draft,
    edit_draft,
    publish,
    restore,
    start_draft,
    write_article,
)
from otklik.knowledge.actions.files import MOST_FILES
from otklik.knowledge.models import Article, ArticleFile, Version
from otklik.reach.actions import deliver, let_letters_go, stop_letters
from otklik.reach.actions.held import bring_back_held, empty_the_bin
from otklik.reach.actions.indexing import derive_messages_anew
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.actions.refusals import mind_refusals
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.events import MessageUndelivered
from otklik.reach.models import Delivery, Message, RawMessage
from otklik.team import actions as team
from otklik.team.actions import edit_agent
from otklik.team.models import Agent
from otklik.voice.actions import (
    ask_customer,
    follow_the_answer,
    note_asked,
    question_for,
    record_answer,
    withdraw_question,
)
from otklik.voice.models import Invitation
from tests.building import (
    IVAN,
    acting,
    arrive,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    make_lead,
    outbox,
    run_jobs,
)
from tests.together import at_once, locks, while_open

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case() -> Case:
    return make_case()


def happened(name: str) -> int:
    return Event.objects.filter(name=name).count()


# ── A case ────────────────────────────────────────────────────────────────────────────────
@locks("cases.actions.editing.tag_case")
def test_two_tags_both_stay(case: Case) -> None:
    actor = acting(case.owner)

    said = while_open(
        lambda: tag_case(case=fresh(case), actor=actor, add=["доставка"]),
        lambda: tag_case(case=fresh(case), actor=actor, add=["учебник"]),
    )

    assert said == ["done", "done"]
    assert fresh(case).tags == ["доставка", "учебник"]


@locks("cases.actions.editing.edit_case")
def test_two_facts_both_stay(case: Case) -> None:
    actor = acting(case.owner)
    for key in ("order", "floor"):
        save_custom_field(about="case", key=key, values={"name": key, "kind": "text"}, actor=SYSTEM)

    said = while_open(
        lambda: edit_case(case=fresh(case), actor=actor, changes={"custom": {"order": "7"}}),
        lambda: edit_case(case=fresh(case), actor=actor, changes={"custom": {"floor": "2"}}),
    )

    assert said == ["done", "done"]
    assert fresh(case).custom == {"order": "7", "floor": "2"}


def with_draft(case: Case, content: bytes) -> None:
    files = [IncomingFile(name="a.txt", content_type="text/plain", content=content)]
    add_draft_files(case=fresh(case), actor=acting(case.owner), kind="reply", files=files)


@locks("cases.actions.drafts.add_draft_files")
def test_two_files_of_one_draft_count_each_other(case: Case) -> None:
    with_draft(case, b"first")
    set_policy("portal.upload_limit_bytes", value=20)

    said = while_open(lambda: with_draft(case, b"1" * 10), lambda: with_draft(case, b"2" * 10))

    assert said == ["done", "files_too_large"]
    assert DraftFile.objects.count() == 2


@locks("cases.actions.drafts.take_draft_files")
def test_a_file_of_a_draft_leaves_with_one_letter(case: Case) -> None:
    with_draft(case, b"first")
    chosen = {"kind": "reply", "file_ids": [DraftFile.objects.get().pk]}

    def take() -> None:
        take_draft_files(case=fresh(case), actor=acting(case.owner), **chosen)

    assert while_open(take, take) == ["done", "changed_meanwhile"]


@locks("cases.actions.merging.merge_cases")
def test_of_two_cases_that_are_merged_into_each_other_one_is_left(case: Case) -> None:
    other = make_case(owner=case.owner, customer=case.customer)

    said = while_open(
        lambda: merge_cases(into=case, other=other, actor=SYSTEM),
        lambda: merge_cases(into=other, other=case, actor=SYSTEM),
    )

    assert said == ["done", "merged_already"]
    assert fresh(other).custom == {"merged_into": case.pk}
    assert fresh(case).state == Case.State.OPEN


@locks("cases.actions.splitting.split_case")
def test_a_question_is_told_apart_once(case: Case) -> None:
    make_inbox()
    arrive(letter("Первое", Message_ID="<first@mail.example>"))
    case = Case.objects.latest("id")
    arrive(letter("А ещё второе", Message_ID="<second@mail.example>", In_Reply_To="<first@mail.example>"))
    word = Message.objects.get(external_id="second@mail.example")

    def split() -> None:
        split_case(case=fresh(case), message_id=word.pk, actor=SYSTEM)

    assert while_open(split, split) == ["done", "not_found"]
    assert Case.objects.filter(customer=case.customer).count() == 3


@locks("cases.actions.opening.open_case", "cases.actions.opening.file_history")
@pytest.mark.parametrize("take", [open_case, file_history])
def test_a_first_word_opens_one_case(take: Any) -> None:
    make_inbox()
    arrive(letter())
    make_agent()
    word = Message.objects.get()

    said = while_open(lambda: take(message=word), lambda: take(message=Message.objects.get(pk=word.pk)))

    assert said == ["done", "done"]
    assert Case.objects.count() == 1
    assert happened("cases.opened") == 1


@locks("cases.actions.answering.note")
def test_a_note_waits_for_what_is_being_done(case: Case) -> None:
    Agent.objects.filter(pk=case.owner_id).update(sight="own")
    actor = acting(fresh(case).owner)
    colleague = make_agent("Борис Ким", "boris@gorizont.example")

    def hand_over() -> None:
        Case.objects.filter(pk=case.pk).update(owner=colleague)

    said = while_open(hand_over, lambda: note(case=fresh(case), actor=actor, text="Позвонить"))

    assert said == ["done", "not_found"]


@locks("cases.actions.retelling.hear_aloud", "cases.actions.retelling.tell_aloud")
@pytest.mark.parametrize("say", [hear_aloud, tell_aloud])
def test_what_was_said_aloud_waits_for_what_is_being_done(case: Case, say: Any) -> None:
    Agent.objects.filter(pk=case.owner_id).update(sight="own")
    actor = acting(fresh(case).owner)
    colleague = make_agent("Борис Ким", "boris@gorizont.example")

    def hand_over() -> None:
        Case.objects.filter(pk=case.pk).update(owner=colleague)

    said = while_open(hand_over, lambda: say(case=fresh(case), actor=actor, text="Перезвоню", way="phone"))

    assert said == ["done", "not_found"]


@locks("cases.actions.solving.answer_and_solve", "voice.actions.question_for")
def test_of_two_who_solve_by_a_letter_one_is_told(case: Case) -> None:
    actor = acting(case.owner)

    def solve() -> None:
        answer_and_solve(case=fresh(case), actor=actor, text="Готово")

    assert while_open(solve, solve) == ["done", "changed_meanwhile"]
    assert Message.objects.filter(text="Готово").count() == 1
    assert Invitation.objects.count() == 1


@locks("cases.actions.promising.keep_promise", "cases.actions.holding.held")
def test_an_answer_keeps_one_promise(case: Case) -> None:
    answer = reply(case=case, actor=acting(case.owner), text="Едет")
    Delivery.objects.filter(message=answer).update(state="sent", sent_at=timezone.now())

    def keep() -> None:
        keep_promise(case=fresh(case), answer_id=answer.pk)

    assert while_open(keep, keep) == ["done", "done"]
    assert happened("cases.answered") == 1


@locks("cases.actions.promising.give_promise_back", "cases.actions.opening.record_undelivered")
@pytest.mark.parametrize("deed", ["give back", "record"])
def test_a_lost_answer_is_lost_once(case: Case, deed: str) -> None:
    answer = reply(case=case, actor=acting(case.owner), text="Едет")
    run_jobs()
    row = answer.deliveries.get()
    Delivery.objects.filter(pk=row.pk).update(state="bounced")

    def lose() -> None:
        if deed == "record":
            record_undelivered(case=fresh(case), delivery_id=row.pk)
        else:
            give_promise_back(case=fresh(case), answer_id=answer.pk)

    assert while_open(lose, lose) == ["done", "done"]
    assert happened(AnswerLost.event_name) == 1


@locks("cases.actions.spam.unmark_spam")
def test_a_case_is_no_spam_once(case: Case) -> None:
    mark_spam(case=case, actor=SYSTEM)

    def back() -> None:
        unmark_spam(case=fresh(case), actor=SYSTEM)

    assert while_open(back, back) == ["done", "changed_meanwhile"]
    assert fresh(case).state == Case.State.OPEN


# ── The customer's word ───────────────────────────────────────────────────────────────────
@pytest.fixture
def solved(case: Case) -> Case:
    mark_solved(case=case, actor=acting(case.owner), summary="Починили")
    return fresh(case)


@locks("voice.actions.ask_customer")
def test_a_customer_is_asked_once(solved: Case) -> None:
    Invitation.objects.all().delete()

    def ask() -> None:
        ask_customer(case=fresh(solved), round_=1)

    assert while_open(ask, ask) == ["done", "done"]
    assert happened("voice.customer_asked") == 1


@locks("voice.actions.note_asked")
def test_that_the_customer_was_asked_is_written_once(solved: Case) -> None:
    def tell() -> None:
        note_asked(case=fresh(solved))

    assert while_open(tell, tell) == ["done", "done"]
    assert happened("voice.customer_asked") == 1


@locks("voice.actions.withdraw_question")
def test_the_question_of_a_new_attempt_is_not_withdrawn(case: Case) -> None:
    def solve() -> None:
        mark_solved(case=fresh(case), actor=acting(case.owner), summary="Починили")

    with transaction.atomic():
        question_for(case=case, conversation=case.threads.get().conversation)

    assert while_open(solve, lambda: withdraw_question(case_id=case.pk)) == ["done", "done"]
    assert Invitation.objects.filter(case=case).count() == 1


@locks("voice.actions.follow_the_answer")
def test_what_was_answered_in_silence_counts_once(solved: Case) -> None:
    mark_spam(case=solved, actor=SYSTEM)
    record_answer(invitation=Invitation.objects.get(), is_solved=True, satisfaction=5)
    unmark_spam(case=fresh(solved), actor=SYSTEM)

    def follow() -> None:
        follow_the_answer(case_id=solved.pk)

    assert while_open(follow, follow) == ["done", "done"]
    assert happened("voice.answer_recorded") == 1


# ── Customers and agents ──────────────────────────────────────────────────────────────────
@locks("customers.actions.people.merge_customers")
def test_of_two_records_that_are_joined_crosswise_one_is_left() -> None:
    ivan, vanya = make_customer(), make_customer("Ваня", "vanya@mail.example")

    def join(into: Customer, other: Customer) -> None:
        merge_customers(into=into, other=other, actor=SYSTEM)

    assert while_open(lambda: join(ivan, vanya), lambda: join(vanya, ivan)) == ["done", "customer_gone"]
    assert Customer.objects.get(merged_into=None) == ivan


@locks("customers.actions.addresses.record_bounce")
def test_a_soft_bounce_softens_no_hard_one() -> None:
    make_customer()

    said = while_open(lambda: record_bounce(email=IVAN, is_hard=True), lambda: record_bounce(email=IVAN, is_hard=False))

    assert said == ["done", "done"]
    assert Customer.objects.get().contact_points.get().bounce == "hard"


@locks("team.actions.edit_agent")
def test_of_two_admins_who_step_down_one_stays() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)
    lida = make_agent("Лидия Ким", "lida@gorizont.example", Role.ADMIN)

    def step_down(agent: Agent) -> None:
        edit_agent(agent=Agent.objects.get(pk=agent.pk), actor=SYSTEM, changes={"role": Role.AGENT})

    assert while_open(lambda: step_down(vera), lambda: step_down(lida)) == ["done", "last_admin"]
    assert Agent.objects.get(role=Role.ADMIN) == lida


@locks("team.actions.edit_agent")
def test_two_admins_who_step_down_together_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    admins = [make_agent("Вера", f"{name}@gorizont.example", Role.ADMIN) for name in ("vera", "lida")]
    check = team._check_changes

    def slowly(agent: Agent, changes: Any) -> None:
        check(agent, changes)
        time.sleep(0.3)

    monkeypatch.setattr(team, "_check_changes", slowly)

    said = at_once(*[partial(edit_agent, agent=one, actor=SYSTEM, changes={"is_active": False}) for one in admins])

    assert sorted(said) == ["done", "last_admin"]


# ── Articles ──────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def published(olga: Actor) -> Article:
    article = write_article(words=Words(title="Возврат", body="Три дня."), actor=olga)
    publish(version=Version.objects.get(article=article), actor=olga)
    return Article.objects.get(pk=article.pk)


@locks("knowledge.actions.writing.start_draft")
def test_an_article_has_one_draft(olga: Actor) -> None:
    article = published(olga)

    def begin() -> None:
        start_draft(article=Article.objects.get(pk=article.pk), actor=olga)

    assert while_open(begin, begin) == ["done", "done"]
    assert Version.objects.filter(state="draft").count() == 1


@locks("knowledge.actions.writing.restore")
def test_an_old_version_is_brought_back_once(olga: Actor) -> None:
    version = published(olga).live

    def bring() -> None:
        restore(version=Version.objects.get(pk=version.pk if version else 0), actor=olga)

    assert while_open(bring, bring) == ["done", "draft_in_work"]


@locks("foundation.versions.save_words")
def test_of_two_who_save_a_draft_one_is_told(olga: Actor) -> None:
    write_article(words=Words(title="Возврат", body="Три дня."), actor=olga)
    version = Version.objects.get()

    def save(body: str) -> None:
        edit_draft(version=Version.objects.get(), words=Words(title="Возврат", body=body), actor=olga, edits=0)

    assert version.edits == 0
    assert while_open(lambda: save("Два."), lambda: save("Пять.")) == ["done", "changed_meanwhile"]
    assert Version.objects.get().body == "Два."


@locks("knowledge.actions.writing.drop_draft", "knowledge.actions.publishing.publish")
def test_the_last_version_of_an_article_is_not_thrown_away(olga: Actor) -> None:
    """While readers get their first version, the draft before it goes; then this one is all there is."""
    article = published(olga)
    draft = start_draft(article=article, actor=olga)

    def show() -> None:
        publish(version=Version.objects.get(pk=draft.pk), actor=olga)

    assert while_open(show, lambda: drop_draft(version=draft, actor=olga)) == ["done", "not_a_draft"]
    assert Article.objects.get().live == draft


@locks("knowledge.actions.files.add_file")
def test_two_files_of_an_article_count_each_other(olga: Actor) -> None:
    article = published(olga)
    file = keep_file(b"words", declared_type="text/plain")
    names = [f"{number}.txt" for number in range(MOST_FILES - 1)]
    ArticleFile.objects.bulk_create([ArticleFile(article=article, file=file, name=name) for name in names])

    def add(words: bytes) -> None:
        add_file(article=article, name="new.txt", content=words, actor=olga, content_type="text/plain")

    assert while_open(lambda: add(b"one"), lambda: add(b"other")) == ["done", "too_many_files"]


# ── Letters ───────────────────────────────────────────────────────────────────────────────
@locks("reach.actions.outbox.deliver")
def test_two_workers_hand_a_letter_over_once(case: Case) -> None:
    answer = reply(case=case, actor=acting(case.owner), text="Едет")
    before = len(outbox())

    said = at_once(*[lambda: deliver(message_id=answer.pk)] * 2)

    assert said == ["done", "done"]
    assert len(outbox()) == before + 1


@locks("reach.actions.outbox.mind_the_outbox")
def test_a_letter_of_unknown_outcome_is_taken_up_once(case: Case) -> None:
    answer = reply(case=case, actor=acting(case.owner), text="Едет")
    hour_ago = timezone.now() - timedelta(hours=1)
    Delivery.objects.filter(message=answer).update(state="sending", claimed_at=hour_ago, attempts=1)

    said = while_open(mind_the_outbox, mind_the_outbox)

    assert said == ["done", "done"]
    assert happened(MessageUndelivered.event_name) == 0
    assert answer.deliveries.get().state == "queued"


@locks("reach.actions.refusals.mind_refusals")
def test_that_our_mail_is_refused_is_said_once(case: Case) -> None:
    for number in range(5):
        lost = MessageUndelivered(
            message_id=number, conversation_id=case.threads.get().conversation_id, delivery_id=1, fault="authentication"
        )
        events.announce(lost, actor=SYSTEM)

    assert while_open(mind_refusals, mind_refusals) == ["done", "done"]
    assert happened("reach.our_mail_refused") == 1


@locks("reach.actions.indexing.derive_messages_anew", "cases.actions.indexing.derive_cases_anew")
@pytest.mark.parametrize(("derive", "kind"), [(derive_messages_anew, Message), (derive_cases_anew, Case)])
def test_what_is_just_being_blanked_is_not_found_again(case: Case, derive: Any, kind: Any) -> None:
    kind.objects.update(search_version=0)

    def blank() -> None:
        kind.objects.update(search=None)

    assert while_open(blank, lambda: derive(before=2**62, most=100)) == ["done", "done"]
    assert not kind.objects.exclude(search=None).exists()


@locks("reach.actions.stopping.stop_letters", "reach.actions.stopping.let_letters_go")
def test_letters_are_stopped_once_and_leave_once(case: Case) -> None:
    letter = reply(case=case, actor=acting(case.owner), text="Едет")

    def stop() -> None:
        stop_letters(conversation_ids=[letter.conversation_id], actor=SYSTEM)

    def let_go() -> None:
        let_letters_go(delivery_ids=[letter.deliveries.get().pk], actor=SYSTEM)

    before = happened("reach.message_queued")
    assert while_open(stop, stop) == ["done", "done"]
    assert happened("reach.message_cancelled") == 1
    assert while_open(let_go, let_go) == ["done", "done"]
    assert happened("reach.message_queued") == before + 1


@locks("reach.actions.held.empty_the_bin")
def test_a_letter_that_is_just_brought_back_stays_whole() -> None:
    make_inbox()
    raw = arrive(letter(), run=False)
    month_ago = timezone.now() - timedelta(days=31)
    RawMessage.objects.filter(pk=raw.pk).update(state="deleted", held_reason="no_inbox", deleted_at=month_ago)
    olga = acting(make_lead())

    said = while_open(
        lambda: bring_back_held(raw=RawMessage.objects.get(pk=raw.pk), actor=olga), empty_the_bin, waits=False
    )

    assert said == ["done", "done"]
    kept = RawMessage.objects.get(pk=raw.pk)
    assert (kept.state, kept.body is None) == ("held", False)


# ── Files and jobs ────────────────────────────────────────────────────────────────────────
@locks("foundation.files.keeping.keep_file", "foundation.files.keeping.keep_for_a_day")
@pytest.mark.parametrize("keep_bytes", [keep_file, keep_for_a_day])
def test_the_same_bytes_are_kept_once(keep_bytes: Any) -> None:
    def keep() -> None:
        keep_bytes(b"words", declared_type="text/plain")

    assert while_open(keep, keep) == ["done", "done"]
    assert default_storage.exists(StoredFile.objects.get().path)


@locks(
    "foundation.files.keeping.forget_files",
    "foundation.files.keeping.forget_unused_files",
    "foundation.files.keeping.forget_stray_bytes",
)
@pytest.mark.parametrize("kind", ["named", "unused", "stray"])
def test_bytes_that_come_again_while_they_are_forgotten_stay(olga: Actor, kind: str) -> None:
    article = published(olga)
    file, soon = keep_file(b"words", declared_type="text/plain"), timezone.now() + timedelta(hours=1)
    if kind == "stray":
        StoredFile.objects.all().delete()
    forget: dict[str, Callable[[], object]] = {
        "named": lambda: forget_files([file.pk]),
        "unused": lambda: forget_unused_files(before=soon),
        "stray": lambda: forget_stray_bytes(shelf=int(file.sha256[:2], 16), before=soon),
    }

    def come_again() -> None:
        add_file(article=article, name="a.txt", content=b"words", actor=olga, content_type="text/plain")

    assert while_open(come_again, forget[kind], waits=kind != "unused") == ["done", "done"]
    assert default_storage.exists(ArticleFile.objects.get().file.path)


@locks("foundation.events.announcing.reacting_at_once")
def test_an_urgent_reaction_that_a_worker_has_begun_is_left_to_it() -> None:
    ran: list[Any] = []
    promised = events._Promised(job_id=1, run=ran.append, happened=events.DomainEvent())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'react') RETURNING id"
        )
        promised = events._Promised(job_id=cursor.fetchone()[0], run=ran.append, happened=promised.happened)

    def begin() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE id = %s FOR UPDATE", [promised.job_id])

    assert while_open(begin, lambda: events._keep_promise(promised), waits=False) == ["done", "done"]
    assert ran == []
