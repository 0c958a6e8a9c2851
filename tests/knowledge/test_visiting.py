"""What a visit leaves behind: enough to serve better, nothing about the person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import erase_person
from otklik.foundation.actors import SYSTEM, Role
from otklik.knowledge.actions import (
    Asked,
    Words,
    forget_old_visits,
    join_case,
    new_visitor,
    note_opened,
    note_reading,
    note_search,
    publish,
    say_helpful,
    say_solved,
    withdraw,
    write_article,
)
from otklik.knowledge.actions.visiting import VISITS_KEPT
from otklik.knowledge.models import Article, Feedback, Place, Reading, Search, SelfService
from otklik.knowledge.visits import self_service, trail_of_case, trail_of_visit
from tests.building import acting, make_agent, make_case

pytestmark = pytest.mark.django_db
ME, OTHER = "a" * 32, "b" * 32


def article(title: str = "Как вернуть деньги?") -> Article:
    written = write_article(words=Words(title=title, body="Напишите нам."), actor=SYSTEM)
    publish(version=written.versions.get(), actor=SYSTEM)
    written.refresh_from_db()
    return written


def search(words: str = "возврат", visitor: str = ME, found: int = 1) -> Search:
    asked = Asked(words=words, place=Place.PORTAL, language="ru", visitor=visitor)
    return note_search(asked, found=found, is_answered=found > 0)


def test_a_key_of_a_visit_is_new_each_time() -> None:
    assert len(new_visitor()) == 32
    assert new_visitor() != new_visitor()


def test_the_same_words_again_are_one_search_with_the_last_result() -> None:
    search("Возврат  денег", found=0)
    search("возврат денег", found=3)
    search("возврат денег", visitor=OTHER)
    search("другое")

    rows = Search.objects.filter(visitor=ME).order_by("id")
    assert [(row.words, row.found, row.is_answered) for row in rows] == [
        ("Возврат денег", 3, True),
        ("другое", 1, True),
    ]


def test_searches_without_a_visit_are_counted_each() -> None:
    search(visitor="")
    search(visitor="")

    assert Search.objects.filter(visitor="").count() == 2


def test_only_the_visit_that_searched_says_what_it_opened() -> None:
    found, money = search(), article()

    note_opened(search_id=found.pk, visitor=OTHER, article=money)
    note_opened(search_id=found.pk, visitor="", article=money)
    assert Search.objects.get(pk=found.pk).opened is None

    note_opened(search_id=found.pk, visitor=ME, article=money)
    assert Search.objects.get(pk=found.pk).opened == money


def test_a_reading_counts_once_in_half_an_hour() -> None:
    money = article()

    assert note_reading(article=money, place=Place.PORTAL, visitor=ME)
    assert not note_reading(article=money, place=Place.PORTAL, visitor=ME)
    Reading.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert note_reading(article=money, place=Place.PORTAL, visitor=ME)


def test_a_second_word_corrects_the_first_and_keeps_what_was_missing() -> None:
    version = article().live
    assert version is not None

    say_helpful(version=version, visitor=ME, is_helpful=False, missing="  Срока нет ")
    say_helpful(version=version, visitor=ME, is_helpful=True)

    said = Feedback.objects.get()
    assert (said.is_helpful, said.missing, said.article_id) == (True, "Срока нет", version.article_id)


def test_solved_counts_once_a_visit() -> None:
    money = article()

    assert say_solved(article=money, place=Place.FORM, visitor=ME)
    assert not say_solved(article=money, place=Place.FORM, visitor=ME)
    assert say_solved(article=money, place=Place.FORM, visitor=OTHER)
    assert SelfService.objects.count() == 2


def test_the_trail_goes_over_to_the_case_and_the_next_matter_begins_anew() -> None:
    money, gone, number = article(), article("Старое"), make_case().pk
    search("возврат"), search("вернуть"), search("возврат")
    for one in (money, gone):
        note_reading(article=one, place=Place.PORTAL, visitor=ME)
    withdraw(article=gone, actor=SYSTEM)

    join_case(visitor=ME, case_id=number)
    search("сертификат")

    case_trail = trail_of_case(number)
    assert (list(case_trail.searched), list(case_trail.read)) == (["возврат", "вернуть"], [money])
    assert list(trail_of_visit(ME).searched) == ["сертификат"]
    assert not trail_of_visit("")
    assert not trail_of_case(number + 1)


def test_nobody_elses_visit_is_joined_by_an_empty_key() -> None:
    search(visitor="")

    join_case(visitor="", case_id=make_case().pk)

    assert Search.objects.get().case_id is None


def test_an_erased_person_leaves_no_trail_and_the_counts_stay() -> None:
    anna = make_agent()
    case, money = make_case(owner=anna), article()
    assert money.live is not None
    search("мой диагноз"), search("чужое", visitor=OTHER)
    note_reading(article=money, place=Place.PORTAL, visitor=ME)
    join_case(visitor=ME, case_id=case.pk)
    search("после обращения")
    say_helpful(version=money.live, visitor=ME, is_helpful=False, missing="Я, Иван Козлов, не понял")
    say_solved(article=money, place=Place.FORM, visitor=ME)

    erase_person(customer=case.customer, actor=acting(make_agent("Вера", "vera@gorizont.example", Role.ADMIN)))

    assert list(Search.objects.values_list("words", flat=True)) == ["чужое"]
    assert list(Reading.objects.values_list("visitor", "case_id")) == [("", None)]
    feedback = Feedback.objects.get()
    assert (feedback.is_helpful, feedback.missing, ME in feedback.visitor) == (False, "", False)
    assert ME not in SelfService.objects.get().visitor


def test_old_visits_go_and_what_belongs_to_a_case_or_an_article_stays_without_the_key() -> None:
    case, money = make_case(), article()
    assert money.live is not None
    search("с обращением"), note_reading(article=money, place=Place.PORTAL, visitor=ME)
    join_case(visitor=ME, case_id=case.pk)
    for visitor in (ME, OTHER):
        search("без обращения", visitor=visitor), note_reading(article=money, place=Place.FORM, visitor=visitor)
        say_helpful(version=money.live, visitor=visitor, is_helpful=False, missing="Срок?")
        say_solved(article=money, place=Place.FORM, visitor=visitor)
    then = timezone.now()

    forget_old_visits(then + timedelta(days=366))
    assert (Search.objects.count(), Reading.objects.count(), SelfService.objects.count()) == (3, 2, 2)
    for _again in range(2):
        forget_old_visits(then + VISITS_KEPT + timedelta(minutes=1))

    assert list(Search.objects.values_list("words", "visitor", "case_id")) == [("с обращением", "", case.pk)]
    assert list(Reading.objects.values_list("visitor", "case_id")) == [("", case.pk)]
    assert not SelfService.objects.exists()
    assert [(row.visitor, row.missing) for row in Feedback.objects.order_by("id")] == [
        (f"erased-{row.pk}", "Срок?") for row in Feedback.objects.order_by("id")
    ]
    assert trail_of_case(case.pk).searched == ["с обращением"]


def test_silence_is_no_success() -> None:
    money, number = article(), make_case().pk
    for visitor in ("solved", "wrote", "silent-1", "silent-2", "both"):
        note_reading(article=money, place=Place.PORTAL, visitor=visitor)
    search(visitor="wrote"), search(visitor="", words="nobody's")
    for visitor in ("solved", "both"):
        say_solved(article=money, place=Place.FORM, visitor=visitor)
    for visitor in ("wrote", "both"):
        join_case(visitor=visitor, case_id=number)

    now = timezone.now()
    figures = self_service(since=now - timedelta(days=1), until=now + timedelta(days=1))

    assert (figures.visits, figures.solved, figures.wrote, figures.silent) == (5, 1, 2, 2)
    assert figures.confirmed == pytest.approx(1 / 3)
    assert figures.deflection == pytest.approx(3 / 5)
    nothing = self_service(since=now - timedelta(days=3), until=now - timedelta(days=2))
    assert (nothing.confirmed, nothing.deflection) == (None, None)
