"""What leaves: every letter of ours as a mail program gets it."""

import io
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from otklik.cases.actions import mark_solved, open_for_customer, reply, transfer
from otklik.cases.letters import harmless
from otklik.cases.models import Case
from otklik.cases.queries import opened
from otklik.customers.models import Customer
from otklik.foundation.actors import SYSTEM
from otklik.foundation.policies import set_policy
from otklik.reach.actions import edit_inbox
from otklik.reach.models import Conversation, Inbox, Message
from otklik.reach.queries import inbox_of_kind
from otklik.team.actions import edit_agent
from otklik.team.faces import SIDE, letter_face
from otklik.team.photos import keep_photo
from otklik.voice.actions import remind
from otklik.voice.models import Invitation
from otklik.voice.queries import answer_url
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
    outbox,
    run_jobs,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True)


def last() -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(outbox()[-1], policy=policy.default))


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def picture(colour: str = "#c04030") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (640, 400), colour).save(target, "JPEG")
    return target.getvalue()


def answer(text: str = "Курьер приедет **завтра**.") -> EmailMessage:
    case = make_case(owner=make_agent())
    reply(case=case, actor=acting(case.owner), text=text)
    run_jobs()
    return last()


def test_an_answer_shows_the_face_name_and_signature_of_whoever_wrote_it() -> None:
    anna = make_agent()
    edit_agent(agent=anna, actor=acting(anna), changes={"photo": keep_photo(picture()), "signature": "Анна, доб. 12"})
    case = make_case(owner=anna)

    reply(case=case, actor=acting(anna), text="Курьер приедет **завтра**.")
    run_jobs()

    mail = last()
    html, plain = part(mail, "html"), part(mail, "plain")
    assert mail["From"].addresses[0].display_name == "Анна Смирнова, Помощь"
    assert 'src="cid:face@otklik"' in html
    assert "<strong>завтра</strong>" in html
    for said in (html, plain):
        assert "Анна, доб. 12" in said
        assert "/case/" in said
    faces = [one for one in mail.walk() if one["Content-ID"] == "<face@otklik>"]
    with Image.open(io.BytesIO(cast(bytes, faces[0].get_content()))) as face:
        assert (face.format, face.size) == ("PNG", (SIDE, SIDE))
        alpha = face.convert("RGBA").getchannel("A")
        assert alpha.getpixel((0, 0)) == 0
        assert cast(int, alpha.getpixel((SIDE // 2, SIDE // 2))) > 250
    assert len(cast(bytes, faces[0].get_content())) < 15_000


def test_without_a_photo_the_name_stands_alone() -> None:
    html = part(answer(), "html")

    assert "face@otklik" not in html
    assert "Анна Смирнова" in html


def test_a_lost_photo_does_not_hold_up_the_letter() -> None:
    anna = make_agent()
    edit_agent(agent=anna, actor=acting(anna), changes={"photo": keep_photo(picture("#123456"))})
    anna.refresh_from_db()
    assert anna.photo is not None
    default_storage.delete(anna.photo.path)

    assert letter_face(anna.pk) == b""


@pytest.mark.parametrize(("name", "said"), [("Забота", "Забота"), ("help@gorizont.example", "Горизонт")])
def test_the_inbox_names_every_letter_and_the_company_where_it_has_no_name(name: str, said: str) -> None:
    set_policy("company.name", "Горизонт")
    case = make_case(owner=make_agent())
    edit_inbox(inbox=Inbox.objects.get(kind="email"), actor=SYSTEM, changes={"name": name})

    reply(case=case, actor=acting(case.owner), text="Да")
    run_jobs()

    assert last()["From"].addresses[0].display_name == f"Анна Смирнова, {said}"
    assert f">{said}</p>" in part(last(), "html")


def test_a_receipt_says_who_and_by_when_and_repeats_what_was_heard() -> None:
    make_agent()
    make_inbox()
    arrive(
        letter(
            "Где учебник?\nСмотрите https://track.example/7 и книги.рф, пишите ivan@other.example.",
            Subject="Re: Учебник",
        )
    )

    mail = last()
    case = Case.objects.get()
    html, plain = part(mail, "html"), part(mail, "plain")
    assert mail["Subject"] == f"Re: Учебник · № {case.pk}"
    assert mail["From"].addresses[0].display_name == "Анна Смирнова, Помощь"
    assert mail["Auto-Submitted"] == "auto-replied"
    for said in (html, plain):
        assert "Иван Козлов, ваше письмо у меня" in said
        assert "ведёт ваш вопрос" in said
        assert re.search(r"(сегодня|завтра)?, ?\d+ \w+, до \d\d:\d\d", said)
        assert "UTC+3" in said
        assert "/case/" in said
    assert "> Где учебник?" in plain
    assert "track.example" not in html + plain  # whoever forged the sender would send their links by us
    assert "книги.рф" not in html + plain
    assert "ivan@other.example" not in html + plain
    kept = Message.objects.get(purpose="acknowledgement")
    assert "ваше письмо у меня" in kept.full_text
    assert "/case/" not in kept.text + kept.full_text  # whoever reads the case in the desk is not the customer


@pytest.mark.parametrize(
    ("written", "repeated"),
    [
        ("Файл Глава-2.pdf, т.е. счёт на 1.500 руб.", "Файл Глава-2.pdf, т.е. счёт на 1.500 руб."),
        ("Скидки на HTTP://Spam.example/x сегодня", "Скидки на … сегодня"),
        ("Скидки на spam.top и casino.example/win", "Скидки на … и …"),
        ("Пишите boss@spam.example скорее", "Пишите … скорее"),
    ],
)
def test_what_is_repeated_leads_nowhere(written: str, repeated: str) -> None:
    assert harmless(written) == repeated


def test_what_a_form_brought_is_no_letter() -> None:
    make_agent()
    make_inbox()
    form = inbox_of_kind("form")
    open_for_customer(
        customer=make_customer(), actor=SYSTEM, subject="Учебник", text="Где он?", address=IVAN, inbox_kind=form.kind
    )
    run_jobs()

    mail = last()
    assert mail["Subject"] == f"Учебник · № {Case.objects.get().pk}"
    assert "ваше обращение у меня" in part(mail, "html")
    assert "ваше письмо" not in part(mail, "html")
    assert "Где он?" in part(mail, "html")


def test_a_forged_sender_is_not_told_what_was_written_in_their_name() -> None:
    make_agent()
    make_inbox()
    case = make_case()
    Conversation.objects.update(is_sender_trusted=False)

    _case, _conversation, heard = opened(case.pk, case.threads.get().conversation_id)

    assert heard is None


def test_the_hours_of_a_letter_are_the_customers_where_they_are_known() -> None:
    customer = make_customer()
    Customer.objects.update(time_zone="Asia/Vladivostok")
    make_case(customer=Customer.objects.get(pk=customer.pk))

    assert "UTC+10" in part(last(), "plain")


def test_a_new_owner_writes_in_their_own_name_and_keeps_the_promise() -> None:
    case = make_case(owner=make_agent())
    denis = make_agent("Денис Соколов", "denis@gorizont.example")
    transfer(case=case, actor=acting(case.owner), to=denis, summary="Ждёт учебник")
    run_jobs()

    mail = last()
    assert mail["From"].addresses[0].display_name == "Денис Соколов, Помощь"
    assert "теперь с вами я" in part(mail, "html")
    assert "Обещание остаётся в силе" in part(mail, "plain")


def test_the_question_has_two_buttons_of_one_weight_and_a_reminder_says_what_silence_does() -> None:
    case = make_case(owner=make_agent())
    mark_solved(case=case, actor=acting(case.owner), summary="Привезли **второй** экземпляр.")
    run_jobs()

    mail, url = last(), answer_url(Invitation.objects.get())
    html, plain = part(mail, "html"), part(mail, "plain")
    assert mail["Subject"] == f"Вопрос решён? Не пришёл учебник · № {case.pk}"
    assert "<strong>второй</strong>" in html
    assert html.count('<a class="o-pair o-wide"') == 2
    for answer_ in ("yes", "no"):
        assert f'href="{url}?solved={answer_}"' in html
        assert f"  {url}?solved={answer_}" in plain

    remind(case=fresh(case))
    run_jobs()

    assert "без подтверждения" in part(last(), "plain")
    assert "без подтверждения" in part(last(), "html")


def test_letters_to_an_english_reader_are_english() -> None:
    customer = make_customer()
    Customer.objects.update(language="en")
    make_case(customer=Customer.objects.get(pk=customer.pk), subject="No textbook", text="Where is it?")

    mail = last()
    assert 'lang="en"' in part(mail, "html")
    assert "your request has reached me" in part(mail, "plain")
    assert not re.search(
        "[а-яА-Я]", part(mail, "plain").replace("Иван Козлов", "").replace("Анна Смирнова", "").replace("Отклик", "")
    )
