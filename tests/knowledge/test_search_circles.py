"""Blocks for staff are found by staff; to everybody else not even one of their words is told."""

import pytest

from otklik.customers.models import Organization
from otklik.foundation.actors import Actor
from otklik.knowledge.actions import Words, edit_draft, publish, start_draft
from otklik.knowledge.actions.finding import make_all_findable
from otklik.knowledge.models import Article, Audience
from otklik.knowledge.queries import COLLEAGUE, STRANGER, Reader
from otklik.knowledge.search import Found, find, suggest
from tests.building import acting, make_lead
from tests.knowledge.test_search import live

pytestmark = pytest.mark.django_db

BODY = """Сертификат приходит на почту через три дня.

:::staff
Скидка по кодовому слову Брандашмыг, спрашивать у бухгалтерии.
:::
"""


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.fixture
def certificate(olga: Actor) -> Article:
    article = live(olga, "Когда придёт сертификат", BODY)
    live(olga, "Как вернуть деньги", "Напишите нам, и мы вернём оплату.")
    make_all_findable()
    return article


def told(found: Found) -> str:
    return f"{found.corrected_to} {[hit.snippet for hit in found.items]}".lower()


@pytest.mark.parametrize("asked", ["брандашмыг", "брандашмиг", ",hfylfivsu", "кодовое слово", "скидка бухгалтерия"])
def test_staff_find_what_stands_in_a_block(certificate: Article, asked: str) -> None:
    found = find(asked, reader=COLLEAGUE)

    assert found.items[0].id == certificate.pk
    assert "брандашмыг" in told(found)


@pytest.mark.parametrize("reader", [STRANGER, Reader(customer_id=1), Reader(customer_id=1, organization_id=1)])
@pytest.mark.parametrize("asked", ["брандашмиг", ",hfylfivsu", "кодовое слово", "скидка бухгалтерия", "сертификат"])
def test_nobody_else_is_told_a_word_of_it(certificate: Article, asked: str, reader: Reader) -> None:
    for found in (find(asked, reader=reader), suggest(asked, reader=reader)):
        assert "брандашмыг" not in told(found)
        assert "бухгалтер" not in told(found)
        assert "кодовом" not in told(found)


def test_what_stands_in_a_block_makes_nothing_nearer_for_others(olga: Actor, certificate: Article) -> None:
    before = find("кодовое слово", reader=STRANGER).items
    _rewrite(certificate, olga, BODY.replace("кодовому слову", "коду"))

    assert [hit.id for hit in find("кодовое слово", reader=STRANGER).items] == [hit.id for hit in before]
    assert not find("кодовое слово", reader=STRANGER).is_answered


def test_an_article_with_a_block_is_found_once(certificate: Article) -> None:
    for reader in (COLLEAGUE, STRANGER):
        assert [hit.id for hit in find("когда придёт сертификат", reader=reader).items].count(certificate.pk) == 1


def test_a_block_that_went_is_found_no_more(olga: Actor, certificate: Article) -> None:
    _rewrite(certificate, olga, "Сертификат приходит на почту через три дня.")

    assert "брандашмыг" not in told(find("сертификат по кодовому слову", reader=COLLEAGUE))


def test_words_of_one_organization_correct_nobody_elses(olga: Actor, certificate: Article) -> None:
    bank = Organization.objects.create(name="Банк")
    secret = live(olga, "Скидка для Глокобанка", "Глокобанк учится дешевле.", audience=Audience.ORGANIZATION)
    secret.organizations.add(bank)
    make_all_findable()
    member = Reader(customer_id=1, organization_id=bank.pk)

    assert find("глокобанк", reader=member).items[0].id == secret.pk
    assert "глокобанк" not in find("глокабанк", reader=STRANGER).corrected_to
    assert "глокобанк" in find("глокабанк", reader=COLLEAGUE).corrected_to


def _rewrite(article: Article, olga: Actor, body: str) -> None:
    article = Article.objects.get(pk=article.pk)
    version = start_draft(article=article, actor=olga)
    edit_draft(version=version, words=Words(title="Когда придёт сертификат", body=body), actor=olga)
    publish(version=version, actor=olga)
    make_all_findable()
