"""What staff see of machines, of servers that refuse us and of the forms of sites."""

import pytest
from django.utils import translation

from otklik.cases.actions import alert
from otklik.cases.models import Alert, Case
from otklik.reach.adapters.email.faults import OURS
from otklik.reach.models import Inbox
from otklik.reach.reasons import why_not_sent, why_refused
from tests.building import arrive, letter, make_agent, make_inbox
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("fault", sorted(OURS))
@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_alert_of_refused_mail_says_why_in_words(language: str, fault: str) -> None:
    admin = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    alert(agent=admin, case=None, reason=Alert.Reason.MAIL_REFUSED, source=f"{fault}:2026-11-27")

    with translation.override(language):
        why = why_refused(fault)
    page = desk(admin).get("/desk/alerts/", headers={"accept-language": language})

    assert why != fault
    if language == "ru":
        assert f"Чужие серверы не принимают нашу почту, потому что {why}." in page.text


def test_a_complaint_is_named_among_the_alerts() -> None:
    anna = make_agent()
    arrive(letter(Message_ID="<first@mail.example>"))
    alert(agent=anna, case=Case.objects.get(), reason=Alert.Reason.COMPLAINT, source="1")

    assert "Клиент нажал «спам» на нашем письме" in desk(anna).get("/desk/alerts/").text


def test_words_through_a_list_are_shown_like_any_others_and_say_why_no_letter_left() -> None:
    anna = make_agent()
    arrive(
        letter("Почему списали дважды?", Message_ID="<l@mail.example>", List_Id="<x.firm.example>", Precedence="list")
    )

    page = desk(anna).get(f"/desk/cases/{Case.objects.get().pk}/").text

    assert 'class="machine"' not in page
    assert "Почему списали дважды?" in page
    assert why_not_sent("silence_asked") != "silence_asked"
    assert why_not_sent("complaint") != "complaint"


def test_a_guessed_machine_is_shown_open() -> None:
    anna = make_agent()
    arrive(letter("Меня нет в офисе до 05.12.2026.", Message_ID="<away@mail.example>"))

    page = desk(anna).get(f"/desk/cases/{Case.objects.get().pk}/").text

    assert page.count('<details class="machine"') == 1
    assert "open><summary" in page
    assert "Меня нет в офисе до 05.12.2026." in page


def test_a_case_that_a_machine_began_is_never_an_empty_page() -> None:
    anna = make_agent()
    arrive(letter("Буду позже.", Message_ID="<auto@mail.example>", Auto_Submitted="auto-replied"))

    page = desk(anna).get(f"/desk/cases/{Case.objects.get().pk}/").text

    assert page.count('<details class="machine"') == 1
    assert "open><summary" in page
    assert "Буду позже." in page


def test_the_form_of_a_site_is_named_beside_the_visitor() -> None:
    anna = make_agent()
    arrive(letter("Имя: Ира\nТекст: жду", From="robot@site.example", Reply_To="Ира <ira@buyer.example>"))

    page = desk(anna).get(f"/desk/cases/{Case.objects.get().pk}/").text

    assert "форма на сайте, пришло с robot@site.example" in page
    assert "ira@buyer.example" in page


def test_an_admin_switches_how_an_inbox_takes_forms() -> None:
    client, inbox = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin")), make_inbox()
    typed = {
        "address": inbox.address, "name": "Помощь", "is_active": "on", "imap_secure": "imaps", "smtp_secure": "smtps",
        "site_forms": "always",
    }  # fmt: skip

    client.post(f"/desk/settings/inboxes/{inbox.pk}", typed)

    assert Inbox.objects.get(pk=inbox.pk).forms == "always"
    assert '<option value="always" selected' in client.get(f"/desk/settings/inboxes/{inbox.pk}").text
