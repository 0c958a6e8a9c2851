"""Files that wait with a draft: there when the agent comes back, in one letter exactly once, gone with the draft."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import DjangoCaptureOnCommitCallbacks

from otklik.cases.actions import (
    add_draft_files,
    erase_person,
    forget_draft,
    remove_draft_file,
    save_draft,
    take_back,
    take_draft_files,
)
from otklik.cases.models import Case, Draft, DraftFile
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.foundation.models import StoredFile
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import Words, publish, write_article
from otklik.knowledge.models import Quote
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Attachment, Message
from tests.building import IVAN, acting, make_agent, make_case, make_customer, make_lead, outbox, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def paper(name: str = "Счёт.pdf", content: bytes = b"%PDF-1.7 one") -> IncomingFile:
    return IncomingFile(name=name, content_type="application/pdf", content=content)


def add(case: Case, *files: IncomingFile, kind: str = "reply") -> list[int]:
    rows = add_draft_files(case=case, actor=acting(case.owner), kind=kind, files=files or [paper()])
    return [row.pk for row in rows]


def upload(name: str = "Счёт.pdf", content: bytes = b"%PDF-1.7 one") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def test_a_chosen_file_is_kept_at_once_and_there_after_coming_back(case: Case) -> None:
    browser = desk(case.owner)

    rows = browser.post(f"/desk/cases/{case.pk}/drafts/reply/files", {"attached": upload()}).text
    page = browser.get(f"/desk/cases/{case.pk}/").text

    row = DraftFile.objects.get()
    assert f'name="kept" value="{row.pk}"' in rows
    assert rows.strip() in page
    assert "Счёт.pdf" not in desk(make_agent("Борис", "boris@gorizont.example")).get(f"/desk/cases/{case.pk}/").text


def test_the_file_leaves_with_the_letter_once(case: Case) -> None:
    (kept,) = add(case)
    browser = desk(case.owner)
    words = {"text": "Вот счёт", "kept": kept, "then": "send"}

    first = browser.post(f"/desk/cases/{case.pk}/reply", words)
    again = browser.post(f"/desk/cases/{case.pk}/reply", words)

    assert (first.status_code, again.status_code) == (302, 409)
    assert [one.name for one in Attachment.objects.filter(message__direction="out")] == ["Счёт.pdf"]
    assert not DraftFile.objects.exists()
    assert not Draft.objects.filter(text="").exists()


def test_a_refused_letter_keeps_its_files(case: Case) -> None:
    (kept,) = add(case)

    answer = desk(case.owner).post(
        f"/desk/cases/{case.pk}/reply", {"text": " ", "kept": kept, "attached": upload("Б.pdf")}
    )

    assert answer.status_code == 422
    assert re.findall(r'name="kept" value="(\d+)"', answer.text) == [str(kept), str(DraftFile.objects.last().pk)]  # type: ignore[union-attr]
    assert not Attachment.objects.filter(message__direction="out").exists()


def test_a_letter_taken_back_gives_its_files_back(case: Case) -> None:
    set_policy("reach.undo_seconds", value=30)
    (kept,) = add(case)
    desk(case.owner).post(f"/desk/cases/{case.pk}/reply", {"text": "Вот счёт", "kept": kept, "then": "send"})

    draft = take_back(case=case, message=Message.objects.filter(purpose="answer").get(), actor=acting(case.owner))
    run_jobs()

    assert [one.name for one in draft.files.all()] == ["Счёт.pdf"]
    assert not any("Счёт" in letter.decode() or b"application/pdf" in letter for letter in outbox())


def test_a_letter_taken_back_quotes_no_article(case: Case) -> None:
    set_policy("reach.undo_seconds", value=30)
    lead = acting(make_lead())
    made = write_article(words=Words(title="Возврат", body="Напишите нам."), actor=lead)
    publish(version=made.versions.get(), actor=lead)
    desk(case.owner).post(f"/desk/cases/{case.pk}/reply", {"text": f"Вот: /help/{made.slug}", "then": "send"})
    assert Quote.objects.get().article == made

    take_back(case=case, message=Message.objects.filter(purpose="answer").get(), actor=acting(case.owner))

    assert not Quote.objects.exists()


def test_a_note_takes_its_own_files_only(case: Case) -> None:
    (of_the_letter,), (of_the_note,) = add(case), add(case, paper("Справка.pdf", b"%PDF note"), kind="note")
    browser = desk(case.owner)

    wrong = browser.post(f"/desk/cases/{case.pk}/note", {"text": "Смотри", "kept": of_the_letter})
    right = browser.post(f"/desk/cases/{case.pk}/note", {"text": "Смотри", "kept": of_the_note})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert [one.name for one in Attachment.objects.filter(message__direction="note")] == ["Справка.pdf"]
    assert DraftFile.objects.get().pk == of_the_letter


def test_a_file_is_taken_by_its_author_only(case: Case) -> None:
    (kept,) = add(case)
    boris = make_agent("Борис", "boris@gorizont.example")

    with pytest.raises(Refusal) as refused:
        take_draft_files(case=case, actor=acting(boris), kind="reply", file_ids=[kept])
    remove_draft_file(case=case, actor=acting(boris), file_id=kept)

    assert refused.value.code == "changed_meanwhile"
    assert DraftFile.objects.filter(pk=kept).exists()


def test_removing_the_last_file_of_a_wordless_draft_forgets_both(case: Case) -> None:
    (kept,) = add(case)

    answer = desk(case.owner).post(f"/desk/cases/{case.pk}/drafts/files/{kept}/remove", {})

    assert answer.status_code == 204
    assert not Draft.objects.exists()
    assert not StoredFile.objects.exists()


def test_without_scripts_removing_a_file_keeps_what_was_typed(case: Case) -> None:
    (kept,) = add(case)

    answer = desk(case.owner).post(
        f"/desk/cases/{case.pk}/drafts/files/{kept}/remove", {"text": "Начатый ответ", "kept": kept}
    )

    assert answer.status_code == 302
    assert Draft.objects.get().text == "Начатый ответ"


def test_an_emptied_text_keeps_the_draft_while_files_wait(case: Case) -> None:
    add(case)

    save_draft(case=case, actor=acting(case.owner), kind="reply", text="")

    assert Draft.objects.get().files.count() == 1


def test_a_forgotten_draft_takes_its_files_along(case: Case) -> None:
    add(case)

    forget_draft(case=case, actor=acting(case.owner), kind="reply")

    assert not DraftFile.objects.exists()


@pytest.mark.parametrize(("file", "words"), [(upload("run.exe", b"MZ"), "run.exe"), (upload("empty.pdf", b""), "")])
def test_what_may_not_be_sent_is_refused_in_words(case: Case, file: SimpleUploadedFile, words: str) -> None:
    answer = desk(case.owner).post(f"/desk/cases/{case.pk}/drafts/reply/files", {"attached": file})

    assert answer.status_code == 422
    assert words in answer.text
    assert not DraftFile.objects.exists()


def test_files_of_one_letter_have_a_limit_together(case: Case) -> None:
    set_policy("portal.upload_limit_bytes", value=20)
    add(case)

    with pytest.raises(Refusal) as refused:
        add(case, paper("Второй.pdf", b"%PDF-1.7 two"))

    assert refused.value.code == "files_too_large"


def test_erasing_a_person_forgets_what_waits_to_be_sent_to_them(case: Case) -> None:
    add(case)

    erase_person(customer=case.customer, actor=SYSTEM)

    assert not StoredFile.objects.exists()


def test_the_preview_names_the_files(case: Case) -> None:
    (kept,) = add(case)

    page = desk(case.owner).post(f"/desk/cases/{case.pk}/preview", {"text": "Вот счёт", "kept": kept}).text

    assert "Счёт.pdf" in page


def test_erasing_a_person_takes_their_letters_out_of_the_folder(
    case: Case, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    make_case(owner=case.owner, customer=make_customer("Пётр", "petr@mail.example"), address="petr@mail.example")
    before = outbox()

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(customer=case.customer, actor=SYSTEM)

    kept = outbox()
    assert any(IVAN.encode() in one for one in before)
    assert not any(IVAN.encode() in one for one in kept)
    assert [_of_petr(one) for one in before if _of_petr(one)] == [_of_petr(one) for one in kept if _of_petr(one)]


def _of_petr(letter: bytes) -> bytes:
    """The letter if it is for him; other tests leave theirs in the folder."""
    return letter if b"petr@mail.example" in letter else b""
