"""What is written down about a case: by whom, who hears of it, and where it is seen."""

import json
import zipfile
from datetime import timedelta
from random import Random

import pytest
from django.db import IntegrityError
from django.utils import timezone, translation

from otklik.cases.actions import erase_person
from otklik.cases.export import personal_data
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM, Sight
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import policy
from otklik.foundation.switching import switch_module
from otklik.sample.actions import write_down
from otklik.sample.demo import deeds
from otklik.sample.models import Entry
from otklik.team.models import Agent
from tests.api.calling import Program
from tests.building import acting, make_agent, make_case, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def test_the_owner_hears_of_what_somebody_else_wrote(case: Case) -> None:
    olga = make_lead()

    write_down(case=case, text="Звонил ещё раз", actor=acting(olga))

    assert Alert.objects.get(agent=case.owner).reason == "sample.written"
    with translation.override("ru"):
        page = desk(case.owner).get("/desk/alerts/").text
    assert 'data-tone="accent"' in page
    assert f"/desk/cases/{case.pk}/" in page


def test_what_one_writes_oneself_is_no_news(case: Case) -> None:
    write_down(case=case, text="Звонил ещё раз", actor=acting(case.owner))

    assert not Alert.objects.exists()


def test_nothing_is_no_entry(case: Case) -> None:
    with pytest.raises(Refusal) as refused:
        write_down(case=case, text="  ", actor=acting(case.owner))

    assert refused.value.code == "sample_text_missing"


def test_the_database_wants_words_too(case: Case) -> None:
    with pytest.raises(IntegrityError, match="a_sample_entry_says_something"):
        Entry.objects.create(case=case, text="")


def test_a_case_out_of_sight_is_not_found(case: Case) -> None:
    boris = make_agent("Борис Орлов", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight=Sight.OWN)

    with pytest.raises(Refusal) as refused:
        write_down(case=case, text="Чужое", actor=acting(Agent.objects.get(pk=boris.pk)))

    assert refused.value.code == "not_found"


def test_the_page_stands_in_the_rail_and_counts_what_is_new(case: Case) -> None:
    anna = desk(case.owner)

    anna.post("/desk/sample/", {"case": case.number, "text": "Пришлёт чек вечером"})
    page = anna.get("/desk/sample/").text

    assert "Пришлёт чек вечером" in page
    entry = page.partition('<a href="/desk/sample/" aria-current="page">')[2]
    assert '<span class="pill" data-tone="accent">1</span>' in entry[:300]


def test_an_entry_without_words_is_refused_on_the_page(case: Case) -> None:
    assert desk(case.owner).post("/desk/sample/", {"case": case.number, "text": ""}).status_code == 422


def test_how_long_an_entry_is_new_is_a_setting() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    answer = vera.post("/desk/settings/sample", {"sample__days": "30"})

    assert answer.status_code == 302
    assert policy("sample.days") == 30
    assert desk().get("/desk/settings/sample").status_code == 403


def test_the_timeline_of_the_case_and_the_history_tell_it(case: Case) -> None:
    write_down(case=case, text="Звонил", actor=acting(case.owner))
    with translation.override("en"):
        Agent.objects.filter(pk=case.owner.pk).update(language="en")
        told = f"{case.owner.name} wrote something down"

    assert told in desk(Agent.objects.get(pk=case.owner.pk)).get(f"/desk/cases/{case.number}/").text
    lead = make_lead()
    Agent.objects.filter(pk=lead.pk).update(language="en")
    assert told in desk(Agent.objects.get(pk=lead.pk)).get("/desk/audit/").text


def test_it_stands_beside_its_case(case: Case) -> None:
    anna, address = desk(case.owner), f"/desk/cases/{case.number}/"
    assert '<div id="panel-sample" class="panels"></div>' in anna.get(address).text

    write_down(case=case, text="Просил синюю обложку", actor=acting(case.owner))

    panel = anna.get(address).text.partition('<div id="panel-sample"')[2].partition("</div>")[0]
    assert "Просил синюю обложку" in panel
    assert 'hx-target="#panel-sample"' in anna.get(f"{address}fresh").text


def test_the_palette_finds_it(case: Case) -> None:
    write_down(case=case, text="Просил синюю обложку", actor=acting(case.owner))

    assert "Просил синюю обложку" in desk(case.owner).get("/desk/palette?q=синюю").text


def test_programs_write_and_read_it(case: Case) -> None:
    program = Program(case.owner)

    written = program.post("/sample", {"case": case.number, "text": "Из кассы"})

    assert written.status_code == 201
    assert [one["text"] for one in program.get("/sample").json()["items"]] == ["Из кассы"]
    assert program.post("/sample", {"case": case.number, "text": " "}).json()["code"] == "sample_text_missing"


def test_it_is_taken_out_with_the_person_and_goes_with_them(case: Case) -> None:
    write_down(case=case, text="Звонил", actor=acting(case.owner))

    with personal_data(case.customer, actor=acting(case.owner)) as file, zipfile.ZipFile(file) as archive:
        taken = json.loads(archive.read("data.json"))["sample"]
    erase_person(customer=case.customer, actor=SYSTEM)

    assert [one["text"] for one in taken] == ["Звонил"]
    assert not Entry.objects.exists()


def test_a_house_that_does_without_it_keeps_what_was_written(case: Case) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    write_down(case=case, text="Звонил", actor=acting(case.owner))

    switch_module(name="sample", is_on=False, actor=acting(vera))

    assert desk(case.owner).get("/desk/sample/").status_code == 404
    assert "/desk/sample/" not in desk(case.owner).get("/desk/customers/").text
    switch_module(name="sample", is_on=True, actor=acting(vera))
    assert "Звонил" in desk(case.owner).get("/desk/sample/").text


def test_the_demo_company_has_some(case: Case) -> None:
    now = timezone.now()

    planned = list(deeds(now, Random(1)))
    for _moment, deed in planned:
        deed()

    assert all(now - timedelta(days=3) < moment < now for moment, _deed in planned)
    assert Entry.objects.filter(case=case).count() == len(planned)
