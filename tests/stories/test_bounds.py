"""What is said to last so long, or to be so long at most, does so to its last moment and letter, and no further.

The numbers stand here as people were told them, not as the code names them.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from otklik.cases.actions import edit_case, mark_solved, reply, save_custom_field, tag_case
from otklik.cases.models import Case
from otklik.customers.actions import check_code, forget_old_codes, make_code
from otklik.customers.models import AddressProof, EndedSignIn, FormerAddress
from otklik.foundation.actors import SYSTEM
from otklik.foundation.files.keeping import keep_file
from otklik.foundation.files.links import asked, file_url
from otklik.foundation.files.uploads import clean_name
from otklik.foundation.handlers import clean_up_files
from otklik.foundation.http.idempotency import forget_old_keys
from otklik.foundation.http.limits import forget_old_counts
from otklik.foundation.models import IdempotencyKey, StoredFile, Tally
from otklik.knowledge.actions import Asked, Words, note_reading, note_search, publish, write_article
from otklik.knowledge.models import Article, Place
from otklik.portal.actions import hear_from_page, keep_until_sent, look_at_uploads, new_once
from otklik.reach.actions.held import delete_held, empty_the_bin
from otklik.reach.actions.intake import take_in_forgotten
from otklik.reach.actions.outbox import mind_the_outbox
from otklik.reach.models import Delivery, Message, RawMessage
from otklik.team.actions import create_token, note_token_use
from otklik.team.models import ApiToken
from otklik.voice.models import Invitation
from otklik.voice.queries import invitation_by_token
from tests.building import HELP, IVAN, acting, arrive, letter, make_agent, make_case, make_inbox, refused, run_jobs

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=2)


_BEGAN: list[datetime] = []


@pytest.fixture(autouse=True)
def _time_stands_still() -> Iterator[None]:
    """However slow the machine: everything begins at one moment."""
    _BEGAN[:] = [timezone.now()]
    with after(timedelta()):
        yield


def after(wait: timedelta) -> time_machine.travel:
    return time_machine.travel(_BEGAN[0] + wait, tick=False)


@pytest.fixture
def case() -> Case:
    return make_case()


# ── How long ──────────────────────────────────────────────────────────────────────────────
def test_a_code_lives_ten_minutes() -> None:
    proof, code = make_code(email=IVAN)
    other, its_code = make_code(email=IVAN)
    make_case()

    with after(timedelta(minutes=10) - MOMENT):
        assert check_code(email=IVAN, code=code, proof_id=proof.pk).name == "Иван Козлов"
    with after(timedelta(minutes=10) + MOMENT), refused("code_spent"):
        check_code(email=IVAN, code=its_code, proof_id=other.pk)


def test_a_code_may_be_mistyped_four_times_and_not_five() -> None:
    make_case()
    proof, code = make_code(email=IVAN)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"

    for _time in range(4):
        with refused("code_wrong"):
            check_code(email=IVAN, code=wrong, proof_id=proof.pk)
    assert check_code(email=IVAN, code=code, proof_id=proof.pk).name == "Иван Козлов"

    proof, code = make_code(email=IVAN)
    for _time in range(5):
        with refused("code_wrong"):
            check_code(email=IVAN, code=f"{(int(code) + 1) % 1_000_000:06}", proof_id=proof.pk)
    with refused("code_spent"):
        check_code(email=IVAN, code=code, proof_id=proof.pk)


def test_a_question_can_be_answered_for_a_year(case: Case) -> None:
    mark_solved(case=case, actor=acting(case.owner), summary="Готово")
    token = Invitation.objects.get().token

    with after(timedelta(days=365) - MOMENT):
        assert invitation_by_token(token).case == case
    with after(timedelta(days=365) + MOMENT), refused("link_expired"):
        invitation_by_token(token)


def test_a_letter_may_wait_for_a_year_and_no_longer(case: Case) -> None:
    reply(case=case, actor=acting(case.owner), text="Едет", send_at=_BEGAN[0] + timedelta(days=365) - MOMENT)

    for wait in (timedelta(), timedelta(days=365)):
        with refused("send_at_invalid"):
            reply(case=case, actor=acting(case.owner), text="Едет", send_at=_BEGAN[0] + wait)


def test_the_address_of_a_file_is_good_until_the_day_after_tomorrow_ends() -> None:
    file = keep_file(b"%PDF-1.7", declared_type="application/pdf")
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    token, _slash, name = file_url(file, "a.pdf").removeprefix("/files/").partition("/")

    with time_machine.travel(today + timedelta(days=3) - MOMENT, tick=False):
        assert asked(token, name).file_id == file.pk
    with time_machine.travel(today + timedelta(days=3), tick=False), refused("link_expired"):
        asked(token, name)


def test_a_form_lives_a_week(case: Case) -> None:
    once = new_once()

    def say(text: str) -> object:
        return hear_from_page(case=case, text=text, uploads=[], once=once, network="192.0.2.7", typed_in=0)

    with after(timedelta(days=7) - MOMENT):
        say("Ау")
    with after(timedelta(days=7) + MOMENT), refused("link_expired"):
        say("Ау?")


def test_a_file_that_was_not_sent_yet_is_brought_back_for_a_day() -> None:
    looked_at, _refused = look_at_uploads([SimpleUploadedFile("a.txt", b"words")], [])
    [kept] = keep_until_sent(looked_at, network="192.0.2.7")
    token = kept.token

    with after(timedelta(days=1) - MOMENT):
        assert [one.name for one in look_at_uploads([], [token])[0]] == ["a.txt"]
    with after(timedelta(days=1) + MOMENT):
        assert look_at_uploads([], [token]) == ([], [])


@pytest.mark.parametrize(
    ("minutes", "readings"),
    [(29, 1), (31, 2)],
)
def test_half_an_hour_is_one_visit(minutes: int, readings: int) -> None:
    made = write_article(words=Words(title="Возврат", body="Напишите нам."), actor=SYSTEM)
    publish(version=made.versions.get(), actor=SYSTEM)
    article, wish = Article.objects.get(), Asked(words="возврат", place=Place.PORTAL, visitor="a" * 32)
    counted = [note_reading(article=article, place=Place.PORTAL, visitor="a" * 32)]
    first = note_search(wish, found=1, is_answered=True)

    with after(timedelta(minutes=minutes)):
        counted.append(note_reading(article=article, place=Place.PORTAL, visitor="a" * 32))
        again = note_search(wish, found=1, is_answered=True)

    assert (sum(counted), 1 + (again.pk != first.pk)) == (readings, readings)


def test_when_a_token_was_used_is_noted_to_the_minute() -> None:
    anna = make_agent()
    create_token(agent=anna, actor=acting(anna))
    note_token_use(token=ApiToken.objects.get())
    first = ApiToken.objects.get().last_used_at
    assert first is not None

    with after(timedelta(seconds=59)):
        note_token_use(token=ApiToken.objects.get())
        assert ApiToken.objects.get().last_used_at == first
    with after(timedelta(seconds=62)):
        note_token_use(token=ApiToken.objects.get())
        assert ApiToken.objects.get().last_used_at == timezone.now()


# ── How long it is kept ───────────────────────────────────────────────────────────────────
def _thrown_away(since: datetime) -> Callable[[], bool]:
    make_agent()
    make_inbox()
    row = arrive(letter("С сайта", From=HELP))
    delete_held(raw=row, actor=SYSTEM)
    RawMessage.objects.filter(pk=row.pk).update(deleted_at=since)
    empty_the_bin()
    return RawMessage.objects.filter(pk=row.pk, body__isnull=False).exists


def _spent_key(since: datetime) -> Callable[[], bool]:
    key = IdempotencyKey.objects.create(scope="1", key="one", fingerprint="x", status=200)
    IdempotencyKey.objects.filter(pk=key.pk).update(created_at=since)
    forget_old_keys()
    return IdempotencyKey.objects.exists


def _count(since: datetime) -> Callable[[], bool]:
    Tally.objects.create(who="x", since=since, count=1)
    forget_old_counts()
    return Tally.objects.exists


def _former_address(since: datetime) -> Callable[[], bool]:
    former = FormerAddress.objects.create(customer=make_case().customer, value="old@mail.example")
    FormerAddress.objects.filter(pk=former.pk).update(removed_at=since)
    forget_old_codes()
    return FormerAddress.objects.exists


def _ended_sign_in(since: datetime) -> Callable[[], bool]:
    EndedSignIn.objects.create(mark="x", ended_at=since)
    forget_old_codes()
    return EndedSignIn.objects.exists


def _code(since: datetime) -> Callable[[], bool]:
    proof, _code = make_code(email=IVAN)
    AddressProof.objects.filter(pk=proof.pk).update(expires_at=since)
    forget_old_codes()
    return AddressProof.objects.exists


def _file_of_nobody(since: datetime) -> Callable[[], bool]:
    file = keep_file(b"words", declared_type="text/plain")
    StoredFile.objects.filter(pk=file.pk).update(created_at=since)
    clean_up_files()
    return StoredFile.objects.exists


@pytest.mark.parametrize(
    ("kept", "how_long"),
    [
        (_thrown_away, timedelta(days=30)),
        (_spent_key, timedelta(days=7)),
        (_count, timedelta(days=2)),
        (_former_address, timedelta(days=30)),
        (_ended_sign_in, timedelta(days=30)),
        (_code, timedelta(days=1)),
        (_file_of_nobody, timedelta(hours=26)),
    ],
)
@pytest.mark.parametrize("is_over", [False, True])
def test_it_is_kept_so_long(kept: Callable[[datetime], Callable[[], bool]], how_long: timedelta, is_over: bool) -> None:  # noqa: FBT001
    slack = timedelta(minutes=5) if is_over else -timedelta(minutes=5)

    is_there = kept(timezone.now() - how_long - slack)

    assert is_there() is not is_over


@pytest.mark.parametrize("is_over", [False, True])
def test_a_letter_in_hand_is_given_ten_minutes(case: Case, is_over: bool) -> None:  # noqa: FBT001
    ours = reply(case=case, actor=acting(case.owner), text="Едет")
    claimed = timezone.now() - timedelta(minutes=10, seconds=20 if is_over else -20)
    Delivery.objects.filter(message=ours).update(state="sending", attempts=1, claimed_at=claimed)

    mind_the_outbox()

    assert Delivery.objects.get(message=ours).state == ("queued" if is_over else "sending")


@pytest.mark.parametrize("is_over", [False, True])
def test_a_letter_that_has_lost_its_job_is_taken_up_after_five_minutes(case: Case, is_over: bool) -> None:  # noqa: FBT001
    ours = reply(case=case, actor=acting(case.owner), text="Едет")
    _forget_jobs()
    moment = timezone.now() - timedelta(minutes=5, seconds=20 if is_over else -20)
    Delivery.objects.filter(message=ours).update(next_at=moment)

    mind_the_outbox()

    assert _jobs() == (["reach.deliver"] if is_over else [])


@pytest.mark.parametrize("is_over", [False, True])
def test_a_letter_that_nobody_takes_in_is_taken_up_after_a_minute(is_over: bool) -> None:  # noqa: FBT001
    make_agent()
    row = arrive(letter(), run=False)
    _forget_jobs()
    moment = timezone.now() - timedelta(minutes=1, seconds=20 if is_over else -20)
    RawMessage.objects.filter(pk=row.pk).update(kept_at=moment)

    take_in_forgotten()
    run_jobs()

    assert RawMessage.objects.get(pk=row.pk).state == ("received" if is_over else "waiting")


def _jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs")
        return [name for (name,) in cursor.fetchall()]


def _forget_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


# ── How much ──────────────────────────────────────────────────────────────────────────────
def test_a_tag_has_forty_letters(case: Case) -> None:
    assert tag_case(case=case, actor=acting(case.owner), add=["а" * 40, "б" * 41]) == ["а" * 40, "б" * 40]


def test_a_fact_about_a_case_has_a_thousand_letters(case: Case) -> None:
    save_custom_field(about="case", key="order", values={"name": "Заказ", "kind": "text"}, actor=SYSTEM)
    edit_case(case=case, actor=acting(case.owner), changes={"custom": {"order": "7" * 1000}})

    with refused("custom_invalid"):
        edit_case(case=case, actor=acting(case.owner), changes={"custom": {"order": "7" * 1001}})


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("a" * 146 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 147 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 200 + "." + "b" * 30, "a" * 130 + "." + "b" * 19),
    ],
)
def test_the_name_of_a_file_has_a_hundred_and_fifty_letters(name: str, clean: str) -> None:
    assert clean_name(name) == clean


# ── A letter in which nothing ends ────────────────────────────────────────────────────────
def test_a_letter_in_which_nothing_ends_is_kept_as_far_as_it_goes() -> None:
    make_agent()
    long: dict[str, str] = {
        "From": f"{'И' * 300} <{IVAN}>",
        "Subject": "т" * 400,
        "Message-ID": f"<{'m' * 600}@mail.example>",
        "In-Reply-To": f"<{'r' * 600}@mail.example>",
        "References": f"<{'r' * 600}@mail.example>",
    }

    arrive(_raw(long))

    said = Message.objects.get(direction="in")
    assert (said.author_name, said.subject) == ("И" * 200, "т" * 300)
    assert said.external_id.startswith("sha256:")
    assert (said.conversation.subject, said.conversation.customer.name) == ("т" * 300, "И" * 200)
    assert [part.name[-4:] for part in said.attachments.all()] == [".pdf"]
    assert Message.objects.filter(direction="out", purpose="acknowledgement").count() == 1


def _raw(headers: dict[str, str]) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    for name, value in ({"To": HELP} | headers).items():
        mail[name] = value
    mail.set_content("Учебник не пришёл.")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="x" * 200, filename="ф" * 300 + ".pdf")
    return mail.as_bytes()
