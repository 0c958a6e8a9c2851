"""Complaints on the desk and on the customer's page."""

import json
import re
import socket
import zipfile
import zlib
from datetime import timedelta
from importlib import import_module

import pytest
from django.test import Client
from django.utils import timezone

from otklik.cases.actions import erase_person
from otklik.cases.export import personal_data
from otklik.cases.queries import case_link
from otklik.complaints import actions
from otklik.complaints.checks import paper
from otklik.complaints.models import Complaint, Stage, Step, Term, Way
from otklik.foundation.actors import SYSTEM
from otklik.foundation.files import pdf
from otklik.foundation.policies import policy
from otklik.foundation.switching import switch_module
from otklik.team.models import Agent
from tests.building import acting, customer_actor, make_agent, make_case, make_customer, make_lead, refused, run_jobs
from tests.complaints.making import ANSWER, boris, fresh, make_complaint, make_term
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


# ── The desk ──────────────────────────────────────────────────────────────────────────────
def test_a_complaint_is_registered_from_its_case() -> None:
    case = make_case()
    anna = desk(case.owner)

    assert f"/desk/cases/{case.number}/complaint" in anna.get(f"/desk/cases/{case.number}/").text
    assert anna.post(f"/desk/cases/{case.number}/complaint", {"remedy_sought": ""}).status_code == 422
    answer = anna.post(f"/desk/cases/{case.number}/complaint", {"remedy_sought": "Верните деньги"})

    complaint = Complaint.objects.get()
    assert answer["Location"] == f"/desk/complaints/{complaint.pk}/"
    assert "Верните деньги" in anna.get(answer["Location"]).text
    panel = anna.get(f"/desk/cases/{case.number}/").text.partition('id="panel-complaint"')[2]
    assert f"/desk/complaints/{complaint.pk}/" in panel[:600]


def test_every_stage_has_its_page_and_the_page_says_what_is_next() -> None:
    way = Way.objects.create(name="Служба защиты")
    complaint = make_complaint()
    anna, olga = desk(complaint.case.owner), desk(make_lead())
    place = f"/desk/complaints/{complaint.pk}/"
    soon = (timezone.localtime() + timedelta(hours=5)).strftime("%Y-%m-%dT%H:%M")
    steps = (
        ("acknowledge", {"words": "Мне жаль", "hear_by": soon}, Stage.ACKNOWLEDGED),
        ("assess", {"severity": "3", "investigator": boris().pk}, Stage.ASSESSED),
        ("entrust", {"to": complaint.case.owner.pk}, Stage.ASSESSED),
        ("terms", {}, Stage.ASSESSED),
        ("investigate", {"findings": "Так и было"}, Stage.INVESTIGATED),
        ("answer", ANSWER, Stage.ANSWERED),
        ("refuse", {"words": "«Нет»"}, Stage.REFUSED),
        ("ways", {"words": "Мне жаль", "ways": way.pk}, Stage.REFUSED),
        ("end", {"words": "Пробовали всё"}, Stage.EXHAUSTED),
        ("improve", {"root_cause": "Некому предупредить"}, Stage.IMPROVED),
    )
    for name, data, stage in steps:
        who = olga if name in {"end", "improve"} else anna
        assert f"do/{name}" in who.get(place).text
        assert who.get(f"{place}do/{name}").status_code == 200
        answer = who.post(f"{place}do/{name}", data)
        assert (answer.status_code, fresh(complaint).stage) == (302, stage), name
    assert "Некому предупредить" in anna.get(place).text
    assert anna.get(f"{place}do/dance").status_code == 404


def test_whoever_gave_the_refused_answer_is_led_to_a_colleague() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    actions.refuse(complaint=complaint, actor=customer_actor(complaint.case))
    Complaint.objects.filter(pk=complaint.pk).update(ways_offered_at=timezone.now())

    def loudest(agent: Agent) -> str:
        page = desk(agent).get(f"/desk/complaints/{complaint.pk}/").text
        return page.partition('class="btn primary"')[2].partition("/do/")[2].partition('"')[0]

    assert loudest(boris()) == "entrust"
    assert loudest(complaint.case.owner) == "investigate"


def test_a_step_out_of_order_is_told_on_its_page() -> None:
    complaint = make_complaint()

    answer = desk(complaint.case.owner).post(f"/desk/complaints/{complaint.pk}/do/answer", ANSWER)

    assert answer.status_code == 422
    assert fresh(complaint).stage == Stage.RECEIVED


def test_whom_it_is_about_sees_it_and_decides_nothing() -> None:
    complaint = make_complaint(Stage.ACKNOWLEDGED, against=boris())

    page = desk(boris()).get(f"/desk/complaints/{complaint.pk}/").text

    assert "/do/" not in page


def test_the_list_shows_what_is_not_settled_and_what_is_asked_for() -> None:
    make_term()
    open_, urgent = make_complaint(), make_complaint(Stage.ACKNOWLEDGED, case=make_case(owner=boris()))
    actions.assess(complaint=urgent, actor=acting(boris()), severity=5, is_urgent=True)
    settled = make_complaint(case=make_case(owner=make_lead()), remedy_sought="Забудьте")
    actions.withdraw(complaint=settled, actor=acting(settled.case.owner), words="Передумали")
    anna = desk(open_.case.owner)

    def shown(query: str) -> set[int]:
        page = anna.get(f"/desk/complaints/{query}").text
        return {one.pk for one in (open_, urgent, settled) if f'"/desk/complaints/{one.pk}/"' in page}

    assert shown("") == {open_.pk, urgent.pk}
    assert shown("?stage=all") == {open_.pk, urgent.pk, settled.pk}
    assert shown("?stage=withdrawn") == {settled.pk}
    assert shown("?stage=due") == {open_.pk, urgent.pk}
    assert shown("?whose=mine") == {open_.pk}
    assert shown("?grave=grave") == shown("?grave=urgent") == {urgent.pk}
    for order in ("number", "-due", "due", "grave", "stage"):
        assert shown(f"?sort={order}") == {open_.pk, urgent.pk}


def test_the_rail_counts_what_waits_for_this_agent() -> None:
    complaint = make_complaint()

    def counted(agent: Agent) -> bool:
        entry = desk(agent).get("/desk/complaints/").text.partition('href="/desk/complaints/" aria-current="page"')[2]
        return 'data-tone="accent">1<' in entry[:400]

    assert counted(complaint.case.owner)
    assert not counted(boris())


def test_the_printed_file_holds_everything_in_order_and_needs_nothing_else() -> None:
    make_term()
    complaint = make_complaint(Stage.ANSWERED, happened="Курс отменили <b>накануне</b>")
    anna = desk(complaint.case.owner)

    page = anna.get(f"/desk/complaints/{complaint.pk}/file")
    saved = anna.get(f"/desk/complaints/{complaint.pk}/file?download")

    for words in ("Верните деньги за курс", "Курс отменили", ANSWER["text"], ANSWER["prevention"], "Десять дней"):
        assert words in page.text
    assert "Учебник так и не пришёл" in page.text
    assert "<b>накануне" not in page.text
    assert "ISO 10002" in page.text
    assert saved["Content-Disposition"] == f'attachment; filename="complaint-{complaint.pk}.html"'
    assert "<link" not in saved.text
    assert "break-inside: avoid" in saved.text


def test_it_is_saved_as_pdf_in_our_own_font() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    anna = desk(complaint.case.owner)

    saved = anna.get(f"/desk/complaints/{complaint.pk}/file?pdf")

    assert saved["Content-Type"] == "application/pdf"
    assert saved["Content-Disposition"] == f'attachment; filename="complaint-{complaint.pk}.pdf"'
    assert saved.content.startswith(b"%PDF-")
    for family in (b"+Onest-Cyrillic", b"+Onest-Latin"):
        assert family in unpacked(saved.content)
    assert "?pdf" in anna.get(f"/desk/complaints/{complaint.pk}/file").text


def unpacked(file: bytes) -> bytes:
    """What stands in the streams of a PDF."""
    return b"".join(zlib.decompress(one) for one in re.findall(rb"stream\n(x.*?)\nendstream", file, re.DOTALL))


def test_a_pdf_fetches_nothing_from_anywhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        there = f"http://127.0.0.1:{server.getsockname()[1]}/x"

        made = pdf.pdf_of(f'<link rel="stylesheet" href="{there}.css"><img src="{there}.png">Слова', css="")

        assert made.startswith(b"%PDF-")
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize(("error", "why"), [(ImportError, "not_installed"), (OSError, "no_libraries")])
def test_without_the_library_the_page_says_that_the_browser_saves_it(
    error: type[Exception], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = make_complaint()
    anna = desk(complaint.case.owner)

    def missing(name: str) -> object:
        if name == "weasyprint":
            raise error
        return import_module(name)

    pdf._weasyprint.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(pdf, "import_module", missing)
        page = anna.get(f"/desk/complaints/{complaint.pk}/file").text
        answer = anna.get(f"/desk/complaints/{complaint.pk}/file?pdf")
        found, said = list(paper()), pdf.why_no_pdf()
        with refused("no_pdf_here"):
            pdf.pdf_of("<p>", css="")
    pdf._weasyprint.cache_clear()

    assert said == why
    assert "?pdf" not in page
    assert "браузером" in page
    assert answer.status_code == 422
    assert [is_well for is_well, _said in found] == [None if why == "not_installed" else False]
    assert [is_well for is_well, _said in paper()] == [True]


def test_what_is_too_long_for_a_pdf_is_told_so() -> None:
    with refused("too_long_for_pdf"):
        pdf.pdf_of("я" * 2_000_001, css="")


def test_a_complaint_out_of_sight_is_not_found() -> None:
    complaint = make_complaint()
    Agent.objects.filter(pk=boris().pk).update(sight="own")
    stranger = desk(Agent.objects.get(pk=boris().pk))

    assert stranger.get(f"/desk/complaints/{complaint.pk}/").status_code == 404
    assert stranger.get(f"/desk/complaints/{complaint.pk}/file").status_code == 404
    assert f'"/desk/complaints/{complaint.pk}/"' not in stranger.get("/desk/complaints/?stage=all").text


def test_the_palette_finds_it_by_number_and_by_words() -> None:
    complaint = make_complaint()
    anna = desk(complaint.case.owner)

    for words in (f"Жалоба № {complaint.pk}", f"complaint {complaint.pk}", "деньги за курс"):
        assert f"/desk/complaints/{complaint.pk}/" in anna.get("/desk/palette", {"q": words}).text


def test_rules_terms_and_ways_are_settings() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    vera.post("/desk/settings/complaints", {"complaints__hear_within_days": "5"})
    vera.post(
        "/desk/settings/complaints/terms/new",
        {"name": "Наш срок", "days": "5", "is_working": "working", "starts": "registered", "warn_days": "1"},
    )
    vera.post("/desk/settings/complaints/ways/new", {"name": "Служба", "position": "1", "is_active": "on"})
    term, way = Term.objects.get(name="Наш срок"), Way.objects.get(name="Служба")
    assert (policy("complaints.hear_within_days"), policy("complaints.keeps_case_open")) == (5, False)
    assert (term.is_working, term.starts, way.is_active) == (True, "registered", True)
    vera.post(
        f"/desk/settings/complaints/terms/{term.pk}",
        {"name": "Наш срок", "days": "6", "is_working": "", "starts": "received", "warn_days": "1", "is_active": "on"},
    )
    term.refresh_from_db()

    assert (term.days, term.is_working) == (6, False)
    words = "6 дней со дня после того, как слова дошли до нас; напоминание за 1 день"
    assert words in vera.get("/desk/settings/complaints/terms/").text
    assert "Наш срок" in vera.get("/desk/settings/complaints/terms/").text
    assert "Служба" in vera.get("/desk/settings/complaints/ways/").text
    assert vera.post("/desk/settings/complaints/ways/new", {"name": "Служба", "position": "1"}).status_code == 422
    assert desk().get("/desk/settings/complaints/terms/").status_code == 403


# ── The customer's page ───────────────────────────────────────────────────────────────────
def test_a_customer_lodges_it_and_sees_number_stage_and_date() -> None:
    make_term()
    case = make_case()
    page = f"/case/{case_link(case)}/"
    ivan = Client()

    assert f"{page}complaint/" in ivan.get(page).text
    assert ivan.get(f"{page}complaint/").status_code == 200
    assert ivan.post(f"{page}complaint/", {"remedy_sought": " "}).status_code == 422
    answer = ivan.post(f"{page}complaint/", {"remedy_sought": "Верните деньги", "happened": "Курс отменили"})
    run_jobs()

    complaint, shown = Complaint.objects.get(), ivan.get(page).text
    assert answer["Location"].startswith(page)
    assert complaint.stage == Stage.ACKNOWLEDGED
    assert str(complaint.pk) in shown.partition('id="panel-complaint"')[2]
    assert f"{page}complaint/" not in shown.partition('id="panel-complaint"')[2]
    assert ivan.get(f"{page}complaint/").status_code == 302


def test_a_customer_accepts_or_not_on_their_page() -> None:
    Way.objects.create(name="Служба защиты", words="Пишите туда", url="https://zashita.example")
    complaint = make_complaint(Stage.ANSWERED)
    page, ivan = f"/case/{case_link(complaint.case)}/", Client()
    assert f"{page}complaint/word/" in ivan.get(page).text

    ivan.post(f"{page}complaint/word/", {"said": "no", "words": "Мало"})

    shown = ivan.get(page).text
    assert fresh(complaint).stage == Stage.REFUSED
    assert "https://zashita.example" in shown
    ivan.post(f"{page}complaint/word/", {"said": "yes"})
    assert fresh(complaint).stage == Stage.ACCEPTED
    assert complaint.steps.get(what="refused").words == "Мало"


def test_a_link_that_proves_nothing_opens_no_complaint() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    case = complaint.case
    conversation = case.threads.get().conversation_id
    page = f"/case/{case_link(case, typed_in=conversation)}/"

    assert Client().get(f"{page}complaint/").status_code == 422
    assert Client().post(f"{page}complaint/word/", {"said": "yes"}).status_code == 422
    assert fresh(complaint).stage == Stage.ANSWERED


def test_a_case_without_a_complaint_takes_no_word_about_it() -> None:
    case = make_case()

    assert Client().post(f"/case/{case_link(case)}/complaint/word/", {"said": "yes"}).status_code == 404


def test_whoever_has_the_case_now_does_not_see_anothers_complaint() -> None:
    complaint = make_complaint()
    page = f"/case/{case_link(complaint.case)}/"
    assert "Верните деньги" in Client().get(page).text

    Complaint.objects.filter(pk=complaint.pk).update(customer=make_customer("Олег Ким", "oleg@client.example"))

    assert "Верните деньги" not in Client().get(page).text


# ── Kept, forgotten, switched off ─────────────────────────────────────────────────────────
def test_it_is_taken_out_with_the_person_and_forgotten_with_them() -> None:
    complaint = make_complaint(Stage.ANSWERED)
    actions.accept(complaint=complaint, actor=customer_actor(complaint.case), words="Годится")
    case = complaint.case

    with personal_data(case.customer, actor=acting(case.owner)) as file, zipfile.ZipFile(file) as archive:
        taken = json.loads(archive.read("data.json"))
    erase_person(customer=case.customer, actor=SYSTEM)

    assert [one["remedy_sought"] for one in taken["complaints"]] == ["Верните деньги за курс"]
    assert [one["words"] for one in taken["complaint_steps"]] == ["Годится"]
    now = Complaint.objects.get()
    assert (now.remedy_sought, now.answer, now.is_forgotten) == ("", "", True)
    assert not Step.objects.exclude(words="").exists()
    assert desk(make_lead()).get(f"/desk/complaints/{now.pk}/").status_code == 200


def test_a_house_without_complaints_keeps_what_there_is() -> None:
    complaint = make_complaint()
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    page = f"/case/{case_link(complaint.case)}/"

    switch_module(name="complaints", is_on=False, actor=acting(vera))
    assert desk(complaint.case.owner).get("/desk/complaints/").status_code == 404
    assert "panel-complaint" not in Client().get(page).text
    assert Client().get(f"{page}complaint/").status_code == 404
    switch_module(name="complaints", is_on=True, actor=acting(vera))

    assert "Верните деньги" in desk(complaint.case.owner).get(f"/desk/complaints/{complaint.pk}/").text
