"""What the library does not take."""

from typing import Any

import pytest

from otklik.foundation.actors import Actor
from otklik.knowledge.actions import Words, add_file, import_articles, set_house_words, set_section, write_article
from otklik.knowledge.actions.files import MOST_FILES
from otklik.knowledge.actions.importing import MOST_QUESTIONS
from otklik.knowledge.actions.shelves import DEEPEST
from otklik.knowledge.actions.words import MOST
from otklik.knowledge.actions.writing import LONGEST_BODY
from otklik.knowledge.adapters.imported import Imported, ImportedArticle, ImportRefused
from otklik.knowledge.models import Article, ArticleFile, Section, StopWord, Synonym
from tests.building import acting, make_case, make_lead, refusals, refused
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "where": "строка 2",
    "source": "csv",
    "title": "Возврат",
    "body": "За три дня.",
    "language": "ru",
}


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"body": "", "is_published": True}, "body_missing"),
        ({"language": "xx"}, "language_unknown"),
        ({"audience": "everybody"}, "audience_unknown"),
        ({"title": "я" * 501}, "too_long"),
        ({"external_id": "7" * 121}, "too_long"),
        ({"slug": "a b"}, "slug_invalid"),
        ({"questions": ["где?"] * (MOST_QUESTIONS + 1)}, "too_many_questions"),
        ({"is_draft_over": True, "external_id": "7"}, "article_unknown"),
    ],
)
def test_an_import_with_a_fault_is_none_at_all(olga: Actor, values: dict[str, Any], code: str) -> None:
    articles = [ImportedArticle(**GOOD | {"where": "строка 1"}), ImportedArticle(**GOOD | values)]

    with pytest.raises(ImportRefused) as nothing:
        import_articles(Imported(articles=articles), publish=True, actor=olga)

    assert [(one.where, one.code) for one in nothing.value.wrong] == [("строка 2", code)]
    assert not Article.objects.exists()


def test_one_id_stands_for_one_article(olga: Actor) -> None:
    twice = [ImportedArticle(**GOOD | {"external_id": "7", "where": where}) for where in ("строка 1", "строка 2")]

    with pytest.raises(ImportRefused) as nothing:
        import_articles(Imported(articles=twice), publish=False, actor=olga)

    assert [one.code for one in nothing.value.wrong] == ["id_twice"]


def test_an_article_is_not_a_book(olga: Actor) -> None:
    write_article(words=Words(title="Как раз", body="я" * LONGEST_BODY), actor=olga)

    with refused("body_too_long"):
        write_article(words=Words(title="Больше", body="я" * (LONGEST_BODY + 1)), actor=olga)

    assert Article.objects.count() == 1


def test_sections_go_so_deep_and_no_deeper(olga: Actor) -> None:
    section: Section | None = None
    for depth in range(DEEPEST):
        section = set_section(actor=olga, values={"titles": {"ru": f"Полка {depth}"}, "parent": section})

    with refused("sections_too_deep"):
        set_section(actor=olga, values={"titles": {"ru": "Ниже"}, "parent": section})

    assert Section.objects.count() == DEEPEST


@pytest.mark.parametrize(
    ("synonyms", "stop_words", "code"),
    [
        ({"ru": [["возврат", " Возврат "]]}, {}, "synonym_alone"),
        ({"ru": [["возврат", "я" * 61]]}, {}, "word_too_long"),
        ({}, {"ru": ["я" * 61]}, "word_too_long"),
        ({}, {"ru": [f"слово{number}" for number in range(MOST + 1)]}, "too_many_words"),
    ],
)
def test_words_of_the_house_are_words(
    olga: Actor, synonyms: dict[str, Any], stop_words: dict[str, Any], code: str
) -> None:
    with refused(code):
        set_house_words(synonyms=synonyms, stop_words=stop_words, actor=olga)

    assert not StopWord.objects.exists()
    assert not Synonym.objects.exists()


def test_an_article_has_so_many_files_and_no_more(olga: Actor) -> None:
    article = write_article(words=Words(title="Возврат", body="Три дня."), actor=olga)
    first = add_file(article=article, name="a.txt", content=b"one", actor=olga)
    more = (ArticleFile(article=article, file=first.file, name=f"{number}.txt") for number in range(MOST_FILES - 1))
    ArticleFile.objects.bulk_create(more)

    with refused("too_many_files"):
        add_file(article=article, name="b.txt", content=b"two", actor=olga)

    assert ArticleFile.objects.count() == MOST_FILES


def test_only_what_satisfied_becomes_an_article() -> None:
    case = make_case()

    with refusals() as heard:
        desk(case.owner).post(f"/desk/cases/{case.number}/article")

    assert heard == ["not_satisfied"]
    assert not Article.objects.exists()
