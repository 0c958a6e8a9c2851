"""Help articles where cases are answered: suggested, put in, judged, corrected, counted."""

from typing import Any

import pytest
from django.test import Client

from otklik.cases.actions import reply
from otklik.cases.articles import address_of, for_letter, parts_of
from otklik.cases.models import Case
from otklik.foundation.models import Event
from otklik.knowledge.actions import Words, propose_correction, publish, write_article
from otklik.knowledge.models import Article, Audience, Correction, Feedback, Place, Quote, Search
from otklik.knowledge.queries import in_work
from otklik.team.models import Agent
from tests.building import acting, make_agent, make_case, make_lead
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
BODY = """Напишите нам, и деньги вернутся.

## Сроки

До десяти дней.

:::staff
Можно обещать пять дней.
:::

## Что прислать

Номер договора, см. [договор](article:dogovor).
"""


@pytest.fixture
def olga() -> Agent:
    return make_lead()


def published(olga: Agent, title: str = "Как вернуть деньги за учебник", **values: Any) -> Article:
    words = Words(title=title, body=BODY, questions=["верните деньги за учебник"], summary="Вернём за десять дней.")
    article = write_article(words=words, actor=acting(olga), values=values)
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=acting(olga))
    return Article.objects.select_related("live").get(pk=article.pk)


@pytest.fixture
def case() -> Case:
    return make_case(owner=make_agent(), subject="Возврат денег", text="Прошу вернуть деньги за учебник.")


@pytest.fixture
def client(case: Case) -> Client:
    return desk(case.owner)


def test_an_article_that_fits_is_offered_as_link_text_and_parts(olga: Agent, case: Case, client: Client) -> None:
    published(olga)

    page = client.get(f"/desk/cases/{case.pk}/articles", headers={"HX-Request": "true"}).content.decode()

    assert "/help/kak-vernut-dengi-za-uchebnik)" in page
    assert "До десяти дней." in page
    assert "пять дней" not in page
    assert "<html" not in page


def test_without_scripts_the_same_stands_on_a_page(olga: Agent, case: Case, client: Client) -> None:
    published(olga)

    page = client.get(f"/desk/cases/{case.pk}/articles").content.decode()

    assert "<html" in page
    assert "Вернём за десять дней." in page


def test_what_an_agent_called_wrong_is_not_offered_again(olga: Agent, case: Case, client: Client) -> None:
    article = published(olga)

    answer = client.post(
        f"/desk/cases/{case.pk}/articles/{article.pk}/judged", {"is_right": "0"}, headers={"HX-Request": "true"}
    )

    assert "kak-vernut-dengi" not in answer.content.decode()
    typed = client.get(f"/desk/cases/{case.pk}/articles?q=вернуть деньги", headers={"HX-Request": "true"})
    assert "kak-vernut-dengi" in typed.content.decode()


def test_a_staff_article_has_no_address_for_a_customer(olga: Agent, case: Case, client: Client) -> None:
    published(olga, audience=Audience.STAFF)

    page = client.get(f"/desk/cases/{case.pk}/articles", headers={"HX-Request": "true"}).content.decode()

    assert "Вернём за десять дней." in page
    assert "data-insert" not in page


def test_a_part_carries_its_address_and_no_word_for_staff(olga: Agent) -> None:
    whole, times, papers = parts_of(published(olga))

    assert times.title == "Сроки"
    assert times.text.startswith("До десяти дней.")
    assert "пять дней" not in whole.text + times.text
    assert "/help/dogovor)" in papers.text


@pytest.mark.parametrize(
    ("body", "titles"),
    [("Просто напишите нам.", [""]), ("## Одно\n\nСлово.", ["", "Одно"]), ("```\n## не заголовок\n```", [""])],
)
def test_an_article_has_as_many_parts_as_headings(olga: Agent, body: str, titles: list[str]) -> None:
    article = write_article(words=Words(title="Коротко", body=body), actor=acting(olga))
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=acting(olga))

    parts = parts_of(Article.objects.select_related("live").get(pk=article.pk))

    assert [part.title for part in parts] == titles


def test_callouts_and_pictures_become_words() -> None:
    body = "> [!NOTE]\n> Важно.\n\n![Схема](file:plan.png) и [бланк](file:form.pdf)"

    assert for_letter(body) == "> Важно.\n\nСхема и [бланк]"


def test_slash_finds_articles_by_the_words_typed(olga: Agent, case: Case, client: Client) -> None:
    published(olga)

    page = client.get(f"/desk/cases/{case.pk}/insertable?q=вернуть деньги").content.decode()

    assert page.count('role="option"') == 4
    assert "[Как вернуть деньги за учебник](" in page


@pytest.mark.parametrize("typed", ["верн", "расп", "деньги верн"])
def test_a_word_that_is_still_being_typed_finds_what_it_begins(
    olga: Agent, case: Case, client: Client, typed: str
) -> None:
    published(olga, slug="vernut", title="Как вернуть деньги за учебник и распечатать заявление")
    published(olga, slug="kniga", title="Книга пришла с браком")

    slash = client.get(f"/desk/cases/{case.pk}/insertable", {"q": typed}).text
    palette = client.get("/desk/palette", {"q": typed}).text

    assert "распечатать заявление" in slash.partition("Книга пришла")[0]
    assert "распечатать заявление" in palette


def test_the_palette_finds_articles(olga: Agent, client: Client) -> None:
    published(olga)

    assert "Как вернуть деньги за учебник" in client.get("/desk/palette?q=вернуть деньги").content.decode()


def test_an_answer_that_links_to_an_article_quotes_it(olga: Agent, case: Case) -> None:
    article = published(olga)

    reply(case=case, actor=acting(case.owner), text=f"Вот как: [возврат]({address_of(article)}#сроки)")

    assert list(Quote.objects.values_list("article_id", "case_id", "agent_id")) == [
        (article.pk, case.pk, case.owner_id)
    ]


def test_a_correction_goes_from_the_case_to_the_draft(olga: Agent, case: Case, client: Client) -> None:
    article = published(olga)
    client.post(
        f"/desk/knowledge/{article.pk}/correct?case={case.pk}",
        {"words": "Срок теперь семь дней", "body": BODY.replace("десяти", "семи")},
    )
    correction = Correction.objects.get()

    answer = desk(olga).post(f"/desk/knowledge/corrections/{correction.pk}/", {"then": "take"})

    assert answer.status_code == 302
    assert correction.case_id == case.pk
    draft = in_work(article)
    assert draft is not None
    assert "До семи дней." in draft.body


def test_a_decline_without_a_reason_is_refused(olga: Agent) -> None:
    correction = propose_correction(article=published(olga), words="Иначе", actor=acting(olga))

    answer = desk(olga).post(f"/desk/knowledge/corrections/{correction.pk}/", {"then": "decline"})

    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


def test_questions_asked_in_vain_are_asked_again_after_an_edit(olga: Agent) -> None:
    Search.objects.create(words="как вернуть деньги за учебник", place=Place.PORTAL, found=0, is_answered=False)
    client = desk(olga)
    before = client.get("/desk/knowledge/questions/?again=1").content.decode()
    published(olga)

    after = client.get("/desk/knowledge/questions/?again=1").content.decode()

    assert "Как вернуть деньги за учебник" not in before
    assert "Как вернуть деньги за учебник" in after


def test_a_settled_question_leaves_the_list(olga: Agent) -> None:
    Search.objects.create(words="Парковка", language="ru", place=Place.PORTAL, found=0, is_answered=False)
    client = desk(olga)

    last = Search.objects.get().pk
    client.post("/desk/knowledge/questions/many", {"do": "settle", "row": last})

    assert "Парковка" not in client.get("/desk/knowledge/questions/").content.decode()


def test_figures_of_articles_leave_as_a_table(olga: Agent) -> None:
    article = published(olga, title="=Возврат")
    for number in range(3):
        Feedback.objects.create(article=article, version=article.live, visitor=str(number), is_helpful=number != 0)
    client = desk(olga)

    page = client.get("/desk/knowledge/figures/").text
    file = client.post("/desk/knowledge/figures/articles/", {"file": "csv"}).text

    assert "<b>67 %</b><small>от 21 до 94 %, 3 ответа</small>" in page
    assert client.get("/desk/knowledge/figures/articles/").status_code == 405
    assert "'=Возврат,0,0.666" in file
    assert Event.objects.filter(name="foundation.table_taken", payload__table="articles").count() == 1


def test_figures_cost_the_same_for_many_articles(olga: Agent, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        published(olga, title=f"Статья {number}")
    client = desk(olga)
    client.get("/desk/knowledge/figures/")

    with django_assert_max_num_queries(12):
        page = client.get("/desk/knowledge/figures/").content.decode()

    assert page.count("Статья ") >= 12
