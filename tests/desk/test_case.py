"""The case workspace: everything on one page, every deed with its refusal, and nothing of others."""

import html
import io
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from PIL import Image

from otklik.cases.actions import (
    answer_and_solve,
    edit_case,
    mark_solved,
    preview_answer,
    reply,
    save_custom_field,
    save_macro,
    tag_case,
)
from otklik.cases.models import Case, Draft
from otklik.cases.queries import conversation_to_answer
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.errors import Refusal
from otklik.foundation.modules import modules
from otklik.reach.actions import hear_on_page
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Delivery, Message
from otklik.reach.queries import Recipients
from otklik.team.actions import edit_agent, go_away
from otklik.team.models import Agent
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
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def url(case: Case, rest: str = "") -> str:
    return f"/desk/cases/{case.pk}/{rest}"


def only_own_sight(name: str = "Борис Львов", email: str = "boris@gorizont.example") -> Agent:
    agent = make_agent(name, email)
    Agent.objects.filter(pk=agent.pk).update(sight=Sight.OWN)
    return Agent.objects.get(pk=agent.pk)


def last_seen(html: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', html)
    assert found
    return found[1]


@pytest.fixture
def anna() -> Agent:
    return make_agent()


# ── Reading ───────────────────────────────────────────────────────────────────────────────
def test_the_page_shows_the_whole_story(anna: Agent) -> None:
    case = make_case(owner=anna)
    reply(case=case, actor=acting(anna), text="Посылка **уже** едет.")
    run_jobs()
    earlier = make_case(owner=anna, subject="Обмен тетради", text="Тетрадь с браком.")

    page = desk(anna).get(url(case)).text

    for words in ("Учебник так и не пришёл", "Посылка <b>уже</b> едет.", "Обмен тетради", IVAN, anna.name):
        assert words in page
    assert url(earlier) in page


def test_queries_do_not_grow_with_the_conversation(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    browser.get(url(case))
    with CaptureQueriesContext(connection) as few:
        browser.get(url(case))
    for number in range(8):
        hear_on_page(
            conversation=conversation_to_answer(case),
            text=f"Ещё {number}",
            files=[IncomingFile(name="a.txt", content_type="text/plain", content=b"%d" % number)],
        )
        reply(case=fresh(case), actor=acting(anna), text=f"Ответ {number}")

    with CaptureQueriesContext(connection) as many:
        page = browser.get(url(case)).text

    assert "Ответ 7" in page
    assert len(few) <= 13 + len([panel for app in modules() for panel in app.panels])
    assert len(many) <= len(few) + 1


@pytest.mark.parametrize("rest", ["", "fresh", "said", "dialogs", "messages/{m}/whole", "messages/{m}/original"])
def test_a_case_out_of_sight_does_not_exist(anna: Agent, rest: str) -> None:
    make_inbox()
    arrive(letter(Message_ID="<a@mail.example>"))
    message = Message.objects.get(direction="in")
    case = Case.objects.get()
    Case.objects.update(owner=anna)
    path = url(case, rest.format(m=message.pk))

    assert desk(anna).get(path).status_code == 200
    assert desk(only_own_sight()).get(path).status_code == 404
    assert Client().get(path).headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    "deed",
    [
        "reply",
        "note",
        "drafts/reply",
        "preview",
        "solve",
        "reopen",
        "transfer",
        "merge",
        "stand-in",
        "edit",
        "tag",
        "presence",
    ],
)
def test_no_deed_reaches_a_case_out_of_sight(anna: Agent, deed: str) -> None:
    case = make_case(owner=anna)
    before = Message.objects.count()

    answer = desk(only_own_sight()).post(url(case, deed), {"text": "x", "summary": "x", "reason": "x", "add": "x"})

    assert answer.status_code == 404
    assert Message.objects.count() == before
    assert fresh(case).tags == []
    assert fresh(case).state == Case.State.OPEN


def test_a_message_of_another_case_is_not_shown_through_this_one(anna: Agent) -> None:
    boris = only_own_sight()
    mine, other = make_case(owner=boris), make_case(owner=anna, customer=make_customer("Пётр", "petr@mail.example"))
    foreign = Message.objects.filter(conversation__thread__case=other).first()
    assert foreign

    for rest in ("whole", "original"):
        assert desk(boris).get(url(mine, f"messages/{foreign.pk}/{rest}")).status_code == 404
    assert desk(boris).post(url(mine, f"messages/{foreign.pk}/take-back")).status_code == 404


def test_another_teams_case_of_the_same_person_is_only_counted(anna: Agent) -> None:
    boris = only_own_sight()
    mine = make_case(owner=boris, subject="Моё")
    make_case(owner=anna, subject="Тайное дело")

    page = desk(boris).get(url(mine)).text

    assert "Тайное дело" not in page
    assert "1" in page


def test_hostile_html_is_shown_without_acting_and_remote_pictures_wait(anna: Agent) -> None:
    raw = (
        b"From: ivan@mail.example\r\nTo: help@gorizont.example\r\nMessage-ID: <h@mail.example>\r\nSubject: x\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<p>Hello <script>alert(1)</script><img src=x onerror=alert(2)><img src='https://spy.example/p.png'></p>"
    )
    make_inbox()
    arrive(raw)
    message = Message.objects.get(direction="in")
    case = Case.objects.get()
    browser = desk(case.owner)

    shown = browser.get(url(case, f"messages/{message.pk}/whole"))
    loaded = browser.get(url(case, f"messages/{message.pk}/whole?images=1"))

    assert "alert(" not in shown.text
    assert ' src="https://spy.example' not in shown.text
    assert "img-src 'self' data:;" in shown.headers["Content-Security-Policy"]
    assert ' src="https://spy.example' in loaded.text
    assert "img-src 'self' data: https: http:;" in loaded.headers["Content-Security-Policy"]


def test_the_original_is_a_download(anna: Agent) -> None:
    make_inbox()
    raw = letter(Message_ID="<a@mail.example>")
    arrive(raw)
    case, message = Case.objects.get(), Message.objects.get(direction="in")

    answer = desk(case.owner).get(url(case, f"messages/{message.pk}/original"))

    assert answer.content == raw
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_pictures_stand_as_small_ones(anna: Agent) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "PNG")
    case = make_case(
        owner=anna, files=[IncomingFile(name="снимок.png", content_type="image/png", content=picture.getvalue())]
    )

    page = desk(anna).get(url(case)).text

    assert re.search(r'<img src="/files/[^"]+/small.webp"', page)


# ── Saying ────────────────────────────────────────────────────────────────────────────────
def test_an_answer_leaves_after_the_seconds_of_undo_and_can_be_taken_back(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    page = browser.post(url(case, "reply"), {"text": "Уже едет.", "then": "send"}, follow=True).text

    message = Message.objects.get(purpose="answer")
    undo = re.search(r'action="([^"]+/take-back)"', page)
    assert message.send_after
    assert undo
    browser.post(undo[1])
    assert [row.state for row in message.deliveries.all()] == ["cancelled"]
    assert "Уже едет." in browser.get(url(case)).text
    assert Draft.objects.get(case=case).text == "Уже едет."


def test_an_empty_answer_says_so_and_keeps_the_page(anna: Agent) -> None:
    case = make_case(owner=anna)

    whole = desk(anna).post(url(case, "reply"), {"text": "  "})
    part = desk(anna).post(url(case, "reply"), {"text": ""}, headers=HTMX)

    assert whole.status_code == part.status_code == 422
    assert "data-focus" in part.text
    assert "<html" not in part.text
    assert not Message.objects.filter(purpose="answer").exists()


def test_a_sent_answer_leads_on_and_its_way_back_is_still_told(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    part = browser.post(url(case, "reply"), {"text": "Уже едет."}, headers=HTMX)

    assert (part.status_code, part.headers["HX-Redirect"]) == (200, url(case))
    assert "take-back" in browser.get(url(case)).text.partition('id="toasts"')[2]


def test_who_was_faster_is_shown_and_the_text_stays(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    seen = last_seen(browser.get(url(case)).text)
    hear_on_page(conversation=conversation_to_answer(case), text="Ничего не надо, нашлось!")
    run_jobs()

    page = browser.post(url(case, "reply"), {"text": "Ищем вашу посылку.", "seen": seen})
    part = browser.post(url(case, "reply"), {"text": "Ищем вашу посылку.", "seen": seen}, headers=HTMX)

    assert page.status_code == part.status_code == 409
    assert "Ищем вашу посылку." in page.text
    assert "Ничего не надо, нашлось!" in part.text
    now_seen = last_seen(part.text)
    assert browser.post(url(case, "reply"), {"text": "Рады!", "seen": now_seen}).status_code == 302


def test_a_stranger_among_recipients_must_be_confirmed(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    typed = {"text": "Вот ответ.", "add": "boss@firma.example"}

    refused = browser.post(url(case, "reply"), typed)
    browser.post(url(case, "reply"), {**typed, "is_confirmed": "on"})

    assert refused.status_code == 422
    message = Message.objects.get(purpose="answer")
    assert {row.address for row in message.deliveries.all()} == {IVAN, "boss@firma.example"}


def test_one_who_was_in_copy_can_be_left_out(anna: Agent) -> None:
    make_inbox()
    arrive(letter(Message_ID="<a@mail.example>", Cc="Жена <wife@mail.example>"))
    case = Case.objects.get()
    browser = desk(case.owner)
    assert "wife@mail.example" in browser.get(url(case)).text

    browser.post(url(case, "reply"), {"text": "Только вам."})

    assert {row.address for row in Message.objects.get(purpose="answer").deliveries.all()} == {IVAN}


def test_files_go_with_the_answer_and_programs_do_not(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    good = SimpleUploadedFile("счёт.pdf", b"%PDF-1.7 x", "application/pdf")
    bad = SimpleUploadedFile("setup.exe", b"MZ...", "application/pdf")

    assert browser.post(url(case, "reply"), {"text": "Счёт", "attached": [bad]}).status_code == 422
    browser.post(url(case, "reply"), {"text": "Счёт", "attached": [good]})

    message = Message.objects.get(purpose="answer")
    assert [part.name for part in message.attachments.all()] == ["счёт.pdf"]


def test_send_later_and_send_and_solve(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    later = (timezone.now() + timezone.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")

    assert browser.post(url(case, "reply"), {"text": "Потом", "then": "later"}).status_code == 422
    assert browser.post(url(case, "reply"), {"text": "Потом", "then": "later", "send_at": later}).status_code == 302
    assert browser.post(url(case, "reply"), {"text": "Готово", "then": "solve"}).status_code == 302

    first, second = Message.objects.filter(purpose="answer").order_by("id")
    assert first.send_after
    assert second.send_after
    assert first.send_after > second.send_after
    assert fresh(case).state == Case.State.SOLVED


def test_a_note_stays_in_the_house_and_tells_who_is_named(anna: Agent) -> None:
    olga = make_lead()
    case = make_case(owner=anna)

    desk(anna).post(url(case, "note"), {"text": "@Ольга посмотри, пожалуйста."})

    message = Message.objects.get(direction="note")
    assert not message.deliveries.exists()
    assert olga.alerts.get().reason == "mention"


def test_a_draft_is_kept_and_an_empty_one_forgotten(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    assert browser.post(url(case, "drafts/reply"), {"text": "Недописан"}).status_code == 200
    assert "Недописан" in browser.get(url(case)).text
    browser.post(url(case, "drafts/reply"), {"text": " "})
    assert not Draft.objects.exists()


def test_a_second_tab_does_not_overwrite_the_draft_of_the_first(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    old = browser.post(url(case, "drafts/reply"), {"text": "Первая", "was": ""}).json()["was"]
    new = browser.post(url(case, "drafts/reply"), {"text": "Первая вкладка", "was": old}).json()["was"]

    refused = browser.post(url(case, "drafts/reply"), {"text": "Вторая вкладка", "was": old})

    assert refused.status_code == 409
    assert refused.json() == {"text": "Первая вкладка", "was": new}
    assert Draft.objects.get().text == "Первая вкладка"
    assert browser.post(url(case, "drafts/reply"), {"text": "Вторая вкладка", "was": new}).status_code == 200


def test_a_file_that_came_first_is_no_other_draft(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)
    browser.post(url(case, "drafts/reply/files"), {"attached": SimpleUploadedFile("a.txt", b"1")})

    assert browser.post(url(case, "drafts/reply"), {"text": "Слова", "was": ""}).status_code == 200


def test_an_ended_session_is_told_to_the_open_page(anna: Agent) -> None:
    case, browser, nobody = make_case(owner=anna), desk(anna), Client()

    assert browser.get("/desk/session").json()["agent"] == anna.pk
    assert nobody.get("/desk/session").status_code == 401
    for headers in (HTMX, {"X-Requested-With": "fetch"}):
        assert nobody.post(url(case, "reply"), {"text": "Слова"}, headers=headers).status_code == 401
    assert nobody.post(url(case, "reply")).headers["Location"] == "/account/login/?next=/desk/"
    assert nobody.get("/desk/session/in").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/account/login/", "/desk/session/in"])
def test_only_our_own_pages_may_frame_the_log_in(anna: Agent, path: str) -> None:
    answer = (Client() if path.startswith("/account") else desk(anna)).get(path)

    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert desk(anna).get("/desk/").headers["X-Frame-Options"] == "DENY"


def test_a_prepared_text_is_filled_in_and_never_run(anna: Agent) -> None:
    case = make_case(owner=anna)
    text = "{{customer.name}}, это {{ owner.name }}. {% load x %} {{settings.SECRET_KEY}} {{case.number}}"
    macro = save_macro(title="Привет", text=text, actor=acting(make_lead()), actions={"tags": ["привет"]})
    browser = desk(anna)

    page = browser.get(url(case, f"?macro={macro.pk}")).text
    browser.post(url(case, "reply"), {"text": "Привет", "macro": macro.pk})

    assert f"Иван Козлов, это {anna.name}. {{% load x %}} {{{{settings.SECRET_KEY}}}} {case.number}" in page
    assert fresh(case).tags == ["привет"]


def _said(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").strip()


def test_the_preview_is_exactly_what_leaves(anna: Agent) -> None:
    edit_agent(agent=anna, actor=acting(anna), changes={"signature": "Анна, доб. 12"})
    case = make_case(owner=anna)
    text = "**Да** <script>alert(1)</script>\n\n- раз\n- два"

    with time_machine.travel(timezone.now(), tick=False):  # the links tell the second they were made
        answer = desk(anna).post(url(case, "preview"), {"text": text})
        reply(case=case, actor=acting(anna), text=text)
    run_jobs()

    left = cast(EmailMessage, message_from_bytes(outbox()[-1], policy=policy.default))
    html, plain = (_said(left, kind) for kind in ("html", "plain"))
    shown = answer.context["letter"]
    assert re.sub('data:image/png;base64,[^"]+', "cid:", shown.html).strip() == re.sub('cid:[^"]+', "cid:", html)
    assert shown.text.strip() == plain
    assert (shown.subject, str(shown.sender.name)) == (left["Subject"], left["From"].addresses[0].display_name)
    for said in (shown.html, shown.text):
        assert "Анна, доб. 12" in said
        assert "/case/" in said
    page = answer.text
    assert "<script>alert" not in page
    assert IVAN in page
    assert escape(shown.html) in page
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_preview_for_two_readers_has_no_way_into_the_case(anna: Agent) -> None:
    case = make_case(owner=anna)

    shown = desk(anna).post(url(case, "preview"), {"text": "Да", "add": "boss@other.example"}).context["letter"]

    assert "/case/" not in shown.html + shown.text


def test_a_preview_of_the_last_word_asks_as_the_letter_does_and_leaves_no_question(anna: Agent) -> None:
    case = make_case(owner=anna)

    with time_machine.travel(timezone.now(), tick=False):
        shown = desk(anna).post(url(case, "preview") + "?then=solve", {"text": "Готово"}).context["letter"]
        assert not Invitation.objects.exists()
        assert fresh(case).state == Case.State.OPEN
        answer_and_solve(case=case, actor=acting(anna), text="Готово")
    run_jobs()

    left = cast(EmailMessage, message_from_bytes(outbox()[-1], policy=policy.default))
    token = re.compile(r"/r/[^/?\s\"]+|/q/[^/?\s\"]+|[\w-]{32}")
    assert token.sub("…", shown.text.strip()) == token.sub("…", _said(left, "plain"))


def test_who_may_not_answer_sees_no_preview(anna: Agent) -> None:
    case = make_case(owner=anna)
    stranger = only_own_sight()

    with pytest.raises(Refusal) as refused:
        preview_answer(case=case, actor=acting(stranger), text="Да", recipients=Recipients(to=(), cc=()))

    assert refused.value.code == "not_found"


def test_a_lost_letter_is_loud_and_tried_again(anna: Agent) -> None:
    case = make_case(owner=anna)
    reply(case=case, actor=acting(anna), text="Ответ")
    run_jobs()
    row = Delivery.objects.get(message__purpose="answer")
    Delivery.objects.filter(pk=row.pk).update(state="bounced", last_error="550 5.1.1 no such user")
    Case.objects.filter(pk=case.pk).update(is_undelivered=True)
    browser = desk(anna)

    page = browser.get(url(case)).text
    assert 'id="lost"' in page
    assert url(case, f"deliveries/{row.pk}/retry") in page

    browser.post(url(case, f"deliveries/{row.pk}/retry"))
    assert Delivery.objects.get(pk=row.pk).state == "queued"


# ── Moving ────────────────────────────────────────────────────────────────────────────────
def test_solving_needs_words_for_the_customer(anna: Agent) -> None:
    case = make_case(owner=anna)
    browser = desk(anna)

    refused = browser.post(url(case, "solve"), {"summary": " "})
    assert refused.status_code == 422
    assert re.search(r'<dialog id="solve"[^>]* open', refused.text)
    assert 'aria-invalid="true"' in browser.post(url(case, "solve"), {}, headers=HTMX).text

    browser.post(url(case, "solve"), {"summary": "Учебник доставлен."})
    assert fresh(case).state == Case.State.SOLVED
    assert fresh(case).summary == "Учебник доставлен."


def test_two_who_solve_at_once_do_not_both_win(anna: Agent) -> None:
    case = make_case(owner=anna)
    mark_solved(case=fresh(case), actor=acting(anna), summary="Раз")

    answer = desk(anna).post(url(case, "solve"), {"summary": "Два"})

    assert answer.status_code == 422
    assert fresh(case).summary == "Раз"


def test_handing_over_and_opening_again(anna: Agent) -> None:
    olga = make_lead()
    case = make_case(owner=anna)
    browser = desk(anna)

    assert browser.post(url(case, "transfer"), {"to": olga.pk}).status_code == 422
    browser.post(url(case, "transfer"), {"to": olga.pk, "summary": "Ждёт курьера."})
    assert fresh(case).owner == olga

    mark_solved(case=fresh(case), actor=acting(olga), summary="Сделано")
    assert browser.post(url(case, "reopen"), {"reason": ""}).status_code == 422
    browser.post(url(case, "reopen"), {"reason": "Позвонил, не решено"})
    assert fresh(case).state == Case.State.OPEN


def test_merging_takes_only_cases_of_the_same_person_in_sight(anna: Agent) -> None:
    boris = only_own_sight()
    mine, hidden = make_case(owner=boris), make_case(owner=anna)
    double = make_case(owner=boris, text="Забыл дописать номер заказа")
    other = make_case(owner=boris, customer=make_customer("Пётр", "petr@mail.example"))
    browser = desk(boris)

    for wrong in (hidden, other):
        browser.post(url(mine, "merge"), {"other": wrong.pk})
        assert fresh(wrong).state == Case.State.OPEN
    browser.post(url(mine, "merge"), {"other": double.pk})

    assert fresh(double).state == Case.State.UNCONFIRMED
    assert "Забыл дописать номер заказа" in browser.get(url(mine)).text


def test_a_colleague_answers_for_an_owner_who_is_away(anna: Agent) -> None:
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    case = make_case(owner=anna)
    browser = desk(boris)

    browser.post(url(case, "stand-in"))
    assert fresh(case).deputy is None

    go_away(agent=anna, actor=acting(anna))
    browser.post(url(case, "stand-in"))
    assert fresh(case).deputy == boris
    assert fresh(case).owner == anna


def test_two_people_who_edit_different_facts_lose_nothing(anna: Agent) -> None:
    case = make_case(owner=anna)
    for key in ("order", "size"):
        save_custom_field(about="case", key=key, actor=SYSTEM, values={"name": key, "kind": "text"})
    browser = desk(anna)
    page = browser.get(url(case)).text
    seen = html.unescape(re.findall(r'name="custom_was" value="([^"]*)"', page)[0])
    typed = {"subject": "Учебник", "kind": "question", "priority": "normal", "team": case.team_id, "custom_was": seen}

    browser.post(url(case, "edit"), {**typed, "custom.order": "10482", "custom.size": ""})
    browser.post(url(case, "edit"), {**typed, "custom.order": "", "custom.size": "M"})  # her page is older

    assert fresh(case).custom == {"order": "10482", "size": "M"}


def test_a_fact_that_changed_meanwhile_is_kept_by_whoever_edits_another(anna: Agent) -> None:
    case = make_case(owner=anna)
    Case.objects.filter(pk=case.pk).update(custom={"program": 7})

    edit_case(case=case, actor=acting(anna), changes={"custom": {"mark": "x"}})

    assert fresh(case).custom == {"program": 7, "mark": "x"}


def test_properties_change_in_place(anna: Agent) -> None:
    case = make_case(owner=anna)
    values = {"name": "Заказ", "kind": "number", "is_required": True}
    save_custom_field(about="case", key="order", actor=SYSTEM, values=values)
    browser = desk(anna)
    typed = {"subject": "Новая тема", "kind": "complaint", "priority": "high", "team": case.team_id}
    typed["custom.order"] = "10482"

    part = browser.post(url(case, "edit"), typed, headers=HTMX)
    refused = browser.post(url(case, "edit"), {**typed, "custom.order": "много"}, headers=HTMX)
    wrong = browser.post(url(case, "edit"), {**typed, "kind": "nonsense"}, headers=HTMX)
    browser.post(url(case, "tag"), {"add": "СДЭК, книга"})
    browser.post(url(case, "tag"), {"remove": "книга"})

    now = fresh(case)
    assert (now.subject, now.kind, now.priority, now.custom) == ("Новая тема", "complaint", "high", {"order": 10482})
    assert now.tags == ["сдэк"]
    assert 'name="custom.order" id="id_custom.order" value="10482"' in part.text
    assert (refused.status_code, "много" in refused.text, "id_custom.order_error" in refused.text) == (422, True, True)
    assert wrong.status_code == 422


def test_who_else_looks_is_told(anna: Agent) -> None:
    boris = make_agent("Борис Львов", "boris@gorizont.example")
    case = make_case(owner=anna)

    desk(boris).post(url(case, "presence"), {"typing": "1"})
    words = desk(anna).post(url(case, "presence"), {"typing": "0"}).json()["words"]

    assert "Борис" in words
    desk(boris).post(url(case, "presence"), {"gone": "1"})
    assert desk(anna).post(url(case, "presence"), {}).json()["words"] == ""


def test_looking_marks_the_alerts_of_the_case_as_seen(anna: Agent) -> None:
    case = make_case(owner=anna)
    olga = make_lead()
    desk(anna).post(url(case, "note"), {"text": "@Ольга глянь"})
    assert olga.alerts.filter(seen_at=None).count() == 1

    desk(olga).post(url(case, "presence"), {})

    assert olga.alerts.filter(seen_at=None).count() == 0


def test_what_is_new_comes_as_parts(anna: Agent) -> None:
    case = make_case(owner=anna)
    seen = last_seen(desk(anna).get(url(case)).text)
    hear_on_page(conversation=conversation_to_answer(case), text="Новое слово")
    tag_case(case=case, actor=acting(anna), add=["x"])

    part = desk(anna).get(url(case, f"fresh?seen={seen}"), headers=HTMX).text

    assert 'hx-target="#thread"' in part
    assert 'hx-target="#news"' in part
    assert part.count("Новое слово") == 2


def test_a_note_offers_only_colleagues_who_may_see_the_case(anna: Agent) -> None:
    case = make_case(owner=anna)
    olga = make_lead()
    boris = only_own_sight()

    page = desk(anna).get(url(case)).text

    offered = re.findall(r'id="mention-(\d+)"', page)
    assert str(olga.pk) in offered
    assert str(boris.pk) not in offered
    assert str(anna.pk) not in offered


def test_a_long_letter_is_folded_and_a_short_one_is_not(anna: Agent) -> None:
    case = make_case(owner=anna)
    short = desk(anna).get(url(case)).text
    hear_on_page(conversation=conversation_to_answer(case), text="Очень длинно. " * 400, files=[])

    assert "data-fold" not in short
    assert desk(anna).get(url(case)).text.count("data-fold") == 1


def test_what_was_done_stands_in_the_thread_once(anna: Agent) -> None:
    case = make_case(owner=anna)
    mark_solved(case=case, actor=acting(anna), summary="Заменили учебник.\nКурьер был вчера.")

    page = desk(anna).get(url(case)).text

    shown = re.findall(r'<article class="letter done-words".*?</article>', page, re.DOTALL)
    assert len(shown) == 1
    assert "Заменили учебник." in shown[0]


def test_what_was_done_is_not_said_again_below_the_answer_that_says_it(anna: Agent) -> None:
    case = make_case(owner=anna)
    reply(case=case, actor=acting(anna), text="Заменили учебник.")
    mark_solved(case=fresh(case), actor=acting(anna), summary="Заменили учебник.")

    assert "done-words" not in desk(anna).get(url(case)).text


def test_steps_and_promises_say_the_same_and_late_is_a_word(anna: Agent) -> None:
    case = make_case(owner=anna)
    hours = timezone.timedelta(hours=3)
    Case.objects.filter(pk=case.pk).update(
        created_at=case.created_at - hours, first_answer_by=case.created_at - hours / 3
    )
    waiting = html.unescape(desk(anna).get(url(case)).text)
    assert waiting.count("опаздываем на 1 ч") == 2
    reply(case=fresh(case), actor=acting(anna), text="Ищем.")
    run_jobs()

    answered = html.unescape(desk(anna).get(url(case)).text)

    assert answered.count("за 3 ч, с опозданием на 1 ч") == 2


def test_a_merge_offers_the_customers_other_cases_in_sight(anna: Agent) -> None:
    case = make_case(owner=anna)
    boris = only_own_sight()
    mine = make_case(owner=boris, customer=case.customer, subject="Второе письмо о том же")
    strange = make_case(owner=boris, customer=make_customer("Пётр", "petr@mail.example"), subject="Чужое")
    hidden = make_case(owner=anna, customer=case.customer, subject="Дело Анны")

    form = desk(anna).get(url(case, "dialogs")).text
    own = desk(boris).get(url(mine, "dialogs")).text

    assert f'<option value="{mine.pk}">№ {mine.pk} · Второе письмо о том же' in form
    assert f'value="{strange.pk}"' not in form
    assert f'value="{case.pk}">№' not in form
    assert f'value="{hidden.pk}">№' not in own
    assert "других обращений" in own


def test_a_tag_field_suggests_the_tags_in_use_that_one_may_see(anna: Agent) -> None:
    tag_case(case=make_case(owner=anna), actor=acting(anna), add=["возврат", 'а"б'])

    suggested = desk(anna).get("/desk/tags").text

    assert '<option value="возврат"></option>' in suggested
    assert 'value="а&quot;б"' in suggested
    assert "возврат" not in desk(only_own_sight()).get("/desk/tags").text
    assert Client().get("/desk/tags").headers["Location"].startswith("/account/login/")


def test_a_case_of_three_hundred_long_letters_is_a_page_of_its_usual_size() -> None:
    anna = make_agent()
    make_inbox()
    case = make_case(owner=anna)
    first = Message.objects.filter(conversation__thread__case=case, direction="in")[0]
    text = "Слово и дело. " * 7_000
    same = {name: value for name, value in vars(first).items() if not name.startswith("_") and name != "id"}
    same |= {"text": text, "full_text": text}
    rows = [Message(**(same | {"external_id": f"x{number}@mail.example"})) for number in range(300)]
    Message.objects.bulk_create(rows)
    last = Message.objects.order_by("-id")[0]

    page = desk(anna).get(f"/desk/cases/{case.pk}/")
    whole = desk(anna).get(f"/desk/cases/{case.pk}/messages/{last.pk}/whole")

    assert len(page.content) < 1_500_000
    assert f"/desk/cases/{case.pk}/messages/{last.pk}/whole" in page.text
    assert len(whole.content) > 150_000


def test_a_page_that_stands_for_a_refused_one_is_kept_nowhere() -> None:
    answer = desk(make_agent()).get("/desk/cases/999999/")

    assert answer.status_code == 404
    assert answer["Cache-Control"] == "no-store, private"
