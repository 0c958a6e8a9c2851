"""A book came late a second time: more than an agent gives alone; a lead says yes from her letter, Ivan is glad."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail

from otklik.cases.actions import mark_solved
from otklik.cases.models import Case
from otklik.foundation.models import Event
from otklik.goodwill.figures import said_after
from otklik.goodwill.models import Entry, Gesture
from otklik.reach.models import Message
from otklik.voice.actions import record_answer
from otklik.voice.models import Invitation
from tests.building import acting, arrive, fresh, letter, make_case, make_lead, run_jobs
from tests.desk.visiting import desk
from tests.goodwill.building import make_budget, make_gift

pytestmark = pytest.mark.django_db


def test_a_gift_above_the_limit_is_given_by_a_leads_letter_and_the_customer_hears_each_step(
    settings: LazySettings,
) -> None:
    settings.TRUSTED_MAIL_HOSTS = ("mx.gorizont.example",)
    olga = make_lead()
    case = make_case(kind="complaint")
    make_budget(case.team)
    make_gift("cards", 3000, kinds=["complaint"], words="Карточки едут к вам вместе с книгой.")
    anna, giving = desk(case.owner), f"/desk/goodwill/cases/{case.pk}/give"

    # Anna may not give it alone. She asks, and Ivan hears by when she will write.
    typed = {"gift": "cards", "words": "Карточки едут к вам.", "reason": "Вторая задержка за год", "key": "k"}
    assert anna.post(giving, {**typed, "do": "give"}).status_code == 422
    anna.post(giving, {**typed, "told": "Напишу вам о подарке до 16:00.", "do": "ask"})
    run_jobs()
    assert said(case) == ["Напишу вам о подарке до 16:00."]

    # Olga opens the link of her letter, which changes nothing; then she simply answers the letter.
    [asks] = mail.outbox
    link = re.search(r"https?://[^/\s]+(/desk/goodwill/\d+/)\?say=yes", str(asks.body))
    assert link is not None
    desk(olga).get(f"{link[1]}?say=yes")
    assert not Entry.objects.filter(kind="given").exists()
    arrive(
        letter(
            "Конечно, дайте. И открытку от нас",
            From=olga.email,
            To=asks.reply_to[0],
            In_Reply_To=str(asks.message()["Message-ID"]),
            Authentication_Results="mx.gorizont.example; dmarc=pass",
        )
    )
    assert Entry.objects.get(kind="given").approved_by == olga
    assert Gesture.objects.get().decision == "Конечно, дайте. И открытку от нас"

    # Anna hears it at once and tells Ivan in her own words.
    assert "Руководитель согласен. Скажите клиенту" in anna.get("/desk/alerts/").text
    anna.post(link[1], {"do": "tell", "words": "Иван, карточки едут к вам в подарок."})
    assert said(case)[-1] == "Иван, карточки едут к вам в подарок."

    # Ivan is satisfied; the ledger says so beside what it cost, and nobody asked him for anything in return.
    mark_solved(case=fresh(case), actor=acting(case.owner), summary="Книга и карточки у вас")
    run_jobs()
    record_answer(invitation=Invitation.objects.get(case=case), satisfaction=5)
    assert fresh(case).state == Case.State.SATISFIED
    assert list(said_after([Gesture.objects.get().pk]).values()) == ["satisfied"]
    told = list(Event.objects.filter(case_id=case.pk, name__startswith="goodwill.").values_list("name", flat=True))
    assert sorted(told) == ["goodwill.given", "goodwill.lead_answered", "goodwill.lead_asked"]


def said(case: Case) -> list[str]:
    """What Ivan was written, oldest first."""
    rows = Message.objects.filter(conversation__thread__case=case, purpose=Message.Purpose.ANSWER).order_by("pk")
    return list(rows.values_list("text", flat=True))
