"""The help centre of the demo company: every article whole, every link leading somewhere, no wall of words."""

import csv
import io
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image

from otklik.demo.articles import Text, read, sections, texts
from otklik.demo.company import HOUSE, LOGINS
from otklik.demo.people import ORGANIZATIONS
from otklik.knowledge.models import Audience

QUESTIONS = Path(__file__).parent / "knowledge/sets/demo_questions.csv"
SPRITE = files("otklik.ui").joinpath("static/ui/icons/sprite.svg").read_text(encoding="utf-8")
MOST_WORDS, FEWEST_WORDS = 400, 80
TEXTS = texts()
BY_NAME = [pytest.param(text, id=f"{text.language}-{text.slug}") for text in TEXTS]


def test_there_are_sixty_russian_articles_and_twenty_english_ones() -> None:
    counts = Counter(text.language for text in TEXTS)

    assert counts == {"ru": 60, "en": 20}
    assert sum(1 for text in TEXTS if text.translation_of) == 14
    assert {text.audience for text in TEXTS} == set(Audience.values)
    assert sum(1 for text in TEXTS if text.audience != Audience.PUBLIC) == 8
    assert any(":::staff" in text.body for text in TEXTS)


@pytest.mark.parametrize("text", BY_NAME)
def test_an_article_says_all_that_it_needs(text: Text) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text.slug)
    assert text.title
    assert text.summary.endswith(".")
    assert "\n" not in text.summary
    assert 3 <= len(text.questions) <= 6
    assert text.title not in text.questions
    assert text.audience in Audience.values
    assert text.owner.partition("@")[0] in LOGINS
    assert text.organization in {"", *ORGANIZATIONS}
    assert text.standard in {"", *(standard["name"] for standard in HOUSE["standards"].values())}
    assert 7 <= text.review_every_days <= 365


@pytest.mark.parametrize("text", BY_NAME)
def test_an_article_is_short_and_plain_markdown(text: Text) -> None:
    prose = re.sub(r"[#|>*_:\[\]()!-]+", " ", text.body)

    assert FEWEST_WORDS <= len(prose.split()) <= MOST_WORDS
    assert not re.search(r"(?m)^# ", text.body), "the title is the only heading of the first level"
    assert not re.search(r"<[a-z/]", text.body), "Markdown only"
    assert set(re.findall(r"\[!([A-Z]+)\]", text.body)) <= {"NOTE", "TIP", "WARNING"}


@pytest.mark.parametrize("text", BY_NAME)
def test_blocks_for_staff_are_closed(text: Text) -> None:
    fences = re.findall(r"(?m)^:::.*$", text.body)

    assert fences in ([], [":::staff", ":::"])


@pytest.mark.parametrize("text", BY_NAME)
def test_every_link_and_picture_leads_somewhere(text: Text) -> None:
    slugs = {other.slug for other in TEXTS if other.language == text.language}

    assert set(re.findall(r"\]\(article:([^)]*)\)", text.body)) <= slugs
    for alt, name in re.findall(r"!\[([^\]]*)\]\(file:([^)]*)\)", text.body):
        picture = files("otklik.demo.articles").joinpath("pictures", name).read_bytes()
        assert alt
        assert len(picture) <= 30_000
        assert Image.open(io.BytesIO(picture)).format == "PNG"


def test_no_public_article_sends_a_stranger_to_one_for_staff() -> None:
    hidden = {text.slug for text in TEXTS if text.audience == Audience.STAFF}

    sent = {
        slug for text in TEXTS if text.audience != Audience.STAFF for slug in re.findall(r"article:([\w-]+)", text.body)
    }

    assert not sent & hidden


def test_an_address_holds_one_article_in_either_language() -> None:
    slugs = Counter(text.slug for text in TEXTS)

    assert {slug for slug, count in slugs.items() if count > 1} == set()


def test_every_section_is_used_and_every_article_has_one() -> None:
    shelves = sections()

    assert {text.section for text in TEXTS} == {shelf.slug for shelf in shelves}
    assert 8 <= len(shelves) <= 10
    assert {shelf.parent for shelf in shelves} - {""} <= {shelf.slug for shelf in shelves if not shelf.parent}
    for shelf in shelves:
        assert f'<symbol id="{shelf.icon}"' in SPRITE
        assert all((shelf.ru, shelf.en, shelf.about_ru, shelf.about_en))


def test_every_translation_has_an_original_and_stands_beside_it() -> None:
    russian = {text.slug: text for text in TEXTS if text.language == "ru"}

    translations = [text for text in TEXTS if text.translation_of]

    assert len({text.translation_of for text in translations}) == len(translations)
    for text in translations:
        original = russian[text.translation_of]
        assert (text.section, text.audience) == (original.section, original.audience)


def test_the_labelled_questions_ask_for_public_articles_in_new_words() -> None:
    with QUESTIONS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    public = {text.slug for text in TEXTS if text.audience == Audience.PUBLIC}
    said = {question.lower() for text in TEXTS for question in (*text.questions, text.title)}

    known = [row for row in rows if row["expected"]]

    assert (len(known), len(rows) - len(known)) == (55, 10)
    assert {row["expected"] for row in known} <= public
    assert not {row["question"].lower() for row in rows} & said


def test_an_article_without_front_matter_is_quoted() -> None:
    with pytest.raises(ValueError, match="lonely"):
        read("lonely", "ru", "Только слова\n")
