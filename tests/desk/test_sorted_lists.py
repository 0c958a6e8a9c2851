"""Every list that a person sorts: each of its columns, both ways, page by page, kept in the address."""

import re
from dataclasses import replace
from datetime import date
from importlib import import_module

import pytest
from django.test import Client

from otklik.cases.actions import reply
from otklik.customers.models import Customer, Organization
from otklik.foundation.database.alphabet import spelled
from otklik.foundation.http.lists import Listing
from otklik.knowledge.actions import Asked, note_search, propose_correction
from otklik.knowledge.models import Place
from otklik.reach.actions import add_http_channel
from otklik.reach.models import RawMessage
from otklik.team.queries import faces
from tests.building import acting, make_agent, make_case, make_customer, make_inbox, make_lead
from tests.desk.test_knowledge import live
from tests.desk.test_letters import bounced, hold
from tests.desk.visiting import desk
from tests.goodwill.building import make_gift, make_rule

pytestmark = pytest.mark.django_db
SORTED = {
    "/desk/customers/": "otklik.customers.views.people.CUSTOMERS",
    "/desk/organizations/": "otklik.customers.views.people.ORGANIZATIONS",
    "/desk/held/": "otklik.reach.views.held.LETTERS",
    "/desk/undelivered/": "otklik.cases.views.undelivered.LETTERS",
    "/desk/knowledge/": "otklik.knowledge.views.articles.ARTICLES",
    "/desk/knowledge/questions/": "otklik.knowledge.views.learning.QUESTIONS",
    "/desk/knowledge/corrections/": "otklik.knowledge.views.learning.CORRECTIONS",
}


def furnished() -> Client:
    """Two rows in each list at least."""
    olga = make_lead()
    for name in ("Школа", "Банк"):
        Organization.objects.create(name=name)
    for number in range(2):
        case = make_case(owner=olga, subject=f"Учебник {number}")
        reply(case=case, actor=acting(olga), text="Отправили")
        bounced(case)
    make_customer("Борис", "boris@mail.example")
    hold()
    first = RawMessage.objects.get()
    first.pk, first.sha256, first.size = None, "0" * 64, 7
    first.save(force_insert=True)
    for title in ("Возврат", "Аренда"):
        article = live(olga, title=title)
        propose_correction(article=article, words="Срок теперь 10 дней", actor=acting(olga))
        note_search(Asked(words=title, place=Place.PORTAL, language="ru"), found=0, is_answered=False)
    return desk(olga)


def listing(path: str) -> Listing:
    module, name = path.rsplit(".", 1)
    stated: Listing = getattr(import_module(module), name)
    return stated


def test_each_column_sorts_both_ways_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client = furnished()
    for address, path in SORTED.items():
        stated = listing(path)
        monkeypatch.setattr(path, replace(stated, size=1))
        for column in stated.columns:
            for sort, now in ((column.name, "ascending"), (f"-{column.name}", "descending")):
                answer = client.get(address, {"sort": sort, "q": ""})

                assert answer.status_code == 200, (address, sort)
                assert re.findall(r'aria-sort="(\w+)"><a', answer.text) == [now], (address, sort)
                assert answer.text.count("<tr>") == 2, (address, sort)  # the heads and the only row


def test_the_next_page_keeps_the_order_and_another_order_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.customers.views.people.CUSTOMERS", replace(listing(SORTED["/desk/customers/"]), size=1))
    client = desk()
    Customer.objects.bulk_create(Customer(name=name) for name in ("Яна", "Анна", "Борис"))

    names, address = [], "/desk/customers/?sort=name"
    while address:
        page = client.get(address).text
        names += re.findall(r'<th scope="row">.*?<span\s*>(\w+)</span>', page, re.DOTALL)
        more = re.search(r'href="([^"]+)" rel="next"', page)
        heads = re.findall(r'<th[^>]*><a href="([^"]+)">', page)
        assert not [head for head in heads if "after=" in head]
        address = f"/desk/customers/{more[1].replace('&amp;', '&')}" if more else ""

    assert names == ["Анна", "Борис", "Яна"]


def test_a_search_keeps_the_order_and_the_columns_put_away() -> None:
    make_customer()

    page = desk().get("/desk/customers/?sort=name&hide=3").text

    fields = dict(re.findall(r'<input\s+type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))
    assert fields["sort"] == "name"
    assert fields["hide"] == "3"


def test_names_stand_as_people_read_them() -> None:
    """«ё» with «е», capitals with small letters, in a list and where one of a few is chosen."""
    names = ["Ёлкин Пётр", "елена", "Еловая аллея", "Жук", "Яна", "Ёж"]
    for number, name in enumerate(names):
        make_customer(name, f"n{number}@mail.example")
        Organization.objects.create(name=name)
        make_agent(name, f"a{number}@gorizont.example")
    wanted = ["Ёж", "елена", "Ёлкин Пётр", "Еловая аллея", "Жук", "Яна"]

    browser = desk(make_lead())
    for address in ("/desk/customers/?sort=name", "/desk/organizations/?sort=name"):
        page = browser.get(address).text
        assert sorted(names, key=page.index) == wanted
    assert [face.name for face in faces().values() if face.name in names] == wanted
    assert sorted(names, key=spelled) == wanted


# ── What is set up ────────────────────────────────────────────────────────────────────────
def titles(client: Client, page: str, sort: str = "") -> list[str]:
    """The names of a list in the settings, in its order."""
    shown = client.get(f"/desk/settings/{page}", {"sort": sort} if sort else {}).text
    return re.findall(r"<a href=\"/desk/settings/[^\"]+\">([^<]+)</a>", shown.partition('class="rows"')[2])


def test_what_is_set_up_is_sorted_by_its_columns_and_what_is_off_comes_last() -> None:
    olga = desk(make_lead())
    for code, cost, name, is_active in (("a", 900, "Ёлка", True), ("b", 100, "Жук", True), ("c", 5, "Арбуз", False)):
        make_gift(code, cost, name=name, is_active=is_active)

    assert titles(olga, "gifts/") == ["Жук", "Ёлка", "Арбуз"]
    assert titles(olga, "gifts/", "-price") == ["Ёлка", "Жук", "Арбуз"]
    assert titles(olga, "gifts/", "name") == ["Ёлка", "Жук", "Арбуз"]
    assert titles(olga, "gifts/", "-name") == ["Жук", "Ёлка", "Арбуз"]
    assert "sort=-price" in olga.get("/desk/settings/gifts/").text


def test_what_has_nothing_to_sort_by_comes_behind_what_has() -> None:
    olga, days = desk(make_lead()), {"a": None, "b": date(2027, 1, 1), "c": date(2026, 12, 20)}
    for code, day in days.items():
        make_rule(code, review_at=day)

    assert titles(olga, "refusals/", "review") == ["Правило c", "Правило b", "Правило a"]
    assert titles(olga, "refusals/", "-review") == ["Правило b", "Правило c", "Правило a"]
    assert titles(olga, "refusals/") == ["Правило a", "Правило b", "Правило c"]


def test_channels_are_sorted_by_their_kind_and_name() -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
    make_inbox()
    for name in ("Яблоко", "Аврора"):
        add_http_channel(name=name, secret="тайна" * 8, actor=acting(vera))

    assert titles(desk(vera), "channels/", "name") == ["Аврора", "Помощь", "Яблоко"]
    assert titles(desk(vera), "channels/", "-name") == ["Яблоко", "Помощь", "Аврора"]


def test_one_alone_is_not_sorted() -> None:
    make_gift()

    assert "sort=" not in desk(make_lead()).get("/desk/settings/gifts/").text
