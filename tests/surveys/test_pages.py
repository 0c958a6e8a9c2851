"""The pages of whoever answers, without JavaScript, and those of the desk."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from otklik.foundation.actors import SYSTEM
from otklik.foundation.switching import switch_module
from otklik.surveys.actions import close_survey, invite
from otklik.surveys.examples import EXAMPLES
from otklik.surveys.models import Answer, Invitation, Silence, Sitting, Survey, Version
from otklik.surveys.queries import trial_link
from tests.building import acting, make_agent, make_customer, make_lead
from tests.desk.visiting import desk
from tests.surveys.making import DELIVERY, answered, make_survey, page, question, survey_of

pytestmark = pytest.mark.django_db
ONE = survey_of(page("a", question("q")))


def token_on(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found
    return found[1]


def begin(client: Client, address: str, **values: Any) -> Any:
    return client.post(address, {"token": token_on(client.get(address).text), **values})


# ── Answering ─────────────────────────────────────────────────────────────────────────────
def test_opening_changes_nothing_and_pages_are_kept_one_by_one() -> None:
    survey = make_survey(DELIVERY)
    client, address = Client(), f"/survey/{survey.link}/?sat=2"

    opened = client.get(address)
    assert not Sitting.objects.exists()
    assert 'value="2"\n          checked' in opened.text or re.search(r'value="2"\s+checked', opened.text)
    first = begin(client, address, **{"q-sat": "2"})
    assert Answer.objects.get().number == 2
    assert "Вопрос why" in client.get(first["Location"]).text
    second = client.post(first["Location"], {"q-why": ["late", "torn"], "q-words": "Ждал"})
    client.post(second["Location"], {"q-nps": "9", "q-ok": "no"})

    sitting = Sitting.objects.get()
    assert sitting.is_finished
    kept = {(one.question, one.number, tuple(one.choices), one.words) for one in sitting.answers.all()}
    assert kept == {
        ("sat", 2, (), ""), ("why", None, ("late", "torn"), ""), ("words", None, (), "Ждал"), ("nps", 9, (), ""),
        ("ok", 0, (), ""),
    }  # fmt: skip
    assert "q-nps" not in client.get(second["Location"]).text


def test_the_first_page_sent_twice_counts_once() -> None:
    survey = make_survey(ONE)
    client, address = Client(), f"/survey/{survey.link}/"
    token = token_on(client.get(address).text)

    places = {client.post(address, {"token": token, "q-q": "5"})["Location"] for _time in range(2)}

    assert len(places) == 1
    assert Answer.objects.count() == 1


def test_every_kind_of_question_is_drawn_and_read() -> None:
    options = [{"id": "a", "text": "А"}, {"id": "b", "text": "Б"}]
    asked = page(
        "a",
        question("pair", "servqual", dimension="empathy"),
        question("m", "matrix", rows=options),
        question("one", "single", options=options),
        question("many", "multiple", options=options),
        question("rate", "rating", scale={"least": 0, "most": 10}, ends={"low": "плохо", "high": "хорошо"}),
    )
    survey = make_survey(survey_of(asked))
    client, address = Client(), f"/survey/{survey.link}/"

    assert "плохо" in client.get(address).text
    answer = begin(
        client, address,
        **{"q-pair-expected": "7", "q-pair-perceived": "3", "q-m-a": "4", "q-one": "b", "q-many": "a", "q-rate": "0"},
    )  # fmt: skip

    assert answer.status_code == 302
    rows = Answer.objects.order_by("id").values_list("question", "part", "number", "expected", "choices")
    assert list(rows) == [
        ("pair", "", 3, 7, []), ("m", "a", 4, None, []), ("one", "", None, None, ["b"]),
        ("many", "", None, None, ["a"]), ("rate", "", 0, None, []),
    ]  # fmt: skip


def test_what_is_wrong_stands_at_its_question_and_nothing_is_lost() -> None:
    survey = make_survey(survey_of(page("a", question("q", is_required=True), question("w", "text"))))
    client, address = Client(), f"/survey/{survey.link}/"

    answer = begin(client, address, **{"q-w": "Моё <b>слово</b>"})
    assert answer.status_code == 422
    assert "Моё &lt;b&gt;слово&lt;/b&gt;" in answer.text
    assert 'id="q-q-error"' in answer.text
    assert begin(client, address, **{"q-q": "77"}).status_code == 422
    assert begin(client, address, **{"q-q": "²"}).status_code == 422
    assert not Answer.objects.exists()


def test_one_may_go_back_and_change_an_answer() -> None:
    survey = make_survey(DELIVERY)
    client = Client()
    place = begin(client, f"/survey/{survey.link}/", **{"q-sat": "5"})["Location"]

    assert "?page=main" in client.get(place).text
    assert re.search(r'value="5"\s+checked', client.get(f"{place}?page=main").text)
    client.post(place, {"page": "main", "q-sat": "1"})

    assert "Вопрос why" in client.get(place).text
    assert "Вопрос nps" not in client.get(f"{place}?page=last").text


def test_who_will_know_is_said_before_anybody_answers() -> None:
    for names, words in (
        ("anonymous", "анонимный"),
        ("confidential", "конфиденциальный"),
        ("identified", "имени мы не"),
    ):
        survey = make_survey(ONE, names=names)
        text = Client().get(f"/survey/{survey.link}/", headers={"Accept-Language": "ru"}).text
        assert words in text.lower()


def test_ones_own_link_goes_on_where_one_was_and_may_be_put_off() -> None:
    survey = make_survey(DELIVERY)
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    client, address = Client(), f"/survey/{invitation.token}/"

    assert 'value="never"' in client.get(address).text
    begin(client, address, **{"q-sat": "5"})
    again = Client().get(address, follow=True)

    assert "Вопрос nps" in again.text
    assert Sitting.objects.get().customer == invitation.customer


def test_not_now_is_an_answer_given_by_a_button() -> None:
    survey = make_survey(ONE)
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    client, address = Client(), f"/survey/{invitation.token}/not-now/"

    assert client.get(address).status_code == 405
    assert client.post(address, {"days": "nonsense"}).status_code == 422
    assert client.post(address, {"days": "30"}).status_code == 200
    assert client.post(address, {"days": "never"}).status_code == 200

    assert Silence.objects.get().until is None
    assert Invitation.objects.get().state == Invitation.State.NEVER
    assert client.post(f"/survey/{survey.link}/not-now/", {"days": "30"}).status_code == 302


def test_links_that_lead_nowhere_are_kind() -> None:
    survey = make_survey(ONE)
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    client = Client()

    assert client.get("/survey/nothing/").status_code == 404
    assert client.get("/survey/try-forged/").status_code == 404
    assert client.get(f"/survey/{survey.link}/nothing/").status_code == 404
    Invitation.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert client.get(f"/survey/{invitation.token}/").status_code == 410
    close_survey(survey=survey, actor=SYSTEM)
    closed = client.get(f"/survey/{survey.link}/", headers={"Accept-Language": "ru"})
    assert (closed.status_code, "Опрос завершён" in closed.text) == (410, True)


def test_an_anonymous_link_is_used_once() -> None:
    survey = make_survey(ONE, names="anonymous")
    invitation = invite(survey=survey, customer=make_customer(), actor=SYSTEM)
    client, address = Client(), f"/survey/{invitation.token}/"

    begin(client, address, **{"q-q": "5"})
    again = begin(client, address, **{"q-q": "1"})

    assert again.status_code == 200
    assert Answer.objects.get().number == 5


def test_a_kiosk_shows_nobody_what_was_answered_before() -> None:
    survey = make_survey(DELIVERY)
    client, address = Client(), f"/survey/{survey.link}/?kiosk=1&place=Арбат"

    start = client.get(address)
    place = begin(client, address, **{"q-sat": "5", "kiosk": "1", "place": "Арбат"})["Location"]
    inside = client.get(f"{place}?page=main")

    assert "otk-kiosk" in start.text
    assert "Вопрос nps" in inside.text
    assert 'href="?page=' not in inside.text
    assert inside["Cache-Control"].startswith("max-age=0")
    sitting = Sitting.objects.get()
    assert (sitting.channel, sitting.segment) == ("kiosk", "Арбат")
    client.post(place, {"q-nps": "9"})
    assert "kiosk=1&amp;place=" in client.get(place).text


def test_a_crowd_behind_one_network_is_asked_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.surveys.views.player._MOST", 2)
    survey = make_survey(ONE)
    client, address = Client(), f"/survey/{survey.link}/"

    codes = [begin(client, address, **{"q-q": "1"}).status_code for _time in range(3)]

    assert codes == [302, 302, 429]
    assert Sitting.objects.count() == 2


def test_an_english_reader_gets_english_where_there_is_some() -> None:
    both = {"ru": "Как вам?", "en": "How was it?"}
    survey = make_survey(survey_of(page("a", question("q", text=both)), languages=["ru", "en"], title=both))

    english = Client().get(f"/survey/{survey.link}/", headers={"Accept-Language": "en"}).text

    assert 'lang="en"' in english
    assert "How was it?" in english


# ── The desk ──────────────────────────────────────────────────────────────────────────────
def test_a_lead_begins_with_an_example_and_publishes_it() -> None:
    olga = desk(make_lead())

    made = olga.post("/desk/surveys/new", {"example": "relation", "name": "Весна"})
    survey = Survey.objects.get()
    assert made["Location"] == f"/desk/surveys/{survey.pk}/edit"
    assert "Вероят" in olga.get(made["Location"]).text or "вероятно" in olga.get(made["Location"]).text
    olga.post(f"/desk/surveys/{survey.pk}/do", {"do": "publish"})

    assert Version.objects.get().state == Version.State.LIVE
    shown = olga.get(f"/desk/surveys/{survey.pk}/").text
    assert f"/survey/{survey.link}/" in shown
    assert "Весна" in olga.get("/desk/surveys/").text


def test_a_file_is_taken_out_and_taken_in_again() -> None:
    survey = make_survey(DELIVERY)
    olga = desk(make_lead())

    file = olga.get(f"/desk/surveys/{survey.pk}/file")
    olga.post("/desk/surveys/new", {"example": "empty", "file": SimpleUploadedFile("a.json", file.content)})

    first, second = Version.objects.order_by("id")
    assert first.definition == second.definition
    for content in (b"{", b'{"name": ""}', b"[" * 100_000, b"\xff"):
        bad = {"example": "empty", "file": SimpleUploadedFile("a.json", content)}
        assert olga.post("/desk/surveys/new", bad).status_code == 422


def test_the_draft_is_changed_and_its_flaws_are_told() -> None:
    survey = make_survey(ONE)
    olga, address = desk(make_lead()), f"/desk/surveys/{survey.pk}/text"
    broken = survey_of(page("a", question("q")), page("b", question("r"), then=[{"go": "a"}]))

    assert olga.post(address, {"text": json.dumps(broken)}).status_code == 302
    assert "a → b → a" in olga.get(address).text
    olga.post(f"/desk/surveys/{survey.pk}/do", {"do": "publish"})
    assert Version.objects.filter(state="live").get().number == 1
    assert olga.post(address, {"text": "{"}).status_code == 422


def test_the_moves_of_its_life() -> None:
    survey = make_survey(ONE)
    olga, address = desk(make_lead()), f"/desk/surveys/{survey.pk}/do"

    for deed in ("close", "open", "copy", "drop", "nonsense"):
        assert olga.post(address, {"do": deed}).status_code == 302

    survey.refresh_from_db()
    assert survey.closed_at is None
    assert Survey.objects.count() == 2


def test_results_are_read_by_everybody_and_moves_by_leads() -> None:
    survey = make_survey(DELIVERY)
    for at in range(3):
        answered(survey, f"t{at}", {"sat": 2, "ease": 5}, {"why": ["late"]}, {"nps": 9})
    anna = desk()

    text = anna.get(f"/desk/surveys/{survey.pk}/?days=30").text

    assert "Вопрос why" in text
    assert 'value="publish"' not in text
    assert "/edit" not in text
    assert anna.get("/desk/surveys/999999/").status_code == 404


def test_a_few_without_names_are_told_about_and_not_shown() -> None:
    survey = make_survey(ONE, names="confidential")
    answered(survey, "t", {"q": 1})

    text = desk().get(f"/desk/surveys/{survey.pk}/").text

    assert "<progress" not in text


def test_trying_counts_nothing() -> None:
    survey = make_survey(ONE)
    client = Client()

    place = begin(client, f"/survey/{trial_link(survey.versions.get())}/", **{"q-q": "1"})["Location"]

    assert client.get(place).status_code == 200
    assert Sitting.objects.get().is_trial
    assert desk(make_lead()).get(f"/desk/surveys/{survey.pk}/try")["Location"].startswith("/survey/try-")


def test_the_card_carries_the_address_of_its_place() -> None:
    survey = make_survey(ONE)

    text = desk().get(f"/desk/surveys/{survey.pk}/card", {"place": "Арбат"}).text

    assert f"/survey/{survey.link}/?place=%D0%90" in text
    assert re.search(r'<path d="(M\d+ \d+h1v1h-1z){300,}"', text)


def test_a_house_that_does_without_keeps_what_was_answered() -> None:
    survey = make_survey(ONE)
    answered(survey, "t", {"q": 5})
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")

    switch_module(name="surveys", is_on=False, actor=acting(vera))

    assert Client().get(f"/survey/{survey.link}/").status_code == 404
    assert desk(vera).get("/desk/surveys/").status_code == 404
    assert Answer.objects.count() == 1
    assert len(EXAMPLES) == 6


def test_words_are_read_and_those_without_a_name_only_among_five() -> None:
    asked = survey_of(page("a", question("w", "text")))
    named, nameless = make_survey(asked), make_survey(asked, names="anonymous")
    anna = desk()
    answered(named, "t", {"w": "Всё <i>хорошо</i>"})
    for at in range(4):
        answered(nameless, f"n{at}", {"w": f"Слово {at}"})

    assert "Всё &lt;i&gt;хорошо&lt;/i&gt;" in anna.get(f"/desk/surveys/{named.pk}/").text
    assert "Слово 0" not in anna.get(f"/desk/surveys/{nameless.pk}/").text
    answered(nameless, "n5", {"w": "Слово 5"})
    assert "Слово 0" in anna.get(f"/desk/surveys/{nameless.pk}/").text


# ── The builder ───────────────────────────────────────────────────────────────────────────
def parts(survey: Survey) -> dict[str, list[str]]:
    """Keys of the draft's questions by page."""
    draft = Version.objects.filter(survey=survey).order_by("-number")[0]
    return {one["key"]: [each["key"] for each in one["questions"]] for one in draft.definition["pages"]}


def test_a_survey_is_built_by_choosing() -> None:
    survey = make_survey(ONE)
    olga, here = desk(make_lead()), f"/desk/surveys/{survey.pk}"

    olga.post(f"{here}/change", {"do": "page"})
    made = olga.post(f"{here}/change", {"do": "question", "part": "page1", "instrument": "single"})
    assert made["Location"] == f"{here}/edit?part=q1"
    shown = olga.get(made["Location"]).text
    assert "&quot;is&quot;: &quot;at_most&quot;" in shown
    condition = json.dumps({"question": "q", "is": "at_most", "value": 3}, sort_keys=True)
    saved = olga.post(
        made["Location"],
        {
            "text_ru": "Почему?", "part_a_ru": "Дорого", "part_b_ru": "", "part_o1_ru": "Долго", "show_0": condition,
            "show_1": "", "is_required": "on",
        },
    )  # fmt: skip

    assert saved.status_code == 302
    [built] = Version.objects.get(survey=survey, state="draft").definition["pages"][1]["questions"]
    assert built == {
        "key": "q1", "instrument": "single", "text": {"ru": "Почему?"}, "is_required": True,
        "options": [{"id": "a", "text": {"ru": "Дорого"}}, {"id": "o1", "text": {"ru": "Долго"}}],
        "show_if": {"question": "q", "is": "at_most", "value": 3},
    }  # fmt: skip
    olga.post(f"{here}/do", {"do": "publish"})
    assert Version.objects.get(survey=survey, state="live").number == 2


def test_pages_are_shown_and_left_by_choosing() -> None:
    survey = make_survey(DELIVERY)
    olga, here = desk(make_lead()), f"/desk/surveys/{survey.pk}/edit?part=main"
    low = json.dumps({"question": "sat", "is": "at_most", "value": 2}, sort_keys=True)
    easy = json.dumps({"question": "ease", "is": "answered"}, sort_keys=True)

    assert 'value="last"' in olga.get(here).text
    olga.post(here, {"title_ru": "Главное", "go": "last", "leave_0": low, "leave_1": easy, "show_0": "", "show_1": ""})

    main = Version.objects.get(survey=survey, state="draft").definition["pages"][0]
    assert main["title"] == {"ru": "Главное"}
    assert main["then"] == [{"if": {"all": [json.loads(low), json.loads(easy)]}, "go": "last"}]


def test_the_whole_of_it_is_named_and_translated() -> None:
    survey = make_survey(ONE)
    olga, here = desk(make_lead()), f"/desk/surveys/{survey.pk}/edit"
    values = {"name": "Весна", "names": "anonymous", "languages": ["ru", "en"], "family": "spring", "title_ru": "Как?"}

    olga.post(here, values)

    text = olga.get(f"{here}?part=q").text
    assert 'name="text_en"' in text
    assert "нет слов на одном из языков" in text
    draft = Version.objects.get(survey=survey, state="draft")
    assert (draft.names, draft.definition["name"], draft.definition["family"]) == ("anonymous", "Весна", "spring")
    assert olga.post(here, {**values, "family": "Весна"}).status_code == 422


def test_parts_are_moved_copied_and_removed() -> None:
    survey = make_survey(DELIVERY)
    olga, here = desk(make_lead()), f"/desk/surveys/{survey.pk}/change"

    for deed, part in (("down", "ease"), ("up", "last"), ("copy", "sat"), ("remove", "wrong"), ("up", "main")):
        assert olga.post(here, {"do": deed, "part": part}).status_code == 302

    assert parts(survey) == {"main": ["sat", "q1"], "last": ["nps", "ok"]}
    for deed, part in (("copy", "zzz"), ("question", "zzz"), ("dance", "main")):
        assert olga.post(here, {"do": deed, "part": part, "instrument": "csat"}).status_code == 404
    assert olga.get(f"/desk/surveys/{survey.pk}/edit?part=zzz").status_code == 404
    assert olga.post(here, {"do": "question", "part": "main", "instrument": "zzz"}).status_code == 404


def test_a_condition_of_several_levels_stays_as_it_is() -> None:
    deep = {"any": [{"question": "q", "is": "at_most", "value": 2}, {"question": "q", "is": "not_answered"}]}
    survey = make_survey(survey_of(page("a", question("q")), page("b", question("r"), show_if=deep)))
    olga, here = desk(make_lead()), f"/desk/surveys/{survey.pk}/edit?part=b"

    assert 'value="kept" selected' in olga.get(here).text
    olga.post(here, {"title_ru": "Ещё", "show_0": "kept", "show_1": "", "go": "", "leave_0": "", "leave_1": ""})

    assert Version.objects.get(survey=survey, state="draft").definition["pages"][1]["show_if"] == deep


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_part_of_every_example_is_opened_and_saved_as_it_was(name: str) -> None:
    olga = desk(make_lead())
    olga.post("/desk/surveys/new", {"example": name})
    survey = Survey.objects.get()
    was = Version.objects.get().definition

    for part in ["", *(key for key, held in parts(survey).items() for key in (key, *held))]:
        here = f"/desk/surveys/{survey.pk}/edit?part={part}"
        form = olga.get(here).context["form"]
        sent = {one.html_name: one.value() for one in form if one.value() not in (None, False)}
        assert olga.post(here, sent).status_code == 302, (part, sent)

    assert Version.objects.get().definition == was
