"""Suggestions on the desk: the list, one of them, everything that is written there."""

import re

import pytest
from django.test import Client

from otklik.cases.models import Case
from otklik.foundation.policies import policy
from otklik.reach.models import Message
from otklik.suggestions.models import State, Suggestion, Telling, Voice, Word
from otklik.team.models import Agent
from tests.building import make_agent, make_case, make_customer, make_standard, refusals, run_jobs
from tests.desk.visiting import desk
from tests.suggestions.making import TITLE, WORDS, done, fresh, make_suggestion, olga, pyotr, shown, voice

pytestmark = pytest.mark.django_db
LIST = "/desk/suggestions/"


@pytest.fixture
def lead() -> Client:
    """Olga, who reads English."""
    olga()
    Agent.objects.filter(email="olga@gorizont.example").update(language="en")
    return desk(Agent.objects.get(email="olga@gorizont.example"))


def page_of(row: Suggestion) -> str:
    return f"{LIST}{row.pk}/"


def test_the_list_shows_what_is_not_over_and_keeps_its_filters_in_the_address(lead: Client) -> None:
    row, over = make_suggestion(), done(make_suggestion(title="Чек сразу"))

    first = lead.get(LIST).text
    assert TITLE in first
    assert over.title not in first
    assert over.title in lead.get(f"{LIST}?state=untold").text
    assert over.title in lead.get(f"{LIST}?state=done&sort=voices").text
    assert TITLE in lead.get(f"{LIST}?words=запись курса&state=all").text
    assert TITLE not in lead.get(f"{LIST}?words=посылка&state=all").text
    assert TITLE not in lead.get(f"{LIST}?whose=mine").text
    assert TITLE not in lead.get(f"{LIST}?said=colleagues").text
    assert row.title in lead.get(f"{LIST}?sort=changed").text


def test_pages_of_the_list_stay_right_under_the_order_of_voices(lead: Client) -> None:
    for number in range(52):
        make_suggestion(title=f"Мысль {number:02}")
    voice(Suggestion.objects.get(title="Мысль 07"), pyotr())

    first = lead.get(f"{LIST}?sort=-voices").text
    after = re.search(r'href="([^"]*after=[^"]*)" rel="next"', first)
    assert after is not None
    second = lead.get(LIST + after[1].replace("&amp;", "&")).text

    assert first.index("Мысль 07") < first.index("Мысль 51")
    assert [text for text in ("Мысль 00", "Мысль 01") if text in second and text not in first] == [
        "Мысль 00",
        "Мысль 01",
    ]


def test_one_of_them_shows_its_way_weight_and_voices_in_few_statements(
    lead: Client, django_assert_max_num_queries: object
) -> None:
    case = make_case()
    row = make_suggestion(case.customer, case=case)
    for number in range(5):
        voice(row, make_customer(f"К {number}", f"k{number}@mail.example"), f"Слово {number}")
    lead.get(page_of(row))

    with django_assert_max_num_queries(30):  # type: ignore[operator]
        page = lead.get(page_of(row)).text

    for part in (TITLE, WORDS, f"/desk/cases/{case.pk}/", "different people, each once", "Being looked at"):
        assert part in page


def test_steps_are_pressed_and_refused_in_words(lead: Client) -> None:
    row = make_suggestion()

    lead.post(f"{page_of(row)}do", {"do": "move", "to": "planned"})
    assert fresh(row).state == State.PLANNED
    refused_ = lead.post(f"{page_of(row)}do", {"do": "move", "to": "new"}, follow=True).text
    assert "It cannot go there from where it is now" in refused_
    lead.post(f"{page_of(row)}decline", {"reason": "Дорого"})

    assert (fresh(row).state, fresh(row).reason) == (State.DECLINED, "Дорого")
    assert "Дорого" in lead.get(page_of(row)).text
    assert lead.post(f"{page_of(row)}do", {"do": "nothing"}).status_code == 404


def test_it_is_worded_answered_shown_and_hidden(lead: Client) -> None:
    row, standard = make_suggestion(), make_standard()
    for path, typed in (
        ("edit", {"title": "Записи на полгода", "about": "", "owner": "", "due_on": "2026-12-15"}),
        ("answer", {"answer": "К декабрю"}),
        ("show", {"title": "Записи занятий", "words": ""}),
        ("link", {"standard": standard.pk}),
    ):
        assert lead.post(f"{page_of(row)}{path}", typed).status_code == 302
    page = lead.get(page_of(row)).text
    for part in ("Записи на полгода", "К декабрю", "Approved by", standard.name):
        assert part in page

    lead.post(f"{page_of(row)}do", {"do": "hide"})
    lead.post(f"{page_of(row)}do", {"do": "unlink", "link": row.links.get().pk})

    assert fresh(row).shown_at is None
    assert not row.links.exists()
    assert lead.post(f"{page_of(row)}answer", {"answer": ""}).status_code == 422
    assert lead.post(f"{page_of(row)}link", {"case": ""}).status_code == 422


# ── Any word ──────────────────────────────────────────────────────────────────────────────
def test_a_word_on_the_phone_is_written_down_once(lead: Client) -> None:
    form = lead.get(f"{LIST}new").text
    key = re.search(r'name="key" value="(\w+)"', form)
    assert key is not None
    typed = {"words": WORDS, "title": TITLE, "email": "ivan@mail.example", "name": "Иван", "key": key[1]}

    places = {lead.post(f"{LIST}new", typed)["Location"] for _time in range(2)}

    assert places == {page_of(Suggestion.objects.get())}
    assert Word.objects.get().source == "phone"
    assert lead.post(f"{LIST}new", typed | {"words": " ", "key": "other"}).status_code == 422


def test_out_of_the_menu_of_a_case_a_message_becomes_one_or_a_voice_for_another(lead: Client) -> None:
    case = make_case()
    message = Message.objects.get(direction="in")
    address = f"{LIST}cases/{case.pk}"
    assert address in lead.get(f"/desk/cases/{case.pk}/").text
    assert message.text[:20] in lead.get(address).text

    lead.post(address, {"message": message.pk, "title": TITLE})
    [row] = Suggestion.objects.all()
    other = make_suggestion(pyotr(), title="Другое")
    lead.post(address, {"message": message.pk, "words": "Пришлите сразу", "into": other.pk})

    assert Word.objects.get(voice__suggestion=row).message_id == message.pk
    assert Voice.objects.filter(suggestion=other).count() == 2
    assert lead.post(address, {"title": "x"}).status_code == 422


def test_a_text_of_a_survey_leads_to_a_suggestion(lead: Client) -> None:
    form = lead.get(f"{LIST}new", {"words": "Больше практики", "source": "survey"}).text
    assert "Больше практики" in form

    lead.post(f"{LIST}new", {"words": "Больше практики", "source": "survey", "key": "k"})

    assert (Word.objects.get().source, Voice.objects.get().customer) == ("survey", None)


def test_a_voice_is_brought_on_behalf_of_somebody(lead: Client) -> None:
    row = make_suggestion()

    lead.post(f"{page_of(row)}voice", {"phone": "+7 900 123-45-67", "name": "Пётр", "words": "", "key": "a"})

    assert Voice.objects.filter(suggestion=row).count() == 2
    assert "Пётр" in lead.get(f"{page_of(row)}voices").text
    assert lead.post(f"{page_of(row)}voice", {"words": "", "key": "b"}).status_code == 422


def test_like_ones_are_shown_while_somebody_types(lead: Client) -> None:
    row = make_suggestion()

    assert page_of(row) in lead.get(f"{LIST}like", {"q": "записи после курса"}).text
    assert lead.get(f"{LIST}like", {"q": "за"}).text.strip() == ""
    assert f'value="{row.pk}"' in lead.get(f"{LIST}like", {"q": "записи курса", "joins": "1"}).text


def test_an_agent_without_sight_of_a_customer_brings_no_voice_for_them() -> None:
    case = make_case()
    boris = make_agent("Борис Ким", "boris@gorizont.example")
    Agent.objects.filter(pk=boris.pk).update(sight="own")
    row = make_suggestion(pyotr())

    with refusals() as heard:
        answer = desk(Agent.objects.get(pk=boris.pk)).post(
            f"{page_of(row)}voice", {"email": "ivan@mail.example", "words": "", "key": "a"}
        )

    assert answer.status_code == 422
    assert heard == ["customer_out_of_sight"]
    assert not Voice.objects.filter(customer=case.customer).exists()


# ── Joining, telling ──────────────────────────────────────────────────────────────────────
def test_both_are_seen_before_they_are_joined(lead: Client) -> None:
    one, other = make_suggestion(), make_suggestion(pyotr(), title="Оставлять записи курса")

    assert f"?into={other.pk}" in lead.get(f"{page_of(one)}merge").text
    both = lead.get(f"{page_of(one)}merge", {"into": other.pk}).text
    assert "They are the same: join them" in both
    answer = lead.post(f"{page_of(one)}merge", {"into": other.pk})

    assert answer["Location"] == page_of(other)
    assert fresh(one).duplicate_of == other
    assert page_of(other) in lead.get(page_of(one)).text


def test_the_letter_and_how_many_get_it_are_seen_before_the_press(lead: Client) -> None:
    case: Case = make_case()
    row = done(make_suggestion(case.customer, case=case))
    page = lead.get(f"{page_of(row)}tell").text
    for part in ("1 person hears it", "1 by e-mail", "Tell 1 person", WORDS, "Вам помогло?"):
        assert part in page

    changed = lead.post(f"{page_of(row)}tell", {"do": "send", "words": "Открыты!", "seen": "Другое", "people": 1}).text
    assert "This is the letter with your words" in changed
    assert not Telling.objects.exists()
    lead.post(f"{page_of(row)}tell", {"do": "send", "words": "Открыты!", "seen": "Открыты!", "people": 1})
    run_jobs()

    assert (Telling.objects.get().words, Telling.objects.get().people) == ("Открыты!", 1)
    assert "Everyone who asked has been told" in lead.get(page_of(row)).text


def test_whom_no_letter_reaches_is_called_from_the_page(lead: Client) -> None:
    row = done(make_suggestion())
    lead.post(f"{page_of(row)}tell", {"do": "send", "words": "Да", "seen": "Да", "people": 1})
    run_jobs()
    assert "We know no way to write to them." in lead.get(page_of(row)).text

    lead.post(f"{page_of(row)}do", {"do": "told", "voice": Voice.objects.get().pk})

    assert Voice.objects.get().told_at is not None


# ── Ours, and the rest ────────────────────────────────────────────────────────────────────
def test_a_colleague_says_it_and_others_want_it_too(lead: Client) -> None:
    anna = desk()
    anna.post(f"{LIST}idea", {"words": "Второй монитор", "title": "", "key": "k"})
    [row] = Suggestion.objects.all()

    lead.post(f"{page_of(row)}do", {"do": "back", "wanted": "yes"})
    assert Voice.objects.count() == 2
    lead.post(f"{page_of(row)}do", {"do": "back", "wanted": "no"})

    assert Voice.objects.count() == 1
    answer = anna.post(f"{LIST}idea", {"words": "Планёрки", "hinders": "on", "key": "k2"})
    assert answer["Location"] == LIST


def test_the_rail_counts_what_waits_and_the_palette_finds_it(lead: Client) -> None:
    row = make_suggestion()

    entry = lead.get(LIST).text.partition(f'<a href="{LIST}" aria-current="page">')[2]
    assert '<span class="pill" data-tone="accent">1</span>' in entry[:300]
    assert page_of(row) in lead.get("/desk/palette", {"q": "записи занятий"}).text


def test_whether_the_board_is_open_is_a_setting() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    assert vera.post("/desk/settings/suggestions", {"suggestions__board_is_open": "on"}).status_code == 302

    assert policy("suggestions.board_is_open") is True


def test_a_hostile_text_is_shown_as_text(lead: Client) -> None:
    row = make_suggestion(title="<script>alert(1)</script>", words="<img src=x onerror=alert(1)> {{ 1 }} %d")
    shown(row, title="<b>жирно</b>")
    for address in (page_of(row), LIST, f"{page_of(row)}voices", f"{page_of(row)}tell", f"{page_of(row)}merge"):
        page = lead.get(address).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
