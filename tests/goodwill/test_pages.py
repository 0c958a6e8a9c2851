"""The pages: give and refuse in a case, the ledger, the lead's answer, the catalogue, limits and budgets."""

import io
import re

import openpyxl
import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from otklik.cases.models import Case
from otklik.foundation.actors import Sight
from otklik.foundation.models import Event
from otklik.foundation.policies import policy
from otklik.foundation.switching import switch_module
from otklik.goodwill.actions import ask_lead, give, say_no
from otklik.goodwill.models import Budget, Entry, Gesture, Gift, Limit, Rule, SaidNo
from otklik.goodwill.panels import goodwill_facts
from otklik.goodwill.queries import purse_of
from otklik.reach.models import Message
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, make_lead, run_jobs
from tests.desk.visiting import desk
from tests.goodwill.building import RUBLE, make_budget, make_gift, make_rule, ready, wish

pytestmark = pytest.mark.django_db
WHY = "Вторая задержка за год"


@pytest.fixture
def olga() -> Agent:
    return make_lead()


@pytest.fixture
def case(olga: Agent) -> Case:
    return make_case()


def giving(case: Case) -> str:
    return f"/desk/goodwill/cases/{case.pk}/give"


def plain(html: str) -> str:
    """Words without markup, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html).replace("\N{NO-BREAK SPACE}", " ")).strip()


# ── Yes ───────────────────────────────────────────────────────────────────────────────────
def test_what_fits_stands_first_with_its_words_and_what_will_be_left(case: Case) -> None:
    make_budget(case.team)
    make_gift("box", 900)
    make_gift("courier", 420, kinds=["question"], words="Курьер привезёт книгу завтра.")

    page = desk(case.owner).get(giving(case))

    said = plain(page.text)
    assert said.index("Что подходит") < said.index("Подарок courier") < said.index("Подарок box")
    assert "Подарить за 420 ₽" in said
    assert "Останется 1 580 ₽ сегодня" in said
    assert "Курьер привезёт книгу завтра." in page.text
    assert page.context["form"].initial["key"]


def test_pressing_gives_and_the_letter_leaves(case: Case) -> None:
    ready(case)
    typed = {"gift": "courier", "words": "Курьер завтра.", "reason": WHY, "key": "a", "do": "give"}

    answers = [desk(case.owner).post(giving(case), typed) for _time in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert Entry.objects.filter(kind="given").count() == 1
    assert Message.objects.filter(purpose=Message.Purpose.ANSWER).count() == 1
    panel = plain(desk(case.owner).get(f"/desk/cases/{case.pk}/").text)
    assert "1 580 ₽ осталось сегодня" in panel
    assert "Подарок courier, 420 ₽." in panel


def test_of_an_open_gift_one_says_how_much_in_rubles(case: Case) -> None:
    make_budget(case.team)
    make_gift("refund", 5000, is_open=True)
    client = desk(case.owner)

    nothing = client.post(giving(case), {"gift": "refund", "amount": "", "key": "a", "do": "give"})
    words = client.post(giving(case), {"gift": "refund", "amount": "много", "key": "a", "do": "give"})
    right = client.post(giving(case), {"gift": "refund", "amount": "1 200,50", "key": "a", "do": "give"})

    assert (nothing.status_code, words.status_code, right.status_code) == (422, 422, 302)
    assert Gesture.objects.get().amount == 120_050


def test_above_the_limit_the_same_page_asks_the_lead(case: Case, olga: Agent) -> None:
    make_budget(case.team)
    make_gift("cards", 3000)
    client = desk(case.owner)

    page = plain(client.get(giving(case)).text)
    answer = client.post(
        giving(case), {"gift": "cards", "reason": WHY, "told": "Напишу до 16:00.", "key": "a", "do": "ask"}
    )
    run_jobs()

    assert "больше, чем у вас осталось сегодня: решает Ольга Петрова" in page
    assert "Спросить руководителя" in page
    assert answer.status_code == 302
    assert Message.objects.get(purpose=Message.Purpose.ANSWER).text == "Напишу до 16:00."
    assert [letter.to for letter in mail.outbox] == [[olga.email]]
    assert "Руководитель ответит до срока" in plain(client.get(f"/desk/cases/{case.pk}/").text)


def test_who_is_refused_by_a_limit_is_offered_to_ask(case: Case) -> None:
    make_budget(case.team)
    make_gift("refund", 9000, is_open=True)

    page = desk(case.owner).post(giving(case), {"gift": "refund", "amount": "2500", "key": "a", "do": "give"})

    assert page.status_code == 422
    assert "осталось 2 000 ₽ на сегодня" in plain(page.text)
    assert 'name="told"' in page.text


def test_a_lead_gives_without_a_limit(case: Case, olga: Agent) -> None:
    make_budget(case.team)
    make_gift("dear", 9000, needs_a_lead=True)

    page = plain(desk(olga).get(giving(case)).text)

    assert "Подарить за 9 000 ₽" in page
    assert "осталось в бюджете команды" in page


def test_an_empty_catalogue_says_who_fills_it(case: Case) -> None:
    assert "Каталог пуст" in desk(case.owner).get(giving(case)).text
    assert "Правил пока нет" in desk(case.owner).get(f"/desk/goodwill/cases/{case.pk}/refuse").text


# ── The lead's word ───────────────────────────────────────────────────────────────────────
def asked(case: Case) -> Gesture:
    make_budget(case.team)
    return ask_lead(case=case, wish=wish(make_gift("cards", 3000), reason=WHY), actor=acting(case.owner))


def link_in_the_letter() -> str:
    found = re.search(r"https?://[^/\s]+(/desk/goodwill/\d+/)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_the_letter_leads_to_a_page_that_changes_nothing_until_a_button_is_pressed(case: Case, olga: Agent) -> None:
    gesture = asked(case)
    run_jobs()
    path, client = link_in_the_letter(), desk(olga)

    stranger = Client().get(path)
    page = client.get(path)

    assert (stranger.status_code, stranger["Location"].startswith("/account/login/")) == (302, True)
    assert "Да, подарить 3 000 ₽" in plain(page.text)
    assert Gesture.objects.get().state == "waiting"
    client.post(path, {"do": "yes", "words": "Конечно"})
    gesture.refresh_from_db()
    assert (gesture.state, gesture.decided_by, purse_of(case.team_id, now=gesture.given_at).given) == (  # type: ignore[arg-type]
        "given", olga, 3000 * RUBLE,
    )  # fmt: skip


def test_a_no_without_a_reason_is_shown_again_and_with_one_reaches_who_asked(case: Case, olga: Agent) -> None:
    path = f"/desk/goodwill/{asked(case).pk}/"
    client = desk(olga)

    assert client.post(path, {"do": "no", "words": " "}).status_code == 422
    assert client.post(path, {"do": "no", "words": "Нет на складе"}).status_code == 302

    anna = desk(case.owner)
    panel = plain(anna.get(f"/desk/cases/{case.pk}/").text)
    assert "Ольга Петрова: Руководитель сказал «нет», «Нет на складе»" in panel
    assert "Руководитель сказал «нет». Скажите клиенту" in anna.get("/desk/alerts/").text
    assert anna.post(path, {"do": "tell", "words": "Карточек, увы, нет."}).status_code == 302
    assert "Сказать клиенту" not in plain(anna.get(f"/desk/cases/{case.pk}/").text)


def test_who_asked_sees_no_buttons_of_the_lead_and_may_withdraw(case: Case) -> None:
    path = f"/desk/goodwill/{asked(case).pk}/"
    client = desk(case.owner)

    assert 'value="yes"' not in client.get(path).text
    client.post(path, {"do": "withdraw"})

    assert Gesture.objects.get().state == "withdrawn"


def test_what_waits_is_counted_in_the_rail_and_stands_in_the_list(case: Case, olga: Agent) -> None:
    asked(case)

    page = desk(olga).get("/desk/goodwill/").text

    entry = page.partition('<a href="/desk/goodwill/" aria-current="page">')[2]
    assert '<span class="pill" data-tone="accent">1</span>' in entry[:300]
    assert WHY in page
    assert "Вы никого не ждёте" in desk(make_agent("Борис Орлов", "boris@gorizont.example")).get("/desk/goodwill/").text


# ── No ────────────────────────────────────────────────────────────────────────────────────
def test_a_rule_shows_what_it_has_cost_and_the_words_leave(case: Case) -> None:
    rule = make_rule(words="За пять занятий вернуть не могу.")
    say_no(case=case, rule=rule, reason="Так", actor=acting(case.owner))
    client, path = desk(case.owner), f"/desk/goodwill/cases/{case.pk}/refuse"

    page = client.get(path)
    silent = client.post(path, {"rule": rule.code, "reason": "Сказала по телефону"})
    told = client.post(path, {"rule": rule.code, "reason": "За остальные верну сегодня.", "is_told": "on"})
    wrong = client.post(path, {"rule": rule.code, "reason": " "})

    assert "отказали 1 раз за 90 дней" in plain(page.text)
    assert "За пять занятий вернуть не могу." in page.text
    assert (silent.status_code, told.status_code, wrong.status_code) == (302, 302, 422)
    assert [row.told_at is None for row in SaidNo.objects.order_by("pk")] == [True, True, False]
    assert Message.objects.get(purpose=Message.Purpose.ANSWER).text == "За остальные верну сегодня."


# ── The ledger ────────────────────────────────────────────────────────────────────────────
def test_the_ledger_tells_who_gave_what_and_takes_back_with_a_reason(case: Case) -> None:
    given = give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    client = desk(case.owner)

    before = plain(client.get("/desk/goodwill/ledger/").text)
    empty = client.post(f"/desk/goodwill/{given.pk}/reverse", {"reason": ""})
    done = client.post(f"/desk/goodwill/{given.pk}/reverse", {"reason": "Дважды"})
    after = plain(client.get("/desk/goodwill/ledger/").text)

    assert "в пределах" in before
    assert "слова пока нет" in before
    assert (empty.status_code, done.status_code) == (422, 302)
    assert "−420 ₽" in after
    assert "отменено" in after


def test_the_ledger_is_read_from_the_newest_entry_and_stands_beside_its_neighbours(case: Case, olga: Agent) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    page = plain(desk(olga).get("/desk/goodwill/ledger/").text)

    assert page.index("Подарок courier") < page.index("Бюджет на месяц")
    assert "Ждут «да» Книга жестов Что это дало" in page


def test_the_ledger_is_taken_out_as_csv_and_as_a_workbook(case: Case) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    client = desk(case.owner)

    text = client.post("/desk/goodwill/ledger/", {"file": "csv"}).content.decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(client.post("/desk/goodwill/ledger/", {"file": "xlsx"}).content))

    assert text.splitlines()[1].endswith("420.0")
    assert book.active is not None
    assert [cell.value for cell in book.active[2]][-1] == 420
    assert Event.objects.filter(name="foundation.table_taken").count() == 2


# ── Settings ──────────────────────────────────────────────────────────────────────────────
def test_a_lead_fills_the_catalogue(olga: Agent) -> None:
    client = desk(olga)
    typed = {
        "name": "Открытка", "code": "card", "kind": "gift", "cost": "90,50", "tags": "Книга опоздала\nБрак",
        "kinds": ["complaint"], "is_active": "on",
    }  # fmt: skip

    made = client.post("/desk/settings/gifts/new", typed)
    again = client.post("/desk/settings/gifts/new", typed)
    gift = Gift.objects.get()
    changed = client.post(f"/desk/settings/gifts/{gift.pk}", typed | {"cost": "100"})

    assert (made.status_code, again.status_code, changed.status_code) == (302, 422, 302)
    assert (gift.cost, gift.tags, gift.kinds) == (9050, ["книга опоздала", "брак"], ["complaint"])
    assert "100 ₽, подарок, книга опоздала, брак" in plain(client.get("/desk/settings/gifts/").text)
    assert 'value="100"' in client.get(f"/desk/settings/gifts/{gift.pk}").text


def test_a_lead_writes_a_rule_and_is_told_when_to_look_again(olga: Agent) -> None:
    client = desk(olga)
    typed = {"name": "Возврат", "code": "back", "text": "За оставшиеся.", "review_at": "2026-01-01", "is_active": "on"}

    client.post("/desk/settings/refusals/new", typed)

    assert "Пора пересмотреть" in client.get("/desk/settings/refusals/").text
    rule = Rule.objects.get()
    assert client.post(f"/desk/settings/refusals/{rule.pk}", typed | {"text": ""}).status_code == 422


def test_a_lead_sets_budgets_and_limits_of_their_own_team(case: Case, olga: Agent) -> None:
    client = desk(olga)

    client.post(f"/desk/settings/budgets/teams/{case.team_id}", {"monthly": "5 000"})
    client.post(f"/desk/settings/budgets/agents/{case.owner_id}", {"day": "300", "month": ""})

    assert Budget.objects.get().monthly == 5000 * RUBLE
    assert (Limit.objects.get().day, Limit.objects.get().month) == (300 * RUBLE, None)
    page = plain(client.get("/desk/settings/budgets/").text)
    assert "5 000 ₽" in page
    assert "Свой предел" in page
    assert client.get(f"/desk/settings/budgets/agents/{olga.pk}").status_code == 404


def test_what_everybody_may_give_is_a_rule_of_the_house() -> None:
    vera = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    answer = vera.post(
        "/desk/settings/goodwill",
        {"goodwill__day_rubles": "500", "goodwill__month_rubles": "900", "goodwill__lead_answers_within_minutes": "30"},
    )

    assert answer.status_code == 302
    assert (policy("goodwill.day_rubles"), policy("goodwill.month_rubles")) == (500, 900)


# ── Beside the case ───────────────────────────────────────────────────────────────────────
def test_beside_the_customer_stands_what_they_were_given_before(case: Case) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    page = plain(desk(case.owner).get(f"/desk/cases/{case.pk}/").text)

    assert "Дарили раньше 420 ₽ за год" in page


def test_what_they_were_given_in_a_case_out_of_sight_stays_there(case: Case, olga: Agent) -> None:
    other = make_case(owner=olga, customer=case.customer)
    give(case=other, wish=wish(ready(other)), actor=acting(olga))
    Agent.objects.filter(pk=case.owner_id).update(sight=Sight.OWN)
    anna = Agent.objects.get(pk=case.owner_id)

    assert goodwill_facts(case, acting(anna))["before"] == []
    assert len(goodwill_facts(case, acting(olga))["before"]) == 1


def test_the_panel_asks_the_database_once(case: Case) -> None:
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))
    goodwill_facts(case, acting(case.owner))  # what is remembered is remembered now

    with CaptureQueriesContext(connection) as asked_for:
        goodwill_facts(case, acting(case.owner))

    assert len(asked_for) == 1


def test_a_house_that_does_without_it_has_no_trace_and_keeps_the_ledger(case: Case) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    give(case=case, wish=wish(ready(case)), actor=acting(case.owner))

    switch_module(name="goodwill", is_on=False, actor=acting(vera))

    assert desk(case.owner).get(reverse("goodwill:ledger")).status_code == 404
    assert "goodwill" not in desk(case.owner).get(f"/desk/cases/{case.pk}/").text
    switch_module(name="goodwill", is_on=True, actor=acting(vera))
    assert "420 ₽" in plain(desk(case.owner).get(reverse("goodwill:ledger")).text)
