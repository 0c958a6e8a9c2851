"""The help button on other sites: what they may do, what is shown, what is left behind."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from otklik import portal
from otklik.cases.models import Case
from otklik.foundation.policies import set_policy
from otklik.knowledge.actions import Words, publish, write_article
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article, Audience, Feedback, Place, Reading, Search, SelfService
from otklik.knowledge.queries import in_work
from otklik.portal.queries import mail_address
from otklik.portal.widget import MODULE, loader
from otklik.reach.models import Attachment
from tests.building import IVAN, acting, make_agent, make_lead
from tests.portal.typing_in import once, picture, typed

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"
VISIT = "0123456789abcdef" * 2
SCRIPT = Path(portal.__file__).parent / "static" / MODULE


@pytest.fixture
def shop() -> str:
    """The company's own site, named in the settings."""
    set_policy("widget.origins", [SHOP])
    return SHOP


@pytest.fixture
def refund() -> Article:
    return published("Как вернуть деньги?", "Напишите **нам**.\n\n:::staff\nНе спорить\n:::\n")


def published(title: str, body: str = "…", **values: Any) -> Article:
    olga = acting(make_lead())
    article = write_article(words=Words(title=title, body=body), actor=olga, values=values)
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=olga)
    article.refresh_from_db()
    return article


def ask(path: str, *, origin: str = SHOP, **asked: str) -> HttpResponse:
    answer: HttpResponse = Client().get(f"/widget/{path}", asked, headers={"Origin": origin})  # type: ignore[assignment]
    assert not answer.cookies
    return answer


def send(path: str, *, origin: str = SHOP, visit: str = VISIT, **said: Any) -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    answer: HttpResponse = client.post(  # type: ignore[assignment]
        f"/widget/{path}", {"visit": visit, **said}, headers={"Origin": origin, "User-Agent": "Mozilla/5.0"}
    )
    assert not answer.cookies
    return answer


def title(answer: HttpResponse) -> str:
    found = re.search(r"<title>\s*(.*?)\s*</title>", answer.text)
    assert found
    return found[1]


# ── The script ────────────────────────────────────────────────────────────────────────────
def test_the_whole_button_is_small() -> None:
    sent = len(gzip.compress(SCRIPT.read_bytes())) + len(gzip.compress(loader().encode()))

    assert sent < 15_000


def test_the_script_may_be_loaded_anywhere_and_is_asked_for_again_soon() -> None:
    answer = Client().get("/widget.js")
    again = Client().get("/widget.js", headers={"If-None-Match": answer["ETag"]})

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    assert again.status_code == 304


def test_the_script_knows_the_settings() -> None:
    set_policy("widget.accent", "#aa0000")
    set_policy("widget.position", "left")
    set_policy("widget.labels", {"ru": "Нужна помощь?"})

    told = re.search(r"const house = (.*);", Client().get("/widget.js").text)

    assert told
    house = json.loads(told[1])
    assert (house["accent"], house["position"]) == ("#aa0000", "left")
    assert [house["words"][language]["label"] for language in ("ru", "en")] == ["Нужна помощь?", "Help"]


def test_a_label_cannot_leave_its_place() -> None:
    set_policy("widget.labels", {"ru": '</script>"};alert(1)//'})

    told = re.search(r"const house = (.*);\n", Client().get("/widget.js").text)

    assert told
    assert json.loads(told[1])["words"]["ru"]["label"] == '</script>"};alert(1)//'


# ── Which sites may do what ───────────────────────────────────────────────────────────────
def test_while_no_site_is_named_every_site_reads_and_none_writes(refund: Article) -> None:
    for path in ("", "search", f"articles/{refund.slug}/", "contact"):
        answer = ask(path, origin="https://anybody.example")
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")

    assert "<textarea" not in ask("contact", origin="https://anybody.example").text
    assert send("contact", origin="https://anybody.example", **typed()).status_code == 200
    assert not Case.objects.exists()


def test_a_named_site_reads_and_writes(shop: str) -> None:
    answer = ask("contact")

    assert answer["Access-Control-Allow-Origin"] == shop
    assert "Origin" in answer["Vary"]
    assert "<textarea" in answer.text
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")


@pytest.mark.parametrize(
    "origin", ["https://other.example", "http://shop.example", "https://shop.example:8443", "null"]
)
@pytest.mark.usefixtures("shop")
def test_once_sites_are_named_others_read_nothing(origin: str) -> None:
    for path in ("", "search", "contact"):
        answer = ask(path, origin=origin)
        assert (answer.status_code, answer.content) == (403, b"")
        assert "Access-Control-Allow-Origin" not in answer
    assert send("contact", origin=origin, **typed()).status_code == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://a.shop.example", 200),
        ("https://a.b.shop.example", 200),
        ("https://shop.example", 403),
        ("http://a.shop.example", 403),
        ("https://evil.example/.shop.example", 403),
        ("https://ashop.example", 403),
        ("https://.shop.example", 403),
    ],
)
def test_a_star_stands_for_sites_below(origin: str, status: int) -> None:
    set_policy("widget.origins", ["https://*.shop.example"])

    assert ask("", origin=origin).status_code == status


@pytest.mark.usefixtures("shop")
def test_our_own_pages_may_always_write() -> None:
    assert "<textarea" in ask("contact", origin="http://testserver").text


# ── Finding and reading ───────────────────────────────────────────────────────────────────
def test_the_first_view_has_what_is_often_read(refund: Article) -> None:
    answer = ask("", language="ru")

    assert f'data-show="/widget/articles/{refund.slug}/"' in answer.text
    assert "/contact/" in answer.text
    assert answer["Cache-Control"] == "public, max-age=300"
    again = Client().get("/widget/", {"language": "ru"}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_the_language_is_the_buttons_not_the_browsers() -> None:
    english = Client().get("/widget/", {"language": "en"}, headers={"Accept-Language": "ru"})
    nonsense = Client().get("/widget/", {"language": "xx"}, headers={"Accept-Language": "en"})

    assert (title(english), english["Content-Language"]) == ("How can we help?", "en")  # type: ignore[arg-type]
    assert nonsense["Content-Language"] == "ru"


@pytest.mark.usefixtures("refund")
def test_what_fits_is_found_and_what_does_not_is_said() -> None:
    found, none = ask("search", q="вернуть деньги", language="en"), ask("search", q="погода на Марсе", language="ru")

    assert title(found) == "There is an article in another language", "and it says so"
    assert "Как вернуть деньги?" in ask("search", q="вернуть деньги", language="ru").text
    assert "data-show" not in none.text
    assert ask("search").status_code == 200


def test_an_article_is_shown_as_a_stranger_may_see_it(refund: Article) -> None:
    answer = ask(f"articles/{refund.slug}/")

    assert title(answer) == "Как вернуть деньги?"
    assert "<strong>нам</strong>" in answer.text
    assert "Не спорить" not in answer.text
    assert "Ольга Петрова" in answer.text


@pytest.mark.parametrize("audience", [Audience.STAFF, Audience.SIGNED_IN, Audience.ORGANIZATION])
def test_what_is_not_for_everybody_is_not_there(audience: Audience) -> None:
    article = published("Внутреннее правило", audience=audience)

    assert ask(f"articles/{article.slug}/").status_code == 404
    assert "Внутреннее" not in ask("").text + ask("search", q="внутреннее правило").text


# ── What a visit leaves ───────────────────────────────────────────────────────────────────
def test_what_was_asked_and_opened_is_remembered_once(refund: Article) -> None:
    for _ in range(2):
        send("seen", q="вернуть деньги")
        assert send("seen", q="вернуть деньги", article=refund.slug).status_code == 204

    search, reading = Search.objects.get(), Reading.objects.get()
    assert (search.words, search.place, search.visitor, search.opened, search.is_answered) == (
        "вернуть деньги", Place.WIDGET, VISIT, refund, True,
    )  # fmt: skip
    assert (reading.article, reading.place, reading.visitor) == (refund, Place.WIDGET, VISIT)


@pytest.mark.parametrize("visit", ["", "Иван", "0" * 33])
def test_without_the_key_of_a_visit_nothing_is_remembered(refund: Article, visit: str) -> None:
    send("seen", visit=visit, q="вернуть деньги", article=refund.slug)
    send(f"articles/{refund.slug}/helpful", visit=visit, helpful="no", missing="срок")
    send(f"articles/{refund.slug}/solved", visit=visit)

    for rows in (Search, Reading, Feedback, SelfService):
        assert not rows.objects.exists()


def test_a_no_asks_what_was_missing(refund: Article) -> None:
    path = f"articles/{refund.slug}/helpful"

    asked = send(path, helpful="no")
    thanked = send(path, helpful="no", missing="Нет срока возврата")

    assert "<textarea" in asked.text
    assert "<textarea" not in thanked.text
    feedback = Feedback.objects.get()
    assert (feedback.is_helpful, feedback.missing, feedback.version) == (False, "Нет срока возврата", refund.live)


def test_a_yes_is_thanked(refund: Article) -> None:
    assert "<textarea" not in send(f"articles/{refund.slug}/helpful", helpful="yes").text
    assert Feedback.objects.get().is_helpful


def test_this_solved_it_is_counted_once(refund: Article) -> None:
    for _ in range(2):
        assert "data-done" in send(f"articles/{refund.slug}/solved").text

    success = SelfService.objects.get()
    assert (success.article, success.place, success.visitor) == (refund, Place.WIDGET, VISIT)


def test_an_article_that_is_gone_breaks_nothing() -> None:
    assert send("articles/gone/helpful", helpful="yes").status_code == 200
    assert send("articles/gone/solved").status_code == 200
    assert send("seen", article="gone").status_code == 204


# ── Writing ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("shop")
def test_a_message_becomes_a_case_that_knows_what_was_read(refund: Article) -> None:
    send("seen", q="вернуть деньги", article=refund.slug)

    answer = send("contact", **typed(attachments=[picture()]))

    case = Case.objects.get()
    assert (case.owner.name, case.channel) == ("Ольга Петрова", "form")
    assert str(case.number) in title(answer)
    assert "Ольга Петрова" in answer.text
    assert "data-done" in answer.text
    assert Search.objects.get().case_id == Reading.objects.get().case_id == case.pk
    assert Attachment.objects.get().name == "статус.png"


@pytest.mark.usefixtures("shop")
def test_pressed_twice_it_is_one_case() -> None:
    make_agent()
    said = typed()

    first, second = send("contact", **said), send("contact", **said)

    assert title(first) == title(second)
    assert Case.objects.count() == 1


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("wrong", "shown"),
    [
        ({"email": "ivan"}, 'aria-invalid="true"'),
        ({"text": ""}, 'aria-invalid="true"'),
        ({"site": "https://spam.example"}, 'id="site_error"'),
        ({"once": "made up"}, "data-focus"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(wrong: dict[str, str], shown: str) -> None:
    answer = send("contact", **typed(**wrong))

    assert answer.status_code == 422
    assert shown in answer.text
    assert "Иван Козлов" in answer.text
    assert not Case.objects.exists()


@pytest.mark.usefixtures("shop")
def test_a_hurry_is_a_machines() -> None:
    form = ask("contact").text
    sealed = re.search(r'name="once" value="([^"]+)"', form)
    assert sealed

    assert send("contact", **typed(once=sealed[1])).status_code == 422


@pytest.mark.usefixtures("shop")
def test_too_many_messages_wait() -> None:
    make_agent()
    set_policy("portal.form_per_hour", 1)
    send("contact", **typed())

    answer = send("contact", **typed(once=once("two"), text="И ещё"))

    assert answer.status_code == 429
    assert answer["Retry-After"]
    assert answer["Access-Control-Allow-Origin"] == SHOP
    assert "И ещё" in answer.text
    assert Case.objects.filter(customer__contact_points__value=IVAN).count() == 1


# ── Before it is sent ─────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("refund")
def test_the_words_of_an_unsent_letter_come_by_post_and_are_kept_nowhere(shop: str) -> None:
    make_all_findable()
    letter = "Здравствуйте! " + "Купил у вас учебник. " * 100 + "Как вернуть деньги? Мой паспорт 4509 123456."

    answer = send("search?writing", q=letter)

    assert "Как вернуть деньги?" in answer.text
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert answer["Access-Control-Allow-Origin"] == shop
    assert not Search.objects.exists()


def test_the_button_knows_how_to_reach_us_without_it() -> None:
    set_policy("company.phone", "8 800 555-01-42")

    told = re.search(r"const house = (.*);", Client().get("/widget.js").text)

    assert told
    house = json.loads(told[1])
    assert house["call"] == {"phone": "8 (800) 555-01-42", "href": "tel:+78005550142"}
    assert house["mail"] == mail_address()
    assert {"slow", "failed", "ways"} <= set(house["words"]["ru"])
