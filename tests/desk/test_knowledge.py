"""The help centre for its authors."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from otklik.cases.actions import confirm_satisfaction, mark_solved, reply
from otklik.foundation.manifest import Page
from otklik.foundation.policies import policy, set_policy
from otklik.knowledge.actions import (
    Words,
    edit_draft,
    offer,
    publish,
    say_helpful,
    set_section,
    start_draft,
    write_article,
)
from otklik.knowledge.models import Article, ArticleFile, Brand, OldAddress, Section, Version
from otklik.knowledge.queries import in_work
from otklik.knowledge.rendering import without_staff_blocks
from otklik.knowledge.sections import HELP_CENTRE
from otklik.knowledge.views.articles import ARTICLES
from otklik.team.models import Agent
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_lead, make_standard, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
TITLE = "Когда вернут деньги?"


def draft(author: Agent, body: str = "Вернём за **три** дня.", title: str = TITLE, **values: object) -> Version:
    language = str(values.pop("language", "ru"))
    article = write_article(words=Words(title=title, body=body), actor=acting(author), values=values, language=language)
    version = in_work(article)
    assert version is not None
    return version


def live(author: Agent, *args: str, **values: object) -> Article:
    version = draft(author, *args, **values)
    publish(version=version, actor=acting(author))
    return Article.objects.get(pk=version.article_id)


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def do(browser: Client, version: Version | Article, step: str, **values: str) -> str:
    """Press a button of the article's page; answers with what is told then."""
    pk = version.pk if isinstance(version, Article) else version.article_id
    return text(browser.post(f"/desk/knowledge/{pk}/do", {"do": step, **values}, follow=True))


def test_an_agent_writes_a_lead_approves_and_readers_see_it() -> None:
    anna, olga = make_agent(), make_lead()
    agent, lead = desk(anna), desk(olga)

    begun = agent.post("/desk/knowledge/new", {"title": "Когда вернут деньги?", "language": "ru", "section": ""})
    article = Article.objects.get()
    assert begun["Location"] == f"/desk/knowledge/{article.pk}/edit"
    words = {"title": "Когда вернут деньги?", "body": "За три дня.", "questions": "где деньги\nверните", "edits": "0"}
    agent.post(f"/desk/knowledge/{article.pk}/edit", words | {"then": "look"})
    assert "коллега посмотрит" in do(agent, article, "offer").lower()
    assert "Когда вернут деньги?" in text(lead.get("/desk/knowledge/?state=for_me"))
    do(lead, article, "approve_and_publish")

    article.refresh_from_db()
    assert article.live is not None
    assert (article.live.body, article.live.questions) == ("За три дня.", ["где деньги", "верните"])
    assert article.live.approved_by == olga


def test_a_lead_sends_back_with_a_reason_that_the_author_sees() -> None:
    anna = make_agent()
    version = draft(anna)
    offer(version=version, actor=acting(anna))

    do(desk(make_lead()), version, "send_back", because="Назовите срок словами.")

    page = text(desk(anna).get(f"/desk/knowledge/{version.article_id}/edit"))
    assert "Назовите срок словами." in page


def test_an_agent_is_not_offered_and_not_allowed_to_publish() -> None:
    anna = make_agent()
    version = draft(anna)

    page = desk(anna).get(f"/desk/knowledge/{version.article_id}/").content.decode()
    told = do(desk(anna), version, "publish")

    assert 'value="publish"' not in page
    assert "Сначала это должен одобрить коллега." in told
    assert not Version.objects.filter(state="live").exists()


def test_the_keeper_reads_what_readers_missed() -> None:
    anna = make_agent()
    version = draft(anna)
    publish(version=version, actor=acting(make_lead()))
    said = say_helpful(version=version, visitor="a", is_helpful=False, missing="А если <b>чека</b> нет?")
    browser = desk(anna)

    page = browser.get(f"/desk/knowledge/{version.article_id}/").text
    do(browser, version, "words_read", until="нет такого")
    still = browser.get(f"/desk/knowledge/{version.article_id}/").text
    do(browser, version, "words_read", until=str(said.pk))
    after = browser.get(f"/desk/knowledge/{version.article_id}/").text

    assert "А если &lt;b&gt;чека&lt;/b&gt; нет?" in page
    assert f'name="until" value="{said.pk}"' in still
    assert "А если" not in after


def test_publishing_later_wants_a_moment_to_come() -> None:
    olga = make_lead()
    version = draft(olga)

    refused = do(desk(olga), version, "schedule", at="2020-01-01T10:00")
    do(desk(olga), version, "schedule", at="2099-01-01T10:00")

    version.refresh_from_db()
    assert "Этот час уже прошёл" in refused
    assert version.publish_at is not None
    assert (version.state, timezone.localtime(version.publish_at).isoformat()[:16]) == ("approved", "2099-01-01T10:00")


# ── The editor ────────────────────────────────────────────────────────────────────────────
def test_a_draft_saves_itself_and_counts() -> None:
    anna = make_agent()
    version = draft(anna)
    words = {"title": "Новое", "body": "a\r\nb", "edits": "0"}

    answer = desk(anna).post(f"/desk/knowledge/{version.article_id}/save", words, headers=JSON)

    version.refresh_from_db()
    assert answer.json() == {"edits": 1}
    assert (version.title, version.body) == ("Новое", "a\nb")


def test_of_two_authors_the_second_is_told_and_loses_nothing() -> None:
    anna, olga = make_agent(), make_lead()
    version = draft(anna)
    edit_draft(version=version, words=Words(title="Т", body="Слова Ольги"), actor=acting(olga), edits=0)
    words = {"title": "Т", "body": "Слова Анны", "edits": "0"}
    page = f"/desk/knowledge/{version.article_id}"

    by_itself = desk(anna).post(f"{page}/save", words, headers=JSON)
    by_hand = desk(anna).post(f"{page}/edit", words)

    assert (by_itself.status_code, by_itself.json()["code"]) == (409, "changed_meanwhile")
    assert by_hand.status_code == 409
    assert "Слова Анны</textarea>" in by_hand.content.decode()
    assert 'name="edits" value="1"' in by_hand.content.decode()
    assert "удалено: Ольги" in text(by_hand)
    version.refresh_from_db()
    assert version.body == "Слова Ольги"


def test_a_preview_is_as_each_reader_gets_it_and_harmless() -> None:
    anna = make_agent()
    version = draft(anna)
    words = {"title": "Т", "body": "<script>x</script>\n\n:::staff\nтайна\n:::"}

    def preview(reader: str) -> str:
        page = f"/desk/knowledge/{version.article_id}/preview"
        return desk(anna).post(page, words | {"as": reader}, headers={"X-Part": "words"}).content.decode()

    assert "тайна" in preview("staff")
    assert "тайна" not in preview("everybody")
    assert "тайна" not in preview("customers")
    assert "<script" not in preview("staff")


def test_a_picture_comes_with_the_markdown_that_shows_it() -> None:
    anna = make_agent()
    version = draft(anna)
    target = io.BytesIO()
    Image.new("RGB", (30, 20)).save(target, "PNG")
    page = f"/desk/knowledge/{version.article_id}/files"

    answer = desk(anna).post(page, {"file": SimpleUploadedFile("мой экран.png", target.getvalue(), "image/png")})
    refused = desk(anna).post(page, {"file": SimpleUploadedFile("x.exe", b"MZ")}, headers=JSON)

    told = answer.json()
    assert (told["name"], told["text"]) == ("мой-экран.png", "![мой экран](file:мой-экран.png)")
    picture = desk(anna).get(told["url"])
    assert picture.getvalue().startswith(b"\x89PNG")
    assert picture.headers["Content-Type"] == "image/png"
    assert (refused.status_code, refused.json()["code"]) == (422, "file_is_program")
    file = ArticleFile.objects.get()
    desk(anna).post(f"{page}/{file.pk}/remove")
    assert not ArticleFile.objects.exists()


def test_without_scripts_files_come_with_the_form() -> None:
    anna = make_agent()
    version = draft(anna)
    form = {"title": "Т", "body": "Б", "edits": "0", "attached": SimpleUploadedFile("a.txt", b"abc", "text/plain")}

    desk(anna).post(f"/desk/knowledge/{version.article_id}/edit", form)

    assert ArticleFile.objects.get().name == "a.txt"
    assert "[…](file:a.txt)" in desk(anna).get(f"/desk/knowledge/{version.article_id}/edit").content.decode()


def test_links_that_lead_nowhere_are_named() -> None:
    anna = make_agent()
    version = draft(anna, "[a](article:gone) ![b](file:gone.png)")

    page = text(desk(anna).get(f"/desk/knowledge/{version.article_id}/edit"))

    assert "gone, gone.png" in page


def test_a_link_finds_articles_by_words_of_the_title() -> None:
    olga = make_lead()
    live(olga, "Б", "Пропустил урок", slug="missed")
    version = draft(olga)

    found = desk(olga).get(f"/desk/knowledge/{version.article_id}/links?q=урок").json()

    assert found == {"items": [{"title": "Пропустил урок", "slug": "missed"}]}


# ── Versions ──────────────────────────────────────────────────────────────────────────────
def test_versions_show_what_changed_and_an_earlier_one_comes_back() -> None:
    olga = make_lead()
    article = live(olga)
    new = start_draft(article=article, actor=acting(olga))
    edit_draft(version=new, words=Words(title=TITLE, body="Вернём за **пять** дней."), actor=acting(olga))
    publish(version=new, actor=acting(olga))
    page = f"/desk/knowledge/{article.pk}/versions/"

    shown = desk(olga).get(page).content.decode()
    desk(olga).post(f"{page}1/restore")

    assert re.search(r"<del><span class=\"sr-only\">удалено: </span>три<", shown)
    assert re.search(r"<ins><span class=\"sr-only\">добавлено: </span>пять<", shown)
    restored = in_work(article)
    assert restored is not None
    assert restored.body == "Вернём за **три** дня."


def test_a_translation_is_begun_from_its_original_and_learns_what_it_changed() -> None:
    olga = make_lead()
    source = live(olga, slug="refund")
    desk(olga).post(
        f"/desk/knowledge/new?of={source.pk}&language=en", {"title": "Refund?", "language": "en", "section": ""}
    )
    english = Article.objects.get(language="en")
    version = in_work(english)
    assert version is not None
    assert (english.original, version.body) == (source, "Вернём за **три** дня.")
    publish(version=version, actor=acting(olga))
    new = start_draft(article=source, actor=acting(olga))
    edit_draft(version=new, words=Words(title=TITLE, body="Вернём завтра."), actor=acting(olga))
    publish(version=new, actor=acting(olga))

    compared = text(desk(olga).get(f"/desk/knowledge/{english.pk}/original"))
    do(desk(olga), english, "same_as_original")

    assert "добавлено: завтра" in compared
    now = text(desk(olga).get(f"/desk/knowledge/{english.pk}/original"))
    assert "Ничего: перевод соответствует последней редакции." in now


# ── Around the words ──────────────────────────────────────────────────────────────────────
def test_properties_are_saved_and_the_old_address_leads_on() -> None:
    olga = make_lead()
    article = live(olga, slug="old")
    form = {"slug": "new", "audience": "staff", "owner": str(olga.pk), "review_every_days": "30", "place": "3"}

    answer = desk(olga).post(f"/desk/knowledge/{article.pk}/properties", form)
    taken = desk(olga).post(f"/desk/knowledge/{live(olga, slug='x').pk}/properties", form)

    article.refresh_from_db()
    assert answer.status_code == 302
    assert (article.slug, article.audience, article.place, article.review_at) == ("new", "staff", 3, None)
    assert OldAddress.objects.get().slug == "old"
    assert taken.status_code == 422


def test_the_archive_and_back() -> None:
    olga = make_lead()
    article = live(olga)

    do(desk(olga), article, "archive")
    assert article.slug not in desk(olga).get("/desk/knowledge/").content.decode()
    assert "Когда вернут деньги?" in text(desk(olga).get("/desk/knowledge/?state=archived"))
    do(desk(olga), article, "bring_back")

    assert in_work(article) is not None


def test_sections_make_a_tree_and_no_circle() -> None:
    olga = make_lead()
    lead = desk(olga)
    lead.post("/desk/knowledge/sections/new", {"title_ru": "Оплата", "title_en": "Payment", "place": "0"})
    outer = Section.objects.get()
    lead.post("/desk/knowledge/sections/new", {"title_ru": "Возврат", "parent": str(outer.pk), "place": "1"})
    inner = Section.objects.get(parent=outer)

    circle = lead.post(
        f"/desk/knowledge/sections/{outer.pk}", {"title_ru": "Оплата", "parent": str(inner.pk), "place": "0"}
    )
    lead.post(f"/desk/knowledge/sections/{inner.pk}/remove")

    assert circle.status_code == 422
    assert "Раздел не может стоять внутри самого себя." in text(circle)
    assert list(Section.objects.values_list("titles", flat=True)) == [{"ru": "Оплата", "en": "Payment"}]
    assert desk().post("/desk/knowledge/sections/new", {"title_ru": "X", "place": "0"}).status_code == 403


def test_an_admin_keeps_brands_and_the_second_pair_of_eyes() -> None:
    admin = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin"))

    admin.post("/desk/knowledge/brands/new", {"name": "Горизонт", "host": "help.gorizont.example"})
    rules = admin.get("/desk/settings/rules").context["form"].initial
    admin.post(
        "/desk/settings/rules",
        {**rules, "voice__reminders_after_hours": "48, 96", "knowledge__second_pair_of_eyes": "on"},
    )

    assert Brand.objects.get().host == "help.gorizont.example"
    assert "help.gorizont.example" in text(admin.get("/desk/knowledge/brands/"))
    assert policy("knowledge.second_pair_of_eyes") is True


# ── The way around ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("here", HELP_CENTRE, ids=lambda one: one.route)
def test_every_page_of_the_help_centre_shows_the_others_and_says_where_one_is(here: Page) -> None:
    page = desk(make_agent("Вера Орлова", "vera@gorizont.example", "admin")).get(here.url).text

    tabs = page.split('<nav class="tabs"')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', tabs) == [one.url for one in HELP_CENTRE]
    assert re.findall(r'href="([^"]+)" aria-current="page"', tabs) == [here.url]


def test_an_agent_sees_only_the_pages_that_open() -> None:
    anna = desk(make_agent())

    tabs = anna.get("/desk/knowledge/").text.split('<nav class="tabs"')[1].split("</nav>")[0]

    for address in re.findall(r'href="([^"]+)"', tabs):
        assert anna.get(address).status_code == 200
    assert "/desk/knowledge/brands/" not in tabs


# ── Speed ─────────────────────────────────────────────────────────────────────────────────
def test_articles_are_walked_by_their_titles_with_the_filters_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("otklik.knowledge.views.articles.ARTICLES", replace(ARTICLES, size=2))
    olga = make_lead()
    for title in ("Возврат", "Аренда", "Багаж"):
        draft(olga, title=title)
    draft(olga, title="Arrival", language="en")

    first = desk(olga).get("/desk/knowledge/?sort=title&language=ru").text
    on = re.search(r'href="([^"]+)" rel="next"', first)
    assert on
    second = desk(olga).get("/desk/knowledge/" + on[1].replace("&amp;", "&")).text

    assert [re.findall(r'lang="ru">(\w+)</a>', page) for page in (first, second)] == [["Аренда", "Багаж"], ["Возврат"]]
    assert 'rel="next"' not in second


def test_the_list_and_the_article_ask_little() -> None:
    olga = make_lead()
    section = set_section(actor=acting(olga), values={"titles": {"ru": "Оплата"}})
    browser = desk(olga)

    def asked(page: str) -> int:
        browser.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(page).status_code == 200
        return len(queries)

    one = live(olga, slug="one", section=section)
    few = asked("/desk/knowledge/")
    for number in range(12):
        live(olga, slug=f"a{number}", section=section)

    assert asked("/desk/knowledge/") == few <= 16
    assert asked(f"/desk/knowledge/{one.pk}/") <= 14


def test_a_lead_alone_publishes_unless_the_house_wants_two() -> None:
    olga = make_lead()
    version = draft(olga)

    assert 'value="publish"' in desk(olga).get(f"/desk/knowledge/{version.article_id}/").content.decode()
    set_policy("knowledge.second_pair_of_eyes", value=True)
    page = desk(olga).get(f"/desk/knowledge/{version.article_id}/").content.decode()

    assert 'value="publish"' not in page
    assert 'value="offer"' in page


# ── In and out ────────────────────────────────────────────────────────────────────────────
def upload(content: str, name: str = "a.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode())


IMPORT = "/desk/knowledge/import"


def test_an_import_goes_step_by_step_and_goes_on_another_day() -> None:
    olga, table = make_lead(), "title,body\nСрок,Три дня\n"
    assert "Шаг 1 из 3" in text(desk(olga).get(IMPORT))

    desk(olga).post(IMPORT, {"file": upload(table), "do": "look", "publish": "on"})
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        looked = text(desk(olga).get(IMPORT))
        assert not Article.objects.exists()
        done = text(desk(olga).post(IMPORT, {"do": "import"}, follow=True))

    assert "Шаг 3 из 3" in looked
    assert "ещё ничего не изменилось" in looked
    assert "a.csv" in looked
    assert "новые: 1" in done
    assert 'value="import"' not in desk(olga).get(IMPORT).text
    assert Version.objects.get().state == "live"


def test_a_broken_file_says_what_to_mend_on_the_page_and_in_a_report() -> None:
    lead, table = desk(make_lead()), "title,body\n,Три дня\nЕсть,\n=1+1,х,лишнее\n"

    page = text(lead.post(IMPORT, {"file": upload(table), "do": "look"}, follow=True))
    report = lead.post(IMPORT, {"do": "report"})

    assert "Шаг 2 из 3" in page
    assert "Ничего не загружено" in page
    assert "строка 4 Ячеек 3, а должно быть 2." in page
    assert report["Content-Type"].startswith("text/csv")
    assert "строка 4" in report.content.decode()
    assert not Article.objects.exists()


def test_one_goes_back_and_chooses_another_file_and_each_has_their_own() -> None:
    olga, boris = make_lead(), make_agent("Борис Ким", "boris@gorizont.example", "lead")
    desk(olga).post(IMPORT, {"file": upload("title,body\nСрок,Три дня\n", "one.csv"), "do": "look"})
    desk(boris).post(IMPORT, {"file": upload("title,body\nСрок,Два дня\n", "two.csv"), "do": "look"})

    again = text(desk(olga).post(IMPORT, {"do": "again"}, follow=True))

    assert "Шаг 1 из 3" in again
    assert "two.csv" in text(desk(boris).get(IMPORT))
    assert "one.csv" not in again
    nothing = desk(olga).post(IMPORT, {"do": "look"})
    assert nothing.status_code == 422


def test_everything_goes_out_as_an_archive_and_only_leads_move_it() -> None:
    olga = make_lead()
    live(olga, slug="refund")

    answer = desk(olga).get("/desk/knowledge/export")

    assert answer["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["sections.toml", "ru/refund.md"]
    assert desk().get("/desk/knowledge/export").status_code == 403
    assert desk(Agent.objects.get(email="anna@gorizont.example")).get("/desk/knowledge/import").status_code == 403


# ── From a case ───────────────────────────────────────────────────────────────────────────
def test_a_satisfied_case_becomes_a_draft_without_whose_it_was() -> None:
    anna = make_agent()
    case = make_case(
        owner=anna,
        subject="Не пришёл заказ 204571",
        text="Это Иван Козлов, +7 912 345-67-89, ул. Ленина, д. 5. Где посылка?",
    )
    reply(case=case, actor=acting(anna), text="Иван, здравствуйте! Посылка придёт завтра.")
    mark_solved(case=fresh(case), actor=acting(anna), summary="Нашли")
    run_jobs()
    too_early = desk(anna).post(f"/desk/cases/{case.pk}/article")
    solved = fresh(case)
    confirm_satisfaction(case=solved, actor=customer_actor(solved), satisfaction=5)

    assert 'action="/desk/cases/' in desk(anna).get(f"/desk/cases/{case.pk}/").content.decode()
    desk(anna).post(f"/desk/cases/{case.pk}/article")

    assert too_early["Location"] == f"/desk/cases/{case.pk}/"
    version = Version.objects.get()
    assert version.title == "Не пришёл заказ [номер]"
    assert "Посылка придёт завтра." in version.body
    assert f"](/desk/cases/{case.pk}/)" in version.body
    for personal in ("Козлов", "Иван", "912", "Ленина", "204571"):
        assert personal not in version.body + version.title + " ".join(version.questions)
    assert "/desk/cases/" not in without_staff_blocks(version.body)


def test_an_article_and_its_standard_know_each_other() -> None:
    olga = make_lead()
    standard = make_standard("Возврат за три дня")
    article = live(olga, standard=standard)

    about_standard = text(desk(olga).get(f"/desk/standards/{standard.pk}/"))
    about_article = text(desk(olga).get(f"/desk/knowledge/{article.pk}/"))

    assert f"Статьи об этом стандарте {TITLE}" in about_standard
    assert "Возврат за три дня" in about_article


def test_the_alerts_tell_that_articles_wait() -> None:
    anna = make_agent()
    offer(version=draft(anna), actor=acting(anna))

    assert "Вас ждёт 1 статья." in text(desk(make_lead()).get("/desk/alerts/"))
    assert "ждёт 1 статья" not in text(desk(anna).get("/desk/alerts/"))
