"""The pages of promises: made, moved, kept, withdrawn with their way back; offered, answered for; told to customers."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from otklik.cases.actions import make_promise, reply, take_back
from otklik.cases.models import Case, Draft
from otklik.cases.queries import case_link
from otklik.foundation.actors import Role
from otklik.foundation.policies import policy
from otklik.promises.actions import decide_offer, mind_promises, promise_what_is_said
from otklik.promises.models import Broken, Offer, Watch
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, fresh, make_agent, make_case, make_lead, refused, run_jobs
from tests.desk.visiting import desk
from tests.together import locks, while_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def anna(case: Case) -> Client:
    return desk(case.owner)


def at(**ahead: int) -> datetime:
    """A full minute ahead of now, by the clock of the house."""
    return timezone.localtime(timezone.now() + timedelta(**ahead)).replace(second=0, microsecond=0)


def typed(moment: datetime, **more: str) -> dict[str, str]:
    return {"on": f"{moment:%Y-%m-%d}", "at": f"{moment:%H:%M}", **more}


def path(case: Case, rest: str) -> str:
    return f"/desk/cases/{case.pk}/{rest}"


def panel(browser: Client, case: Case) -> str:
    page = browser.get(path(case, "")).text
    return page.partition('<div id="panel-promises"')[2].partition("Метки")[0]


def way_back(browser: Client, case: Case) -> str:
    page = browser.get(path(case, "")).text
    found = re.search(r'action="(/desk/promises/undo/[^"]+)"', page)
    assert found is not None
    return found[1]


def broken(case: Case) -> Broken:
    now = timezone.now()
    early = {"created_at": now - timedelta(hours=9), "first_answer_by": now - timedelta(minutes=40)}
    Case.objects.filter(pk=case.pk).update(**early, due_at=now - timedelta(minutes=40))
    Watch.objects.update(since=now - timedelta(hours=9))
    mind_promises(timezone.now())
    run_jobs()
    return Broken.objects.get()


def test_a_call_is_promised_on_its_page_and_taken_back(case: Case, anna: Client) -> None:
    page = anna.get(path(case, "promises/call")).text
    assert "Пообещать звонок" in page
    assert path(case, "promises/call") in anna.get(path(case, "")).text

    by = at(hours=30)
    answer = anna.post(path(case, "promises/call"), typed(by, about="про счёт"))

    assert answer["Location"] == path(case, "")
    assert fresh(case).promised[0]["about"] == "про счёт"
    assert datetime.fromisoformat(fresh(case).promised[0]["due_at"]) == by
    undo = way_back(anna, case)
    assert "про счёт" in panel(anna, case)
    anna.post(undo)
    assert fresh(case).promised == []


def test_what_was_typed_wrong_is_said_at_its_field(case: Case, anna: Client) -> None:
    answer = anna.post(path(case, "promises/visit"), typed(at(hours=-3)))

    assert answer.status_code == 422
    assert "Выберите время, которое ещё впереди." in answer.text
    assert anna.post(path(case, "promises/visit"), {"on": "", "at": "25:00"}).status_code == 422
    assert fresh(case).promised == []


def test_a_promise_is_moved_kept_and_withdrawn(case: Case, anna: Client) -> None:
    make_promise(case=case, actor=acting(case.owner), kind="call_back", by=at(hours=5))
    later = at(hours=7)
    assert "Перенести обещание: звонок" in anna.get(path(case, "promises/call_back/move")).text

    anna.post(path(case, "promises/call_back/move"), typed(later))
    assert datetime.fromisoformat(fresh(case).promised[0]["due_at"]) == later
    anna.post(way_back(anna, case))
    assert datetime.fromisoformat(fresh(case).promised[0]["due_at"]) != later

    assert "Когда это было: звонок" in anna.get(path(case, "promises/call_back/keep")).text
    anna.post(path(case, "promises/call_back/keep"), typed(at()))
    assert "given_at" in fresh(case).promised[0]
    anna.post(way_back(anna, case))
    assert "given_at" not in fresh(case).promised[0]

    anna.post(path(case, "promises/call_back/withdraw"))
    assert fresh(case).promised == []
    anna.post(way_back(anna, case))
    assert len(fresh(case).promised) == 1


def test_what_is_not_promised_has_no_page(case: Case, anna: Client) -> None:
    for page in ("promises/visit/keep", "promises/visit/move", "promises/gift/keep"):
        assert anna.get(path(case, page)).status_code == 422
    assert "не обещано" in anna.post(path(case, "promises/visit/withdraw"), follow=True).text


def test_the_customer_sees_the_same_moment(case: Case, client: Client) -> None:
    by = at(hours=26)
    make_promise(case=case, actor=acting(case.owner), kind="visit", by=by)

    page = client.get(f"/case/{case_link(case)}/").text

    assert "Мы обещали вам" in page
    assert f"{by:%H:%M}" in page.partition("Придём к вам")[2][:60]


def test_a_late_call_is_told_to_the_customer_too(case: Case, client: Client) -> None:
    make_promise(case=case, actor=acting(case.owner), kind="call_back", by=at(hours=2))
    past = (timezone.now() - timedelta(minutes=3)).isoformat()
    Case.objects.filter(pk=case.pk).update(promised=[{**fresh(case).promised[0], "due_at": past}])

    assert "Мы опаздываем. Простите." in client.get(f"/case/{case_link(case)}/").text


# ── Promised in words ─────────────────────────────────────────────────────────────────────
def said(case: Case, text: str = "Отвечу завтра до 15:00.", **more: bool) -> Message:
    letter = reply(case=fresh(case), actor=acting(case.owner), text=text, **more)
    run_jobs()
    return letter


def test_words_are_offered_and_taken_with_one_key(case: Case, anna: Client) -> None:
    letter = said(case)

    shown = panel(anna, case)
    assert "Вы пообещали" in shown
    assert 'data-key="KeyO"' in shown
    offer = Offer.objects.get()
    anna.post(f"/desk/promise-offers/{offer.pk}/take")

    [vow] = fresh(case).promised
    assert (vow["kind"], vow["letter_id"]) == ("next_word", letter.pk)
    assert fresh(case).due_at == offer.due_at
    assert "Вы пообещали" not in panel(anna, case)


def test_words_that_are_no_promise_are_declined(case: Case, anna: Client) -> None:
    said(case)

    anna.post(f"/desk/promise-offers/{Offer.objects.get().pk}/decline")

    assert Offer.objects.get().state == "declined"
    assert fresh(case).promised == []
    assert "Вы пообещали" not in panel(anna, case)


def test_only_its_author_is_asked_and_decides(case: Case) -> None:
    said(case)
    olga = make_lead()

    assert "Вы пообещали" not in panel(desk(olga), case)
    with refused("offer_is_over"):
        decide_offer(offer=Offer.objects.get(), actor=acting(olga), is_taken=True)
    assert Offer.objects.get().state == "open"


def test_a_letter_that_was_taken_back_promises_nothing(case: Case) -> None:
    assert int(policy("reach.undo_seconds")) > 0
    letter = said(case, is_undoable=True)
    anna = acting(case.owner)
    take_back(case=fresh(case), message=letter, actor=anna)

    with refused("offer_is_over"):
        decide_offer(offer=Offer.objects.get(), actor=anna, is_taken=True)
    assert fresh(case).promised == []


def test_an_offer_out_of_sight_does_not_exist(case: Case) -> None:
    said(case)
    igor = make_agent("Игорь Лыткин", "igor@gorizont.example")
    Agent.objects.filter(pk=igor.pk).update(sight="own")

    assert (
        desk(Agent.objects.get(pk=igor.pk)).post(f"/desk/promise-offers/{Offer.objects.get().pk}/take").status_code
        == 404
    )


def test_nothing_is_offered_for_words_without_a_promise_or_a_call_that_stands(case: Case) -> None:
    said(case, "Учебник едет.")
    assert not Offer.objects.exists()
    make_promise(case=fresh(case), actor=acting(case.owner), kind="call_back", by=at(hours=50))

    said(case, "Перезвоню завтра в 10:00.")

    assert not Offer.objects.exists()


@pytest.mark.django_db(transaction=True)
@locks("cases.actions.vowing.make_promise")
def test_an_offer_is_decided_once() -> None:
    case = make_case()
    said(case)
    offer, anna = Offer.objects.get(), acting(case.owner)

    def take() -> None:
        decide_offer(
            offer=Offer.objects.select_related("case__owner", "letter").get(pk=offer.pk), actor=anna, is_taken=True
        )

    assert while_open(take, take) == ["done", "offer_is_over"]
    assert len(fresh(case).promised) == 1


# ── Promised while it is written ──────────────────────────────────────────────────────────
def kept(browser: Client, case: Case, text: str, kind: str = "reply") -> str:
    """What the page says is promised, once the words are kept as a draft."""
    return browser.post(path(case, f"drafts/{kind}"), {"text": text}).json()["promise"]


def test_what_an_answer_promises_is_offered_while_it_is_written(case: Case, anna: Client) -> None:
    assert "data-promised hidden" in anna.get(path(case, "")).text

    assert kept(anna, case, "Отвечу завтра до 15:00.") == "Следующее слово, завтра, 15:00"
    page = anna.get(path(case, "")).text
    assert "data-promised hidden" not in page
    assert "<b data-promised-words>Следующее слово, завтра, 15:00</b>" in page

    assert kept(anna, case, "Учебник едет.") == ""
    assert kept(anna, case, "Отвечу завтра до 15:00.", kind="note") == ""
    make_promise(case=case, actor=acting(case.owner), kind="call_back", by=at(hours=50))
    assert kept(anna, case, "Перезвоню завтра в 10:00.") == ""


def test_nothing_further_is_asked_of_the_database_to_find_it(case: Case, anna: Client) -> None:
    counts = []
    for text in ("Учебник едет.", "Отвечу завтра до 15:00.", "Учебник едет.", "Отвечу завтра до 15:00."):
        with CaptureQueriesContext(connection) as asked:
            kept(anna, case, text)
        counts.append(len(asked))

    assert counts[2] == counts[3]


def test_with_one_tick_the_sent_words_are_a_promise_and_nobody_is_asked_again(case: Case, anna: Client) -> None:
    anna.post(path(case, "reply"), {"text": "Отвечу завтра до 15:00.", "then": "send", "promises": "on"})
    run_jobs()

    [vow] = fresh(case).promised
    letter = Message.objects.get(purpose="answer")
    assert (vow["kind"], vow["letter_id"]) == ("next_word", letter.pk)
    assert timezone.localtime(datetime.fromisoformat(vow["due_at"])).strftime("%H:%M") == "15:00"
    assert not Offer.objects.exists()
    assert "Обещали мы" in panel(anna, case)

    take_back(case=fresh(case), message=letter, actor=acting(case.owner))
    assert fresh(case).promised == []


def test_ticked_words_without_a_promise_leave_and_promise_nothing(case: Case, anna: Client) -> None:
    anna.post(path(case, "reply"), {"text": "Учебник едет.", "then": "send", "promises": "on"})

    assert Message.objects.filter(purpose="answer").exists()
    assert fresh(case).promised == []


def test_words_of_a_letter_that_leaves_later_are_read_by_the_day_on_which_it_leaves(case: Case) -> None:
    leaves = timezone.localtime(timezone.now() + timedelta(days=3)).replace(hour=9, minute=0, second=0, microsecond=0)
    letter = reply(case=case, actor=acting(case.owner), text="Отвечу завтра до 15:00.", send_at=leaves)

    vow = promise_what_is_said(case=fresh(case), actor=acting(case.owner), letter=letter)

    assert vow is not None
    assert timezone.localtime(vow.due_at).date() == leaves.date() + timedelta(days=1)


def test_what_is_too_far_ahead_to_be_promised_is_not_offered(case: Case, anna: Client) -> None:
    year = timezone.localtime().year + 2

    assert kept(anna, case, f"Отвечу 15.03.{year}.") == ""
    said(case, f"Отвечу 15.03.{year}.")
    assert not Offer.objects.exists()


# ── Once it broke ─────────────────────────────────────────────────────────────────────────
def test_a_prepared_word_is_read_changed_and_sent_by_a_person(case: Case, anna: Client) -> None:
    broken(case)
    shown = panel(anna, case)
    assert "Не сдержали слово" in shown
    assert path(case, "apology") in shown

    page = anna.get(path(case, "apology")).text
    assert "Мы обещали вам ответ к сроку" in page
    assert "мы не сдержали слово. Простите" in page
    assert not Message.objects.filter(purpose="answer").exists()

    by = at(hours=3)
    look = anna.post(path(case, "apology"), typed(by, text="Простите: курьер заболел.", look="1")).text
    assert "курьер заболел" in look.partition("<iframe")[2]
    assert not Message.objects.filter(purpose="answer").exists()

    anna.post(path(case, "apology"), typed(by, text="Простите: курьер заболел."))
    letter = Message.objects.get(purpose="answer")
    assert (letter.text, letter.agent) == ("Простите: курьер заболел.", case.owner)
    assert fresh(case).promised[0]["letter_id"] == letter.pk


def test_over_a_new_word_of_the_customer_no_apology_leaves(case: Case, anna: Client) -> None:
    broken(case)

    answer = anna.post(path(case, "apology"), typed(at(hours=3), text="Простите", seen="0"))

    assert answer.status_code == 422
    assert not Message.objects.filter(purpose="answer").exists()


def test_there_is_no_apology_without_a_broken_promise(case: Case, anna: Client) -> None:
    assert anna.get(path(case, "apology")).status_code == 422


def test_a_word_by_phone_is_noted(case: Case, anna: Client) -> None:
    broken(case)
    assert anna.post(path(case, "apology/said"), {"how": ""}).status_code == 422

    anna.post(path(case, "apology/said"), {"how": "Позвонила в 16:40"})

    assert Broken.objects.get().told_how == "Позвонила в 16:40"
    assert "Позвонила в 16:40" in panel(anna, case)
    assert path(case, "apology") not in panel(anna, case)


def test_thanks_for_waiting_stand_in_the_answer_once(case: Case, anna: Client) -> None:
    broken(case)
    said(case, "Простите, едет.")
    assert "Поблагодарить за ожидание" in panel(anna, case)
    Draft.objects.create(case=case, agent=case.owner, kind="reply", text="Учебник у вас.")

    for _time in range(2):
        anna.post(path(case, "thanks"))

    assert Draft.objects.get().text == (
        "Учебник у вас.\n\nСпасибо, что подождали: мы опоздали против обещанного, а вы были к нам терпеливы."
    )


def test_leads_see_who_waits_for_a_word(case: Case, anna: Client) -> None:
    olga = desk(make_lead())
    assert "Никто не ждёт слова" in olga.get("/desk/broken-promises/").text
    broken(case)

    page = olga.get("/desk/broken-promises/").text
    assert path(case, "apology") in page
    assert case.owner.name in page
    assert anna.get("/desk/broken-promises/").status_code == 403

    anna.post(path(case, "apology/said"), {"how": "Позвонила"})
    assert "Никто не ждёт слова" in olga.get("/desk/broken-promises/").text


def test_the_rules_are_set_on_their_page() -> None:
    admin = desk(make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN))
    assert "Ответственному скажем" in admin.get("/desk/settings/promises").text

    admin.post(
        "/desk/settings/promises",
        {
            "promises__owner_percent": "60",
            "promises__deputy_percent": "70",
            "promises__lead_percent": "80",
        },
    )

    assert [policy(f"promises.{who}_percent") for who in ("owner", "deputy", "lead")] == [60, 70, 80]
    assert policy("promises.by_mail") is False
