"""What agents do with articles while they serve, and what authors learn from it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from otklik.cases.figures import shares_of
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.knowledge.actions import (
    Words,
    decide_correction,
    forget_quotes,
    judge,
    note_quotes,
    propose_correction,
    publish,
    set_article,
    settle_searches,
    write_article,
)
from otklik.knowledge.figures import Lack, Reach, asked_in_vain, quoted_in, reach_of_articles
from otklik.knowledge.models import Article, Feedback, Place, Quote, Reading, Search, SelfService, Verdict
from otklik.knowledge.queries import in_work, linked_in
from tests.building import acting, make_case, make_lead

pytestmark = pytest.mark.django_db
BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


def article(actor: Actor, title: str = "Возврат денег", language: str = "ru") -> Article:
    made = write_article(words=Words(title=title, body="Напишите нам."), actor=actor, language=language)
    version = in_work(made)
    assert version is not None
    publish(version=version, actor=actor)
    return Article.objects.select_related("live").get(pk=made.pk)


def searched(words: str, **values: object) -> None:
    defaults = {"language": "ru", "place": Place.PORTAL, "found": 0, "is_answered": False}
    Search.objects.create(words=words, **{**defaults, **values})


def test_an_article_linked_in_an_answer_is_quoted_once_in_a_case(olga: Actor) -> None:
    made = article(olga)
    text = f"Вот как: https://help.example/help/{made.slug}#shag-2 и ещё раз /help/{made.slug}"

    note_quotes(text=text, case_id=7, actor=olga)
    note_quotes(text=text, case_id=7, actor=olga)

    assert list(Quote.objects.values_list("article_id", "case_id")) == [(made.pk, 7)]
    assert quoted_in(since=BEGINNING, until=timezone.now()) == [(made.pk, 7)]


def test_a_link_quotes_the_article_of_its_language(olga: Actor) -> None:
    made, english = article(olga, "Harp"), article(olga, "Harp", language="en")
    assert made.slug == english.slug

    assert linked_in("Вот как: /help/harp#chast") == [(made, "chast")]
    assert linked_in("This is how it works: /help/harp") == [(english, "")]
    assert linked_in("Вот по-английски: /help/harp?language=en#part") == [(english, "part")]


def test_a_link_to_an_address_of_before_is_a_quote_too(olga: Actor) -> None:
    made = article(olga)
    before = made.slug
    set_article(article=made, actor=olga, values={"slug": "money_back"})

    assert linked_in(f"/help/{before} и /help/money_back#srok") == [(made, "srok")]


def test_an_answer_taken_back_quotes_nothing(olga: Actor) -> None:
    refund, delivery = article(olga), article(olga, "Доставка")
    taken = f"/help/{refund.slug} и /help/{delivery.slug}"
    note_quotes(text=taken, case_id=7, actor=olga)
    note_quotes(text=taken, case_id=8, actor=olga)

    forget_quotes(text=taken, kept=["Здравствуйте!", f"Смотрите /help/{delivery.slug}"], case_id=7, actor=olga)

    assert set(Quote.objects.values_list("article_id", "case_id")) == {
        (delivery.pk, 7), (refund.pk, 8), (delivery.pk, 8),
    }  # fmt: skip


def test_an_answer_without_links_costs_no_query(olga: Actor, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert note_quotes(text="Здравствуйте!", case_id=7, actor=olga) == 0


def test_the_last_verdict_of_an_agent_counts(olga: Actor) -> None:
    made = article(olga)

    judge(article=made, case_id=7, is_right=True, actor=olga)
    judge(article=made, case_id=7, is_right=False, actor=olga)

    assert list(Verdict.objects.values_list("is_right", flat=True)) == [False]


def test_a_correction_is_proposed_and_decided_once(olga: Actor) -> None:
    correction = propose_correction(article=article(olga), words="Срок теперь 10 дней", case_id=7, actor=olga)

    decide_correction(correction=correction, is_taken=True, actor=olga)
    with pytest.raises(Refusal) as refused:
        decide_correction(correction=correction, is_taken=False, answer="Нет", actor=olga)

    assert refused.value.code == "changed_meanwhile"
    assert correction.state == "taken"


def test_a_correction_says_what_is_wrong_and_a_no_says_why(olga: Actor) -> None:
    made = article(olga)
    correction = propose_correction(article=made, words="Срок другой", actor=olga)

    with pytest.raises(Refusal) as silent:
        propose_correction(article=made, words=" ", actor=olga)
    with pytest.raises(Refusal) as curt:
        decide_correction(correction=correction, is_taken=False, actor=olga)

    assert (silent.value.code, curt.value.code) == ("words_missing", "answer_missing")


def test_figures_of_an_article(olga: Actor) -> None:
    made = article(olga)
    assert made.live is not None
    for number in range(5):
        Reading.objects.create(article=made, place=Place.PORTAL)
        Feedback.objects.create(article=made, version=made.live, visitor=str(number), is_helpful=number != 0)
    SelfService.objects.create(article=made, place=Place.FORM, visitor="1")

    reach = reach_of_articles(since=BEGINNING, until=timezone.now())[made.pk]

    assert reach == Reach(views=5, helpful=4, unhelpful=1, solved=1, quotes=0)
    assert (reach.percent, reach.low, reach.high) == (80, 38, 96)


def test_the_satisfaction_of_cases_that_quoted_it() -> None:
    case = make_case()

    shares = shares_of([(11, case.pk), (12, case.pk)])

    assert {group: share.answered for group, share in shares.items()} == {11: 0, 12: 0}


def test_questions_asked_in_vain_are_grouped_and_sorted(olga: Actor) -> None:
    made = article(olga)
    searched("парковка", visitor="a")
    searched("Парковка", visitor="b")
    searched("общежитие")
    searched("возврат", is_answered=True, found=1, top=made)
    searched("вернуть деньги", is_answered=True, found=1, top=made, case_id=7)
    searched("оплата", is_answered=True, found=1, top=made, opened=made)

    def words(lack: Lack) -> list[tuple[str, int]]:
        return [(row.words.lower(), row.times) for row in asked_in_vain(lack, since=BEGINNING)]

    assert words(Lack.NOTHING) == [("парковка", 2), ("общежитие", 1)]
    assert words(Lack.UNOPENED) == [("возврат", 1)]
    assert words(Lack.BECAME_CASE) == [("вернуть деньги", 1)]


def test_one_question_is_settled_in_the_language_in_which_it_was_read(olga: Actor) -> None:
    searched("harp")
    searched("harp", language="en")
    searched("other words")

    assert settle_searches(words="Harp", language="en", actor=olga) == 1

    left = Search.objects.filter(settled_at=None).order_by("id")
    assert list(left.values_list("words", "language")) == [("harp", "ru"), ("other words", "ru")]
    assert settle_searches(words="Harp", language="en", actor=olga) == 0


def test_a_settled_question_comes_back_with_the_next_search(olga: Actor) -> None:
    searched("парковка", at=timezone.now() - timedelta(days=1))
    settle_searches(words="Парковка", language="ru", actor=olga)
    assert asked_in_vain(Lack.NOTHING, since=BEGINNING) == []

    searched("парковка")

    assert [row.times for row in asked_in_vain(Lack.NOTHING, since=BEGINNING)] == [1]
