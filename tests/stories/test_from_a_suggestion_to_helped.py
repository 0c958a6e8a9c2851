"""Ivan says on the page of ideas what he would do better; it is done, he is told because he said so, and it helps."""

import re
from email import message_from_bytes, policy

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.suggestions.models import State, Suggestion, Voice
from otklik.team.models import Agent
from tests.building import IVAN, make_agent, make_inbox, make_lead, outbox, run_jobs
from tests.desk.visiting import desk
from tests.portal.typing_in import link_in, once

pytestmark = pytest.mark.django_db
WORDS = "Хочу пересмотреть занятие перед экзаменом, а доступа уже нет"


def body_of(raw: bytes) -> str:
    part = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_from_a_suggestion_to_helped() -> None:
    before = len(outbox())
    make_inbox()
    anna = make_agent()
    lead = desk(make_lead())
    ivan = Client()

    ivan.post("/ideas/", {"once": once(), "text": WORDS, "email": IVAN, "name": "Иван Козлов"})
    run_jobs()
    [row] = Suggestion.objects.all()
    case = Case.objects.get(kind="suggestion")
    assert case.owner in {anna, Agent.objects.get(email="olga@gorizont.example")}

    page = f"/desk/suggestions/{row.pk}/"
    assert WORDS in lead.get(page).text
    lead.post(f"{page}answer", {"answer": "Записи теперь открыты полгода."})
    for to in (State.PLANNED, State.IN_WORK, State.DONE):
        lead.post(f"{page}do", {"do": "move", "to": to})
    letter = lead.get(f"{page}tell").text
    assert WORDS in letter
    people = re.search(r'name="people" value="(\d+)"', letter)
    assert people is not None
    words = "Записи теперь открыты полгода."
    for _press in range(2):
        lead.post(f"{page}tell", {"do": "send", "words": words, "seen": words, "people": people[1]})
        run_jobs()

    told = [text for text in map(body_of, outbox()[before:]) if "/idea/" in text]
    assert len(told) == 1
    assert words in told[0]
    assert "Иван" in told[0]
    address = link_in(told[0], "idea")
    ivan.get(f"{address}?helped=yes")
    assert Voice.objects.get().helped is None
    ivan.post(address, {"helped": "yes"})

    assert Voice.objects.get().helped is True
    assert lead.get(page).status_code == 200
