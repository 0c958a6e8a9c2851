"""Finding articles."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otklik.foundation.actors import Actor
from otklik.knowledge import search
from otklik.knowledge.actions import Words, publish, set_article, set_section, withdraw, write_article
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article, Audience, Brand, StopWord, Synonym
from otklik.knowledge.queries import COLLEAGUE, STRANGER, Reader, in_work
from otklik.knowledge.search import MARK_OFF, MARK_ON, find, suggest
from tests.building import acting, make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def live(actor: Actor, title: str, body: str, *, language: str = "ru", **values: object) -> Article:
    article = write_article(
        words=Words(title=title, body=body, questions=[]), actor=actor, language=language, values=values
    )
    version = in_work(article)
    assert version is not None
    publish(version=version, actor=actor)
    return article


@pytest.fixture
def refund(olga: Actor) -> Article:
    return live(
        olga,
        "Как вернуть деньги за курс",
        "Напишите нам до начала занятий, и мы вернём оплату полностью. После начала вернём за оставшиеся уроки.",
    )


@pytest.fixture
def certificate(olga: Actor) -> Article:
    return live(
        olga,
        "Когда придёт сертификат",
        "Сертификат об окончании приходит на почту через три дня после последнего занятия.",
    )


@pytest.fixture
def both(refund: Article, certificate: Article) -> tuple[Article, Article]:
    make_all_findable()
    return refund, certificate


def first(words: str, **how: object) -> int | None:
    items = find(words, reader=STRANGER, **how).items  # type: ignore[arg-type]
    return items[0].id if items else None


@pytest.mark.parametrize(
    "asked",
    [
        "хочу возврат денег",
        "вернете деньги за курсы?",
        "как вренуть денги",
        "rfr dthyenm ltymub",
        "возвращение оплаты",
    ],
)
def test_a_question_finds_its_article(both: tuple[Article, Article], asked: str) -> None:
    assert first(asked) == both[0].pk


def test_meaning_crosses_languages(both: tuple[Article, Article]) -> None:
    assert first("when will I get my certificate") == both[1].pk
    assert first("when will I get my certificate", language="en") is None


def test_a_question_from_another_trade_is_not_answered(both: tuple[Article, Article]) -> None:
    assert not find("как поменять масло в двигателе", reader=STRANGER).is_answered
    assert find("как вернуть деньги за курс", reader=STRANGER).is_answered


def test_the_correction_is_told(both: tuple[Article, Article]) -> None:
    assert find("ghblnb cthnbabrfn", reader=STRANGER).corrected_to.endswith("сертификат")
    assert find("вернуть деньги", reader=STRANGER).corrected_to == ""


def test_the_snippet_marks_what_was_found(both: tuple[Article, Article]) -> None:
    (hit, *_others) = find("оплату вернут?", reader=STRANGER).items

    assert f"{MARK_ON}вернём{MARK_OFF} {MARK_ON}оплату{MARK_OFF}" in hit.snippet


def test_half_a_word_is_enough_while_typing(both: tuple[Article, Article]) -> None:
    assert [hit.id for hit in suggest("серти", reader=STRANGER).items][:1] == [both[1].pk]


def test_a_last_word_that_was_not_finished_is_not_taken_for_a_mistake(both: tuple[Article, Article]) -> None:
    found = find("когда серти", reader=STRANGER)

    assert [hit.id for hit in found.items][:1] == [both[1].pk]
    assert found.corrected_to == ""


def test_nobody_finds_what_they_may_not_read(olga: Actor, both: tuple[Article, Article]) -> None:
    secret = live(olga, "Скидка сотрудникам", "Сотрудники учатся за полцены.", audience=Audience.STAFF)
    inner = live(olga, "Скидка постоянным клиентам", "Для вошедших клиентов.", audience=Audience.SIGNED_IN)

    def found(reader: Reader) -> set[int]:
        return {hit.id for hit in find("скидка", reader=reader).items}

    assert found(STRANGER) & {secret.pk, inner.pk} == set()
    assert found(Reader(customer_id=1)) & {secret.pk, inner.pk} == {inner.pk}
    assert found(COLLEAGUE) >= {secret.pk, inner.pk}


def test_a_brand_finds_its_own_and_the_common(olga: Actor, both: tuple[Article, Article]) -> None:
    school, shop = (Brand.objects.create(name=name) for name in ("Школа", "Магазин"))
    shelf = set_section(actor=olga, values={"slug": "shop", "titles": {"ru": "Покупки"}, "brand": shop})
    parcel = live(olga, "Где моя посылка", "Посылку привезёт курьер.", section=shelf)

    assert first("посылка", brand=shop) == parcel.pk
    assert first("посылка", brand=school) != parcel.pk
    assert first("сертификат", brand=shop) == both[1].pk


def test_a_change_is_found_at_once(olga: Actor, both: tuple[Article, Article]) -> None:
    article = live(olga, "Парковка", "Парковка для учеников во дворе.")
    assert first("парковка") == article.pk

    set_article(article=article, actor=olga, values={"audience": Audience.STAFF})
    assert first("парковка") != article.pk

    set_article(article=article, actor=olga, values={"audience": Audience.PUBLIC})
    withdraw(article=article, actor=olga)
    assert first("парковка") != article.pk


def test_words_of_the_house_count(olga: Actor, both: tuple[Article, Article]) -> None:
    assert first("корочка") != both[1].pk or not find("корочка", reader=STRANGER).is_answered

    Synonym.objects.create(language="ru", words=["корочка", "сертификат"])
    assert first("корочка") == both[1].pk

    StopWord.objects.create(language="ru", word="деньги")
    assert find("деньги сертификат", reader=STRANGER).items[0].id == both[1].pk


def test_an_empty_house_answers_nothing() -> None:
    assert find("что угодно", reader=STRANGER) == search.Found()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.text(max_size=200))
def test_no_question_breaks_the_search(both: tuple[Article, Article], asked: str) -> None:
    for found in (find(asked, reader=STRANGER), suggest(asked, reader=STRANGER)):
        assert all(0 <= hit.score <= 1 for hit in found.items)
