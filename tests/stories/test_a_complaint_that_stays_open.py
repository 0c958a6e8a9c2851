"""Ivan complains on his page, is answered and does not agree: nothing is closed over him, and he learns where to go."""

import re
from email import message_from_bytes, policy

import pytest
from django.test import Client

from otklik.cases.actions import mark_spam
from otklik.cases.models import Case
from otklik.cases.queries import case_link
from otklik.complaints import actions
from otklik.complaints.models import Complaint, Stage, Way
from otklik.foundation.actors import SYSTEM
from tests.building import acting, fresh, make_agent, make_case, make_lead, outbox, refused, run_jobs
from tests.complaints.making import ANSWER
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


def last_letter() -> str:
    mail = message_from_bytes(outbox()[-1], policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_complaint_that_is_refused_stays_open_until_every_way_was_offered() -> None:
    Way.objects.update(is_active=False)
    Way.objects.create(name="Роспотребнадзор области", words="Приложите наш ответ.", url="https://nadzor.example")
    anna, olga = make_agent(), make_lead()
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    case = make_case(owner=anna)
    page, ivan = f"/case/{case_link(case)}/", Client()

    # Ivan lodges it himself, and is told its number by the first letter.
    ivan.post(f"{page}complaint/", {"remedy_sought": "Верните деньги", "happened": "Учебник не пришёл"})
    run_jobs()
    complaint = Complaint.objects.get()
    assert str(complaint.number) in last_letter()

    # It is grave: a person writes, somebody else looks into it, and Olga hears of it.
    place = f"/desk/complaints/{complaint.pk}/do"
    desk(anna).post(f"{place}/assess", {"severity": "3", "against": anna.pk})
    assert complaint.steps.filter(what="assessed").count() == 0, "Anna judges no complaint about herself"
    desk(boris).post(f"{place}/assess", {"severity": "3", "against": anna.pk, "investigator": boris.pk})
    assert desk(boris).post(f"{place}/investigate", {"findings": "Потеряли на складе"}).status_code == 422
    actions.acknowledge(complaint=complaint, actor=acting(boris), words="Иван, мне жаль.")
    run_jobs()
    assert "Иван, мне жаль." in last_letter()
    desk(boris).post(f"{place}/investigate", {"findings": "Потеряли на складе"})
    with refused("complaint_about_you"):
        actions.answer(complaint=complaint, actor=acting(anna), **ANSWER)

    # The answer asks; Ivan says no, in the same letter's page.
    desk(boris).post(f"{place}/answer", {**ANSWER, "decision": "partly", "is_solved": "on"})
    run_jobs()
    link = re.search(r"(/answer/[\w-]+)", last_letter())
    assert link
    ivan.post(link[1], {"solved": "no", "words": "Этого мало"})
    run_jobs()
    complaint.refresh_from_db()
    assert complaint.stage == Stage.REFUSED
    assert fresh(case).state == Case.State.OPEN

    # Nobody calls it spam over his head.
    with refused("complaint_unfinished"):
        mark_spam(case=fresh(case), actor=SYSTEM)
    with refused("ways_not_offered"):
        actions.end(complaint=complaint, actor=acting(olga), words="Не договорились")

    # He is told where else he can turn, on paper and on his page; only then may a lead end it.
    desk(anna).post(
        f"{place}/ways", {"words": "Иван, мне жаль.", "ways": [way.pk for way in Way.objects.filter(is_active=True)]}
    )
    run_jobs()
    assert "Роспотребнадзор области" in last_letter()
    assert "https://nadzor.example" in ivan.get(page).text
    actions.end(complaint=complaint, actor=acting(olga), words="Не договорились о сумме")
    complaint.refresh_from_db()
    assert (complaint.stage, fresh(case).state) == (Stage.EXHAUSTED, Case.State.OPEN)

    # And his own "yes" still counts, whenever it comes.
    ivan.post(f"{page}complaint/word/", {"said": "yes", "words": "Ладно, договорились"})
    complaint.refresh_from_db()
    assert complaint.stage == Stage.ACCEPTED
