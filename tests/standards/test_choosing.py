"""Of the standards that fit a matter the narrowest is chosen, and every other one says why it was not."""

import pytest
from django.db import IntegrityError, transaction

from otklik.customers.actions import edit_organization, found_organization
from otklik.customers.models import Organization
from otklik.foundation.actors import SYSTEM, Actor
from otklik.foundation.models import Event
from otklik.standards.actions import archive, bring_back, publish, set_standard, start_draft
from otklik.standards.choosing import Matter, neighbours
from otklik.standards.models import Standard
from otklik.standards.queries import chosen_for, for_me, in_force, observed_facts, review_due, version_for
from otklik.team.actions import found_team
from otklik.team.models import Team, WorkingTime
from otklik.team.working_time import ALWAYS
from tests.building import acting, make_agent, make_lead, make_standard, refused
from tests.together import while_open

pytestmark = pytest.mark.django_db
FULL = Matter(kind="complaint", channel="phone", tags=("опоздание", "доставка"), tier="золотой")


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.fixture
def school() -> Organization:
    return found_organization(name="Школа", actor=SYSTEM)


def team() -> Team:
    hours = WorkingTime.objects.get_or_create(name="24/7", defaults={"week": ALWAYS})[0]
    return found_team(name="Доставка", working_time=hours, actor=SYSTEM)


def chosen(matter: Matter) -> str:
    version = chosen_for(matter).version
    return version.standard.name if version else ""


def why_not(matter: Matter) -> dict[str, str]:
    return {one.standard.name: one.because for one in chosen_for(matter).passed}


def test_the_narrowest_of_those_that_fit_is_chosen(school: Organization) -> None:
    delivery = team()
    matter = Matter(
        kind="complaint", channel="phone", tags=["доставка"], tier="золотой", team_id=delivery.pk,
        organization_id=school.pk,
    )  # fmt: skip
    names = []
    for name, conditions in (
        ("все", {"is_default": True}), ("канал", {"channel": "phone"}), ("команда", {"team": delivery}),
        ("вид", {"case_kind": "complaint"}), ("метка", {"tag": "Доставка "}), ("уровень", {"tier": " Золотой"}),
        ("организация", {"organization": school}),
    ):  # fmt: skip
        make_standard(name, **conditions)
        names.append(name)
        assert chosen(matter) == name
        assert chosen_for(matter).because == [key for key in conditions if key != "is_default"]
    assert why_not(matter) == {**dict.fromkeys(names[1:-1], "narrower"), "все": "default"}
    assert sorted(chosen_for(matter).lost) == sorted(
        Standard.objects.exclude(name="организация").values_list("pk", flat=True)
    )


def test_a_standard_fits_only_where_all_that_it_is_for_is_met() -> None:
    make_standard("Звонки с жалобами", case_kind="complaint", channel="phone")
    make_standard("Жалобы", case_kind="complaint")

    assert chosen(FULL) == "Звонки с жалобами"
    assert chosen(Matter(kind="complaint", channel="email")) == "Жалобы"
    assert why_not(Matter(kind="complaint", channel="email")) == {"Звонки с жалобами": "channel"}
    assert why_not(Matter(kind="question", channel="phone")) == {
        "Звонки с жалобами": "case_kind",
        "Жалобы": "case_kind",
    }


def test_the_first_in_which_two_differ_decides_not_how_many() -> None:
    make_standard("Одно узкое", tag="доставка")
    make_standard("Два широких", case_kind="complaint", channel="phone")

    assert chosen(FULL) == "Одно узкое"


def test_of_two_tags_the_one_that_came_first_decides() -> None:
    make_standard("Доставка", tag="доставка")
    make_standard("Опоздание", tag="опоздание")

    assert chosen(FULL) == "Опоздание"
    assert chosen(Matter(kind="complaint", tags=["доставка", "опоздание"])) == "Доставка"


def test_what_is_for_nothing_is_chosen_for_nothing() -> None:
    make_standard("Ни для чего")

    assert (chosen(FULL), why_not(FULL)) == ("", {})


def test_what_is_for_some_and_holds_when_no_other_does_is_both() -> None:
    make_standard("Вопросы и всё остальное", case_kind="question", is_default=True)
    make_standard("Жалобы", case_kind="complaint")

    assert [chosen(Matter(kind=kind)) for kind in ("question", "complaint", "request")] == [
        "Вопросы и всё остальное", "Жалобы", "Вопросы и всё остальное",
    ]  # fmt: skip


def test_two_standards_are_not_for_exactly_the_same(olga: Actor) -> None:
    make_standard("Первый", case_kind="complaint", tag="доставка")
    second = make_standard("Второй", case_kind="complaint")

    with refused("matter_taken"):
        set_standard(standard=second, actor=olga, values={"tag": "Доставка"})
    with pytest.raises(IntegrityError, match="a_sort_of_matter_has_one_standard"), transaction.atomic():
        Standard.objects.filter(pk=second.pk).update(tag="доставка")

    second.refresh_from_db()
    assert second.tag == ""


def test_a_tier_is_written_in_one_way_and_found_by_the_organization(school: Organization) -> None:
    make_standard("Золотые", tier="Золотой")
    edit_organization(organization=school, name="Школа", domain="", tier="  ЗОЛОТОЙ ", actor=SYSTEM)

    school.refresh_from_db()
    assert school.tier == "золотой"
    assert chosen(Matter(kind="question", tier=school.tier)) == "Золотые"


# ── The archive ───────────────────────────────────────────────────────────────────────────
def test_what_is_archived_is_chosen_no_more_and_comes_back(olga: Actor) -> None:
    standard = make_standard("Жалобы", case_kind="complaint", is_default=True, actor=olga, review_every_days=1)

    archive(standard=standard, actor=olga)

    assert version_for("complaint") is None
    assert (standard.archived_at is not None, standard.is_default, standard.is_to_be_read_again) == (True, False, False)
    assert not review_due(standard.review_at).exists()  # type: ignore[arg-type]  # it was published
    with refused("archived_already"):
        archive(standard=standard, actor=olga)
    with refused("archived"):
        set_standard(standard=standard, actor=olga, values={"is_default": True})

    bring_back(standard=standard, actor=olga)
    held = version_for("complaint")
    assert held is not None
    assert (held.standard, version_for("question")) == (standard, None)
    with refused("not_archived"):
        bring_back(standard=standard, actor=olga)
    told = Event.objects.filter(name__in=["standards.archived", "standards.brought_back"]).order_by("id")
    assert [event.name for event in told] == ["standards.archived", "standards.brought_back"]


def test_nothing_is_published_in_the_archive(olga: Actor) -> None:
    standard = make_standard("Жалобы", case_kind="complaint")
    version = start_draft(standard=standard, actor=olga)
    type(version).objects.filter(pk=version.pk).update(change_note="Иначе")
    archive(standard=standard, actor=olga)

    version.refresh_from_db()
    with refused("archived"):
        publish(version=version, actor=olga)


def test_the_place_of_what_is_archived_is_free_and_it_does_not_come_back_onto_another(olga: Actor) -> None:
    first = make_standard("Жалобы", case_kind="complaint")
    archive(standard=first, actor=olga)
    make_standard("Новые жалобы", case_kind="complaint")

    with refused("matter_taken"):
        bring_back(standard=first, actor=olga)

    assert chosen(Matter(kind="complaint")) == "Новые жалобы"


def test_an_agent_archives_nothing(olga: Actor) -> None:
    standard = make_standard("Жалобы", case_kind="complaint")
    anna = acting(make_agent())

    with refused("not_allowed"):
        archive(standard=standard, actor=anna)
    archive(standard=standard, actor=olga)
    with refused("not_allowed"):
        bring_back(standard=standard, actor=anna)


def test_what_steps_are_bound_to_is_known_once_it_is_published(olga: Actor) -> None:
    assert observed_facts() == frozenset()
    assert list(for_me(olga)) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_archive_one_does() -> None:
    boss = acting(make_lead())
    standard = make_standard("Жалобы", case_kind="complaint")

    def away() -> None:
        archive(standard=Standard.objects.get(pk=standard.pk), actor=boss)

    assert while_open(away, away) == ["done", "archived_already"]


def test_a_standard_names_the_narrower_and_the_wider_ones() -> None:
    every = make_standard("Все", is_default=True)
    calls = make_standard("Звонки", channel="phone")
    angry = make_standard("Жалобы", case_kind="complaint")
    make_standard("Письма", channel="email")
    make_standard("Ни для чего")

    def near(standard: Standard) -> list[tuple[str, bool]]:
        return [(other.name, is_narrower) for other, is_narrower in neighbours(standard, in_force())]

    assert near(calls) == [("Жалобы", True), ("Все", False)]
    assert near(angry) == [("Все", False), ("Звонки", False), ("Письма", False)]
    assert [is_narrower for _name, is_narrower in near(every)] == [True] * 3
