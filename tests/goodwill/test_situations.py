"""What happens to customers: the gifts that are right then, the cheaper first, and the words that go with them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.models import Event
from otklik.goodwill.actions import give, set_situation
from otklik.goodwill.figures import given_by
from otklik.goodwill.models import Gesture, Situation
from otklik.goodwill.queries import gifts_in, situation_by_id, situations_for
from tests.api.calling import Program
from tests.building import acting, make_case, make_lead, refused
from tests.desk.visiting import desk
from tests.goodwill.building import make_budget, make_gift, wish

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def make_situation(name: str = "Книга пришла повреждённой", **values: Any) -> Situation:
    return set_situation(situation=None, actor=SYSTEM, values={"name": name} | values)


@pytest.fixture
def case() -> Case:
    case = make_case(kind="complaint")
    make_budget(case.team)
    return case


def test_what_is_right_comes_the_cheaper_before_the_dearer_and_else_what_there_is(case: Case) -> None:
    dear, cheap, other = make_gift("dear", 900), make_gift("cheap", 100), make_gift("other", 50)
    make_gift("off", 1, is_active=False)

    row = make_situation(gifts=[dear, cheap])

    assert gifts_in(row) == ([cheap, dear], [other])


def test_what_is_likely_by_tag_or_kind_comes_first(case: Case) -> None:
    gift = make_gift()
    late = make_situation("Опоздала", gifts=[gift], tags=[" Доставка "])
    broken = make_situation("Повреждена", gifts=[gift], kinds=["complaint"])
    twice = make_situation("Списали дважды", gifts=[gift])
    make_situation("Давно не бывает", gifts=[gift], kinds=["complaint"], is_active=False)

    assert situations_for(case) == ([broken], [late, twice])
    case.tags = ["ДОСТАВКА"]
    assert situations_for(case) == ([late, broken], [twice])


def test_a_situation_has_a_name_of_its_own_and_a_gift_and_is_tied_to_no_rating(case: Case) -> None:
    gift = make_gift()
    row = make_situation(gifts=[gift])

    with refused("name_missing"):
        make_situation(" ", gifts=[gift])
    with refused("name_taken"):
        make_situation(gifts=[gift])
    with refused("gifts_missing"):
        make_situation("Другая", gifts=[])
    with refused("gifts_missing"):
        set_situation(situation=row, actor=SYSTEM, values={"gifts": []})
    with refused("kind_unknown"):
        make_situation("Другая", gifts=[gift], kinds=["joke"])
    with refused("tied_to_a_rating"):
        make_situation("Другая", gifts=[gift], words="И оставьте отзыв")
    with refused("not_allowed"):
        set_situation(situation=None, actor=acting(case.owner), values={"name": "Другая", "gifts": [gift]})


def test_what_changed_is_on_the_record(case: Case) -> None:
    gift = make_gift()
    row = make_situation(gifts=[gift])

    set_situation(situation=row, actor=SYSTEM, values={"gifts": [gift, make_gift("other")], "words": "Простите."})
    set_situation(situation=row, actor=SYSTEM, values={"gifts": list(row.gifts.all()), "words": "Простите."})

    events = Event.objects.filter(name="goodwill.situation_changed").order_by("pk")
    assert [event.payload["fields"] for event in events][1:] == [["words", "gifts"]]


def test_a_gesture_says_what_had_happened_and_each_situation_is_counted(case: Case) -> None:
    gift, olga = make_gift(), make_lead()
    row = make_situation(gifts=[gift])

    give(case=case, wish=wish(gift, situation=row), actor=acting(case.owner))
    give(case=case, wish=wish(gift), actor=acting(case.owner))

    [line] = given_by(acting(olga), "situation", since=LONG_AGO)
    assert (line.name, line.times, line.amount) == (row.name, 1, 42_000)


# ── Pages ─────────────────────────────────────────────────────────────────────────────────
def test_an_agent_says_what_happened_and_gives_what_is_right_in_its_words(case: Case) -> None:
    gift, other = make_gift(words="Слова подарка"), make_gift("other", 50)
    row = make_situation(gifts=[gift], kinds=["complaint"], words="Простите за книгу.")
    anna, place = desk(case.owner), f"/desk/goodwill/cases/{case.pk}/give"

    first = anna.get(place).text
    page = anna.get(f"{place}?situation={row.pk}").text
    assert f"?situation={row.pk}" in first
    assert page.index(gift.name) < page.index(other.name)
    assert "Простите за книгу." in page
    assert f"?gift={other.code}&amp;situation={row.pk}" in page
    typed = {
        "gift": gift.code,
        "situation": row.pk,
        "words": "Простите за книгу.",
        "reason": "",
        "key": "k",
        "do": "give",
    }
    assert anna.post(place, typed).status_code == 302

    assert Gesture.objects.get().situation == row


def test_a_situation_is_found_by_its_words(case: Case) -> None:
    gift = make_gift()
    broken, late = make_situation("Книга повреждена", gifts=[gift]), make_situation("Опоздала", gifts=[gift])
    anna, place = desk(case.owner), f"/desk/goodwill/cases/{case.pk}/give"

    found = anna.get(place, {"q": "ПОВРЕЖД"}).text

    assert f"?situation={broken.pk}" in found
    assert f"?situation={late.pk}" not in found
    assert "не нашлось" in anna.get(place, {"q": "дракон"}).text


def test_leads_arrange_situations(case: Case) -> None:
    gift, olga = make_gift(), desk(make_lead())
    typed = {"name": "Опоздала", "gifts": [gift.pk], "tags": "доставка", "kinds": ["request"], "is_active": "on"}

    assert olga.post("/desk/settings/situations/new", typed).status_code == 302
    row = Situation.objects.get()
    assert (row.tags, row.kinds, list(row.gifts.all())) == (["доставка"], ["request"], [gift])
    assert olga.post("/desk/settings/situations/new", typed).status_code == 422
    olga.post(f"/desk/settings/situations/{row.pk}", {**typed, "name": "Не пришла"})
    assert "Не пришла" in olga.get("/desk/settings/situations/").text
    assert gift.name in olga.get("/desk/settings/situations/").text
    assert desk(case.owner).get("/desk/settings/situations/").status_code == 403


def test_figures_tell_what_each_situation_brought(case: Case) -> None:
    gift = make_gift()
    give(case=case, wish=wish(gift, situation=make_situation(gifts=[gift])), actor=acting(case.owner))
    olga = desk(make_lead())

    assert "Книга пришла повреждённой" in olga.get("/desk/goodwill/figures/").text
    assert "Книга пришла повреждённой" in olga.get("/desk/goodwill/figures/situations/").text
    assert "Книга пришла повреждённой" in olga.get("/desk/goodwill/figures/gestures/").text
    assert "Книга пришла повреждённой" in olga.get(f"/desk/goodwill/{Gesture.objects.get().pk}/").text


# ── API ───────────────────────────────────────────────────────────────────────────────────
def test_programs_arrange_situations_and_give_in_them(case: Case) -> None:
    gift, olga, anna = make_gift(), Program(make_lead()), Program(case.owner)

    made = olga.post("/goodwill/situations", {"name": "Опоздала", "gifts": [gift.code], "tags": ["Доставка"]})
    place = f"/goodwill/situations/{made.json()['id']}"
    changed = olga.post(place, {"words": "Простите."})
    given = anna.post(f"/cases/{case.pk}/goodwill", {"gift": gift.code, "situation": made.json()["id"]})

    assert (made.status_code, made.json()["tags"], made.json()["gifts"]) == (201, ["доставка"], [gift.code])
    assert (changed.json()["words"], changed.json()["gifts"]) == ("Простите.", [gift.code])
    assert given.json()["situation"] == made.json()["id"]
    assert [one["name"] for one in anna.get("/goodwill/situations").json()["items"]] == ["Опоздала"]
    assert olga.post("/goodwill/situations/999", {}).status_code == 404
    wrong = anna.post(f"/cases/{case.pk}/goodwill", {"gift": gift.code, "situation": 999})
    assert wrong.json()["code"] == "situation_unknown"
    with refused("situation_unknown"):
        situation_by_id(999)
