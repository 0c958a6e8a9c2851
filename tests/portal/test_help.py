"""The help centre as readers get it: who may read what, addresses, caches, machines."""

import json
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from otklik.customers.models import Organization
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import (
    Words,
    edit_draft,
    publish,
    set_article,
    set_section,
    start_draft,
    write_article,
)
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article, Audience, Brand, Feedback, Reading, Search, SelfService
from otklik.portal.queries import sign_in_word
from tests.building import IVAN, make_agent, make_customer
from tests.portal.typing_in import link_in, send_form

pytestmark = pytest.mark.django_db
RU = {"accept-language": "ru", "user-agent": "Mozilla/5.0 Firefox/140"}
EN = {"accept-language": "en", "user-agent": "Mozilla/5.0 Firefox/140"}
BODY = """Напишите нам, и деньги вернутся за **три дня**.

## Сколько ждать
Три дня.

## Что приложить
Чек.

### Если чека нет
Опишите покупку.

:::staff
Внутренний счёт 7781.
:::
"""


def article(title: str = "Как вернуть деньги?", body: str = BODY, **values: Any) -> Article:
    words = Words(title=title, body=body, summary=values.pop("summary", "Деньги вернутся за три дня."))
    language = values.pop("language", "ru")
    written = write_article(words=words, actor=SYSTEM, language=language, values=values)
    publish(version=written.versions.get(), actor=SYSTEM)
    written.refresh_from_db()
    return written


def shapes(html: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {one["@type"]: one for one in map(json.loads, found)}


# ── Reading ───────────────────────────────────────────────────────────────────────────────
def test_an_article_says_who_keeps_it_when_it_was_checked_and_where_one_is(client: Client) -> None:
    anna = make_agent()
    payment = set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата", "en": "Payment"}})
    refund = set_section(actor=SYSTEM, values={"titles": {"ru": "Возврат"}, "parent": payment})
    article(section=refund, owner=anna)

    page = client.get("/help/kak-vernut-dengi", headers=RU)

    assert page.status_code == 200
    assert "<h1>Как вернуть деньги?</h1>" in page.text
    assert anna.name in page.text
    assert f'datetime="{timezone.localdate():%Y-%m-%d}"' in page.text
    assert re.findall(r'href="(/help/s/[^"]+)"', page.text)[:2] == ["/help/s/oplata/", "/help/s/vozvrat/"]
    assert 'href="#skolko-zhdat"' in page.text
    assert "<strong>три дня</strong>" in page.text
    assert "7781" not in page.text
    assert 'href="/contact/"' in page.text
    assert page["Content-Language"] == "ru"


def test_a_short_article_has_no_contents(client: Client) -> None:
    article(body="Напишите нам.")

    assert 'id="contents"' not in client.get("/help/kak-vernut-dengi").text


def test_an_old_address_leads_on_for_good_and_a_slash_does_no_harm(client: Client) -> None:
    money = article()
    set_article(article=money, actor=SYSTEM, values={"slug": "vozvrat"})

    for old in ("/help/kak-vernut-dengi", "/help/vozvrat/"):
        moved = client.get(old)
        assert (moved.status_code, moved["Location"]) == (301, "/help/vozvrat")


def test_no_article_hides_behind_a_page_of_the_help_centre(client: Client) -> None:
    hidden = article("Search", language="en")

    assert hidden.slug == "search-2"
    assert client.get("/help/search-2", headers=EN).status_code == 200
    with pytest.raises(Refusal, match="address"):
        set_article(article=hidden, actor=SYSTEM, values={"slug": "suggest"})
    with pytest.raises(Refusal, match="address"):
        article(slug="search")


def test_what_is_not_here_offers_a_search_and_a_person(client: Client) -> None:
    article()

    page = client.get("/help/kak-prodlit-kurs", headers=RU)

    assert page.status_code == 404
    assert 'value="kak prodlit kurs"' in page.text
    assert 'href="/contact/?q=kak%20prodlit%20kurs"' in page.text
    assert "Как вернуть деньги?" in page.text
    assert "public" not in page["Cache-Control"]


def test_the_address_decides_the_language_and_leads_to_the_other(client: Client) -> None:
    money = article()
    article("How do I get my money back?", "Write to us.", language="en", slug="refund", original=money)

    russian = client.get("/help/kak-vernut-dengi", headers=EN)
    english = client.get("/help/refund", headers=RU)

    assert '<html lang="ru"' in russian.text
    assert 'href="/help/refund" hreflang="en"' in russian.text
    assert '<html lang="en"' in english.text
    assert "Was it helpful?" in english.text
    alternates = dict(re.findall(r'hreflang="([\w-]+)" href="([^"]+)"', english.text))
    assert {code: url.rpartition("/")[2] for code, url in alternates.items()} == {
        "ru": "kak-vernut-dengi",
        "en": "refund",
        "x-default": "kak-vernut-dengi",
    }


def test_two_languages_at_one_address_are_told_apart(client: Client) -> None:
    article("VPN по-русски", slug="vpn")
    article("VPN in English", language="en", slug="vpn")

    assert "VPN in English" in client.get("/help/vpn", headers=EN).text
    assert "VPN по-русски" in client.get("/help/vpn", headers=RU).text
    english = client.get("/help/vpn?language=en", headers=RU)
    assert "<h1>VPN in English</h1>" in english.text
    assert 'rel="canonical" href="' in english.text
    assert re.search(r'rel="canonical" href="[^"]*/help/vpn\?language=en"', english.text)


def test_an_article_nobody_checked_for_long_says_so(client: Client) -> None:
    money = article()
    Article.objects.filter(pk=money.pk).update(review_at=timezone.now() - timedelta(days=1))

    assert "могла устареть" in client.get("/help/kak-vernut-dengi", headers=RU).text


def test_related_articles_are_its_neighbours_and_not_itself(client: Client) -> None:
    shelf = set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}})
    article(section=shelf)
    article("Где чек?", "В письме.", section=shelf)

    page = client.get("/help/kak-vernut-dengi", headers=RU).text
    related = page[page.index('id="related"') :]

    assert "Где чек?" in related
    assert "Как вернуть деньги?" not in related


# ── Who may read what ─────────────────────────────────────────────────────────────────────
def test_each_reader_gets_their_own_and_nothing_of_it_is_shared(client: Client) -> None:
    ivan = make_customer()
    house, other = (Organization.objects.create(name=name) for name in ("Завод", "Другой"))
    ivan.organization = house
    ivan.save()
    article("Вошедшим", slug="in", audience=Audience.SIGNED_IN)
    article("Заводу", slug="zavod", audience=Audience.ORGANIZATION, organizations=[house])
    article("Другим", slug="other", audience=Audience.ORGANIZATION, organizations=[other])
    article("Своим", slug="staff", audience=Audience.STAFF)

    def seen() -> list[int]:
        return [client.get(f"/help/{slug}", headers=RU).status_code for slug in ("in", "zavod", "other", "staff")]

    assert seen() == [404, 404, 404, 404]
    client.cookies["otk_my"] = sign_in_word(ivan, IVAN)
    assert seen() == [200, 200, 404, 404]
    assert client.get("/help/in")["Cache-Control"] == "private, no-cache"
    assert 'name="robots" content="noindex"' in client.get("/help/in").text
    client.cookies.clear()
    client.force_login(make_agent())
    assert seen() == [200, 200, 200, 200]
    assert client.get("/help/staff")["Cache-Control"] == "private, no-cache"


def test_words_for_colleagues_are_shown_to_colleagues_only(client: Client) -> None:
    article()
    strangers = client.get("/help/kak-vernut-dengi", headers=RU).text

    client.force_login(make_agent())
    ours = client.get("/help/kak-vernut-dengi", headers=RU).text

    assert "7781" not in strangers
    assert "7781" in ours
    assert "for-staff" in ours
    client.logout()
    assert "7781" not in client.get("/help/kak-vernut-dengi", headers=RU).text


def test_a_search_shows_words_for_colleagues_to_colleagues_only(client: Client) -> None:
    article()
    make_all_findable()
    asked = {"q": "внутренний счёт"}
    strangers = client.get("/help/search", asked, headers=RU).text
    from_outside = client.get("/api/v1/knowledge/search", asked).text

    client.force_login(make_agent())
    ours = client.get("/help/search", asked, headers=RU).text

    assert "7781" not in strangers
    assert "7781" not in from_outside
    assert "7781" in ours


def test_each_brand_shows_its_own(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    first = Brand.objects.create(name="Горизонт", is_first=True)
    shop = Brand.objects.create(name="Лавка", host="help.shop.example")
    article(section=set_section(actor=SYSTEM, values={"titles": {"ru": "Курсы"}, "brand": first}))
    article("Где посылка?", section=set_section(actor=SYSTEM, values={"titles": {"ru": "Почта"}, "brand": shop}))
    article("Для всех", slug="vsem")

    def seen(host: str) -> list[int]:
        paths = ("kak-vernut-dengi", "gde-posylka", "vsem")
        return [client.get(f"/help/{path}", headers=RU | {"host": host}).status_code for path in paths]

    assert seen("testserver") == [200, 404, 200]
    assert seen("help.shop.example") == [404, 200, 200]
    page = client.get("/help/gde-posylka", headers=RU | {"host": "help.shop.example"}).text
    assert 'rel="canonical" href="http://help.shop.example/help/gde-posylka"' in page
    assert "Лавка" in page


# ── Shelves ───────────────────────────────────────────────────────────────────────────────
def test_the_start_shows_shelves_with_something_on_them(client: Client) -> None:
    payment = set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}, "descriptions": {"ru": "Чеки и счета"}})
    refund = set_section(actor=SYSTEM, values={"titles": {"ru": "Возврат"}, "parent": payment})
    set_section(actor=SYSTEM, values={"titles": {"ru": "Пустая полка"}})
    article(section=refund)

    start = client.get("/help/", headers=RU).text
    shelf = client.get("/help/s/oplata/", headers=RU).text

    assert "Оплата" in start
    assert "Чеки и счета" in start
    assert "Возврат" in start
    assert "Пустая полка" not in start
    assert client.get("/help/s/pustaya-polka/", headers=RU).status_code == 404
    assert "/help/s/vozvrat/" in shelf
    assert "Как вернуть деньги?" in client.get("/help/s/vozvrat/", headers=RU).text


def test_an_empty_house_says_so_and_offers_a_person(client: Client) -> None:
    page = client.get("/help/", headers=EN).text

    assert "No answers are written here yet" in page
    assert 'role="search"' not in page
    assert 'href="/contact/"' in page
    assert "otk-suggest" not in client.get("/", headers=EN).text


def test_the_home_page_searches_first_and_a_person_is_one_step_away(client: Client) -> None:
    article(section=set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}}))

    page = client.get("/", headers=RU).text

    assert page.index('role="search"') < page.index('href="/contact/"', page.index("<main"))
    assert "/help/s/oplata/" in page
    assert "/help/kak-vernut-dengi" in page


# ── Finding ───────────────────────────────────────────────────────────────────────────────
def test_the_page_of_a_case_just_typed_in_keeps_the_way_to_the_answers(client: Client) -> None:
    make_agent()
    article()

    page = client.get(send_form(client)["Location"], headers=RU, follow=True).text
    case = client.get(link_in(page), headers=RU, follow=True).text

    assert 'href="/help/"' in page
    assert 'href="/help/"' in case


def test_a_search_that_fits_nothing_says_so_and_hands_the_words_on(client: Client) -> None:
    article()

    page = client.get("/help/search", {"q": "синхрофазотрон"}, headers=EN)

    assert "No article here answers this" in page.text
    assert (
        f'href="/contact/?q={"%D1%81%D0%B8%D0%BD%D1%85%D1%80%D0%BE%D1%84%D0%B0%D0%B7%D0%BE%D1%82%D1%80%D0%BE%D0%BD"}"'
        in page.text
    )
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Cache-Control"] == "private, no-store"
    asked = Search.objects.get()
    assert (asked.words, asked.is_answered, asked.found) == ("синхрофазотрон", False, 0)
    assert 'value="синхрофазотрон"' in client.get("/contact/", {"q": "синхрофазотрон"}, headers=EN).text


def test_an_answer_in_another_language_alone_is_offered_as_such(client: Client) -> None:
    money = article("How to get your money back", "Write to us and the refund arrives within ten days.", language="en")
    make_all_findable()

    page = client.get("/help/search", {"q": "как вернуть деньги"}, headers=RU)

    assert "Есть статья на другом языке" in page.text
    assert re.search(rf'href="/help/{money.slug}\?language=en&amp;s=\d+" hreflang="en" lang="en"', page.text)
    assert "Английский" in page.text
    assert not Search.objects.get().is_answered, "authors still see what nobody translated"
    assert money.slug not in client.get("/help/search", {"q": "погода на марсе"}, headers=RU).text


def test_a_translation_is_not_offered_beside_its_own_language(client: Client) -> None:
    english = article("How to get your money back", "The refund arrives within ten days.", language="en")
    article("Оплата", "Рассказываем о разном.", original=english)
    make_all_findable()

    page = client.get("/help/search", {"q": "how to get your money back"}, headers=RU)

    assert "Есть статья на другом языке" not in page.text


def test_what_was_opened_from_a_search_is_known(client: Client) -> None:
    money = article()

    page = client.get("/help/search", {"q": "вернуть деньги"}, headers=RU)
    chosen = re.search(r'href="(/help/kak-vernut-dengi\?s=\d+)"', page.text)
    assert chosen is not None
    client.get(chosen[1], headers=RU)

    asked = Search.objects.get()
    assert (asked.is_answered, asked.top, asked.opened) == (True, money, money)
    assert client.cookies["otk_visit"].value == asked.visitor
    assert client.cookies["otk_visit"]["max-age"] == ""
    assert client.cookies["otk_visit"]["httponly"]


def test_robots_prefetches_and_agents_are_not_counted(client: Client) -> None:
    money = article()
    for headers in ({"user-agent": "Googlebot/2.1"}, RU | {"sec-purpose": "prefetch"}, {"user-agent": ""}):
        client.get("/help/search", {"q": "деньги"}, headers=headers)
        client.post(f"/help/read/{money.pk}", headers=headers)
    client.force_login(make_agent())
    client.get("/help/search", {"q": "деньги"}, headers=RU)
    client.post(f"/help/read/{money.pk}", headers=RU)

    assert not Search.objects.exists()
    assert not Reading.objects.exists()
    assert "otk_visit" not in client.cookies


def test_suggestions_remember_nothing(client: Client) -> None:
    article()

    answer = client.get("/help/suggest", {"q": "деньги", "language": "ru"}, headers=RU)

    assert answer.json() == {"items": [{"title": "Как вернуть деньги?", "url": "/help/kak-vernut-dengi"}]}
    assert client.get("/help/suggest", {"q": "д"}).json() == {"items": []}
    assert not Search.objects.exists()
    assert not client.cookies


@pytest.mark.parametrize("evil", ['"><script>alert(1)</script>', "\x00", "%00", "{{ 7 }}", "' OR 1=1 --", "я" * 5000])
def test_a_hostile_question_stays_words(client: Client, evil: str) -> None:
    article()

    for path in ("/help/search", "/help/suggest", "/contact/"):
        answer = client.get(path, {"q": evil}, headers=RU)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


# ── What readers say ──────────────────────────────────────────────────────────────────────
def test_yes_is_thanked_in_place_and_solved_counts_once(client: Client) -> None:
    money = article()

    answer = client.post("/help/kak-vernut-dengi/said", {"word": "y", "language": "ru"}, headers=EN)
    assert answer["Location"] == "/help/kak-vernut-dengi#helped"
    page = client.get("/help/kak-vernut-dengi", headers=RU)
    assert 'value="s"' in page.text
    for _twice in range(2):
        client.post("/help/kak-vernut-dengi/said", {"word": "s", "language": "ru"}, headers=RU)

    assert Feedback.objects.get().is_helpful
    assert SelfService.objects.get().article == money
    assert 'name="word"' not in client.get("/help/kak-vernut-dengi", headers=RU).text
    assert 'value="y"' in Client().get("/help/kak-vernut-dengi", headers=RU).text


def test_no_is_asked_what_was_missing(client: Client) -> None:
    article()

    client.post("/help/kak-vernut-dengi/said", {"word": "n", "language": "ru"}, headers=RU)
    assert 'name="missing"' in client.get("/help/kak-vernut-dengi", headers=RU).text
    client.post("/help/kak-vernut-dengi/said", {"word": "m", "missing": "Срока", "language": "ru"}, headers=RU)

    said = Feedback.objects.get()
    assert (said.is_helpful, said.missing) == (False, "Срока")


def test_a_button_on_another_site_counts_nothing() -> None:
    money, strict = article(), Client(enforce_csrf_checks=True)
    foreign = [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}]

    for headers in foreign:
        for path, data in (
            ("/help/kak-vernut-dengi/said", {"word": "y", "language": "ru"}),
            (f"/help/read/{money.pk}", {}),
            ("/help/solved/", {"article": money.pk}),
            ("/i18n/setlang/", {"language": "en"}),
        ):
            assert strict.post(path, data, headers=RU | headers).status_code == 403, (path, headers)
    assert not Feedback.objects.exists()
    assert not SelfService.objects.exists()
    own = RU | {"sec-fetch-site": "same-origin", "origin": "http://testserver"}
    assert strict.post("/help/kak-vernut-dengi/said", {"word": "y", "language": "ru"}, headers=own).status_code == 302


def test_nonsense_is_answered_and_counts_nothing(client: Client) -> None:
    article()

    assert client.post("/help/kak-vernut-dengi/said", {"word": "evil"}, headers=RU).status_code == 302
    assert client.post("/help/nothing/said", {"word": "y"}, headers=RU).status_code == 404
    assert client.post("/help/read/999999", headers=RU).status_code == 404
    assert client.post("/help/solved/", {"article": "9" * 40}, headers=RU).status_code == 302
    client.cookies["otk_visit"], client.cookies["otk_said"] = "evil", '1x."><script>'
    assert client.get("/help/kak-vernut-dengi", headers=RU).status_code == 200
    assert not Feedback.objects.exists()


def test_a_reading_is_told_by_the_page_with_and_without_scripts(client: Client) -> None:
    money = article()
    page = client.get("/help/kak-vernut-dengi", headers=RU)
    assert "otk_visit" not in client.cookies
    assert f'<noscript><img class="seen" src="/help/read/{money.pk}"' in page.text

    picture = client.get(f"/help/read/{money.pk}", headers=RU)
    client.post(f"/help/read/{money.pk}", headers=RU)

    assert picture["Content-Type"] == "image/gif"
    assert Reading.objects.get().visitor == client.cookies["otk_visit"].value


def test_a_chosen_suggestion_is_a_question_with_an_answer(client: Client) -> None:
    money = article()

    client.post(f"/help/read/{money.pk}", {"asked": "верните день"}, headers=RU)

    asked = Search.objects.get()
    assert (asked.words, asked.opened, asked.is_answered) == ("верните день", money, True)


# ── Caches ────────────────────────────────────────────────────────────────────────────────
def test_a_stranger_may_be_served_by_any_cache(client: Client, django_assert_num_queries: Any) -> None:
    article()
    first = client.get("/help/kak-vernut-dengi", headers=RU)

    assert first["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert not client.cookies
    assert {"Cookie", "Accept-Encoding"} <= {name.strip() for name in first["Vary"].split(",")}
    with django_assert_num_queries(1):
        again = client.get("/help/kak-vernut-dengi", headers=RU | {"if-none-match": first["ETag"]})
    assert again.status_code == 304
    since = client.get("/help/kak-vernut-dengi", headers=RU | {"if-modified-since": first["Last-Modified"]})
    assert since.status_code == 304


def test_a_new_version_is_shown_at_once(client: Client) -> None:
    money = article()
    first = client.get("/help/kak-vernut-dengi", headers=RU)
    draft = start_draft(article=money, actor=SYSTEM)
    edit_draft(version=draft, words=Words(title="Как вернуть деньги?", body="Теперь за день."), actor=SYSTEM)
    publish(version=draft, actor=SYSTEM)

    now = client.get("/help/kak-vernut-dengi", headers=RU | {"if-none-match": first["ETag"]})

    assert now.status_code == 200
    assert "Теперь за день." in now.text


def test_pages_are_packed_for_strangers(client: Client) -> None:
    article()

    packed = client.get("/help/kak-vernut-dengi", headers=RU | {"accept-encoding": "gzip"})

    assert packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < 8_000


@pytest.mark.parametrize(
    ("path", "cold"),
    [("/help/", 6), ("/help/s/oplata/", 7), ("/help/kak-vernut-dengi", 12), ("/help/search?q=деньги", 9)],
)
def test_pages_need_few_queries(client: Client, django_assert_max_num_queries: Any, path: str, cold: int) -> None:
    shelf = set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}})
    for number in range(12):
        article(f"Вопрос {number}?", section=shelf)
    article(section=shelf, owner=make_agent())
    client.get("/help/search?q=вопрос", headers=RU)  # the first search of a process reads all articles

    with django_assert_max_num_queries(cold):
        assert client.get(path, headers=RU).status_code == 200


# ── For machines ──────────────────────────────────────────────────────────────────────────
def test_machines_learn_what_an_article_is(client: Client) -> None:
    set_policy("company.name", "Горизонт")
    shelf = set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}})
    article(title='Как </script><script>alert(1)</script> "вернуть"?', section=shelf, owner=make_agent(), slug="x")

    page = client.get("/help/x", headers=RU).text
    known = shapes(page)

    assert known["Article"]["headline"].startswith("Как </script>")
    assert known["Article"]["author"]["name"] == "Анна Смирнова"
    assert [one["name"] for one in known["BreadcrumbList"]["itemListElement"]][1] == "Оплата"
    assert "<script>alert" not in page
    assert 'property="og:title"' in page
    assert re.search(r'rel="canonical" href="http[^"]+/help/x"', page)
    faq = shapes(client.get("/help/s/oplata/", headers=RU).text)["FAQPage"]
    assert faq["mainEntity"][0]["acceptedAnswer"]["text"] == "Деньги вернутся за три дня."


def test_the_sitemap_names_what_everybody_may_read(client: Client) -> None:
    money = article(section=set_section(actor=SYSTEM, values={"titles": {"ru": "Оплата"}}))
    article("Refund", language="en", slug="refund", original=money)
    article("Своим", slug="staff", audience=Audience.STAFF)

    answer = client.get("/sitemap.xml")
    tree = ElementTree.fromstring(answer.content)
    places = [
        one.text.partition("/help/")[2]
        for one in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
        if one.text
    ]

    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert places == ["", "s/oplata/", "kak-vernut-dengi", "refund"]
    assert answer.text.count('hreflang="en"') == 2
    assert "/sitemap.xml" in client.get("/robots.txt").text
