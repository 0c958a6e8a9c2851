"""What the house does not let be set."""

from collections.abc import Callable
from typing import Any

import pytest

from otklik.cases.actions import save_custom_field, save_macro
from otklik.cases.models import CustomField, Macro
from otklik.customers.actions import check_code, edit_organization, found_organization, make_code
from otklik.customers.models import AddressProof, Organization
from otklik.foundation.actors import SYSTEM, Role
from otklik.foundation.policies import change_policies, policy
from otklik.reach.actions import add_email_inbox, edit_inbox
from otklik.reach.actions.logins import fresh_token
from otklik.standards.actions import Words, set_standard
from otklik.standards.models import Standard
from otklik.team.actions import (
    create_agent,
    edit_agent,
    edit_team,
    ensure_first_team,
    found_team,
    go_away,
    set_working_time,
)
from otklik.team.models import Agent, Team, WorkingTime
from otklik.team.working_time import ALWAYS
from tests.building import IVAN, make_agent, make_customer, make_standard, refused

pytestmark = pytest.mark.django_db


def test_there_is_no_other_role() -> None:
    with refused("role_unknown"):
        create_agent(email="vera@gorizont.example", name="Вера", role="king")

    assert not Agent.objects.exists()


def test_nobody_is_their_own_deputy() -> None:
    anna = make_agent()

    with refused("deputy_is_self"):
        edit_agent(agent=anna, actor=SYSTEM, changes={"deputy": anna})
    with refused("deputy_is_self"):
        go_away(agent=anna, actor=SYSTEM, deputy=anna)

    assert not Agent.objects.get(pk=anna.pk).is_away


@pytest.mark.parametrize("changes", [{"role": Role.LEAD}, {"is_active": False}])
def test_somebody_stays_who_may_change_settings(changes: dict[str, Any]) -> None:
    vera = make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN)

    with refused("last_admin"):
        edit_agent(agent=vera, actor=SYSTEM, changes=changes)

    kept = Agent.objects.get(pk=vera.pk)
    assert (kept.role, kept.is_active) == (Role.ADMIN, True)


def test_one_team_takes_what_no_inbox_assigns() -> None:
    team = ensure_first_team()

    with refused("first_team_needed"):
        edit_team(team=team, name="Служба", working_time=team.working_time, is_first=False, actor=SYSTEM)

    assert Team.objects.get().is_first


@pytest.mark.parametrize(
    "week",
    [
        [[["09:00", "18:00"]]] * 6,
        [[["18:00", "09:00"]], *[[]] * 6],
        [[["09:00", "12:00"], ["11:00", "18:00"]], *[[]] * 6],
        [[["09:00"]], *[[]] * 6],
    ],
)
def test_a_week_has_seven_days_whose_hours_follow_each_other(week: list[Any]) -> None:
    with refused("week_invalid"):
        set_working_time(name="Будни", time_zone="Europe/Moscow", week=week, actor=SYSTEM)

    assert not WorkingTime.objects.filter(name="Будни").exists()


def test_a_standard_promises_something_and_is_the_only_one_of_its_kind() -> None:
    make_standard("Жалобы", case_kind="complaint")

    with refused("minutes_invalid"):
        make_standard("Сразу", words=Words(first_answer_minutes=0))
    with refused("matter_taken"):
        make_standard("Ещё жалобы", case_kind="complaint")

    assert not Standard.objects.filter(name__in=["Сразу", "Ещё жалобы"]).exists()


def test_a_domain_of_everybody_is_no_organization() -> None:
    with refused("domain_public"):
        found_organization(name="Школа", domain="@Mail.ru", actor=SYSTEM)

    assert not Organization.objects.exists()


def test_a_rule_keeps_its_kind() -> None:
    before = policy("reach.undo_seconds")

    with refused("policy_invalid"):
        change_policies(values={"reach.undo_seconds": "десять"}, actor=SYSTEM)

    assert policy("reach.undo_seconds") == before


def test_a_code_is_tried_five_times_and_used_once() -> None:
    ivan = make_customer()
    proof, code = make_code(email=IVAN)
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    other, other_code = make_code(email=IVAN)
    for _try in range(5):
        with refused("code_wrong"):
            check_code(email=IVAN, code=wrong, proof_id=proof.pk)

    with refused("code_spent"):
        check_code(email=IVAN, code=code, proof_id=proof.pk)
    assert check_code(email=IVAN, code=other_code, proof_id=other.pk) == ivan
    with refused("code_spent"):
        check_code(email=IVAN, code=other_code, proof_id=other.pk)
    assert AddressProof.objects.exclude(used_at=None).count() == 1


def test_a_mailbox_that_wants_a_token_needs_a_token_server() -> None:
    with refused("oauth_missing"):
        fresh_token("refresh")


def hours() -> WorkingTime:
    return WorkingTime.objects.get_or_create(name="24/7", defaults={"week": ALWAYS})[0]


def call_team(name: str) -> Team:
    team = Team.objects.filter(name="Служба").first() or found_team(name="Служба", working_time=hours(), actor=SYSTEM)
    return edit_team(team=team, name=name, working_time=hours(), is_first=team.is_first, actor=SYSTEM)


def call_school(name: str) -> Organization:
    school = Organization.objects.filter(name="Школа").first() or found_organization(name="Школа", actor=SYSTEM)
    return edit_organization(organization=school, name=name, domain="", actor=SYSTEM)


NAMING: dict[str, Callable[[str], object]] = {
    "agent": lambda name: create_agent(email=IVAN, name=name),
    "known agent": lambda name: edit_agent(agent=make_agent(), actor=SYSTEM, changes={"name": name}),
    "team": lambda name: found_team(name=name, working_time=hours(), actor=SYSTEM),
    "known team": call_team,
    "standard": make_standard,
    "organization": lambda name: found_organization(name=name, actor=SYSTEM),
    "known organization": call_school,
    "fact": lambda name: save_custom_field(about="case", key="order", values={"name": name}, actor=SYSTEM),
    "template": lambda name: save_macro(title=name, text="…", actor=SYSTEM),
}


def names() -> set[str]:
    kinds = (Agent, Team, Standard, Organization, CustomField)
    return {name for kind in kinds for name in kind._default_manager.values_list("name", flat=True)} | set(
        Macro.objects.values_list("title", flat=True)
    )


@pytest.mark.parametrize("what", NAMING)
def test_whatever_has_a_name_has_one(what: str) -> None:
    with refused("title_missing" if what == "template" else "name_missing"):
        NAMING[what]("  ")

    assert " " not in {name[:1] for name in names()}
    assert "" not in names()


@pytest.mark.parametrize(
    ("what", "code"),
    [("team", "name_taken"), ("known team", "name_taken"), ("fact", "name_taken"), ("template", "title_taken")],
)
def test_no_two_of_a_kind_have_one_name(what: str, code: str) -> None:
    found_team(name="Магазин", working_time=hours(), actor=SYSTEM)
    save_custom_field(about="case", key="other", values={"name": "Магазин"}, actor=SYSTEM)
    save_macro(title="Магазин", text="Здравствуйте", actor=SYSTEM)

    with refused(code):
        NAMING[what](" Магазин ")

    assert Team.objects.filter(name__contains="Магазин").count() == 1
    assert CustomField.objects.filter(name__contains="Магазин").count() == 1
    assert Macro.objects.get().text == "Здравствуйте"


def test_a_standard_and_a_calendar_do_not_take_the_name_of_another_one() -> None:
    for name in ("Будни", "Выходные"):
        make_standard(name)
        set_working_time(name=name, time_zone="Europe/Moscow", week=ALWAYS, actor=SYSTEM)

    with refused("name_taken"):
        set_standard(standard=Standard.objects.get(name="Выходные"), actor=SYSTEM, values={"name": "Будни"})
    with refused("name_taken"):
        set_working_time(
            name="Будни", time_zone="UTC", week=ALWAYS, actor=SYSTEM, calendar=WorkingTime.objects.get(name="Выходные")
        )

    assert Standard.objects.filter(name="Выходные").exists()
    assert WorkingTime.objects.filter(name="Выходные").exists()


def test_a_calendar_has_a_name() -> None:
    with refused("name_missing"):
        set_working_time(name="  ", time_zone="Europe/Moscow", week=ALWAYS, actor=SYSTEM)

    assert not WorkingTime.objects.filter(name__in=["", "  "]).exists()


def test_names_are_kept_without_the_blanks_around_them() -> None:
    hours = set_working_time(name=" Будни ", time_zone="Europe/Moscow", week=ALWAYS, actor=SYSTEM)
    fact = save_custom_field(about="case", key="order", values={"name": " Заказ\t"}, actor=SYSTEM)
    inbox = add_email_inbox(address="shop@gorizont.example", name=" Магазин ", actor=SYSTEM)
    inbox = edit_inbox(inbox=inbox, changes={"name": "Магазин \n"}, actor=SYSTEM)
    anna = edit_agent(agent=make_agent(), changes={"name": " Анна Ким "}, actor=SYSTEM)

    for row, name in ((hours, "Будни"), (fact, "Заказ"), (inbox, "Магазин"), (anna, "Анна Ким")):
        assert (row.name, type(row).objects.get(pk=row.pk).name) == (name, name)
    with refused("name_taken"):
        save_custom_field(about="case", key="other", values={"name": "Заказ "}, actor=SYSTEM)
    again = set_working_time(name="Будни ", time_zone="UTC", week=ALWAYS, actor=SYSTEM)
    assert again.pk == hours.pk


def test_one_key_means_one_fact() -> None:
    save_custom_field(about="case", key="order", values={"name": "Заказ"}, actor=SYSTEM)

    with refused("key_taken"):
        save_custom_field(about="case", key="order", values={"name": "Другой"}, actor=SYSTEM)
    save_custom_field(about="customer", key="order", values={"name": "Заказ"}, actor=SYSTEM)

    assert list(CustomField.objects.values_list("about", "name").order_by("about")) == [
        ("case", "Заказ"),
        ("customer", "Заказ"),
    ]


def test_one_domain_leads_to_one_organization() -> None:
    first = found_organization(name="Школа", domain="school.example", actor=SYSTEM)
    other = found_organization(name="Лицей", actor=SYSTEM)

    with refused("domain_taken"):
        found_organization(name="Гимназия", domain="@School.example", actor=SYSTEM)
    with refused("domain_taken"):
        edit_organization(organization=other, name="Лицей", domain="school.example", actor=SYSTEM)
    edit_organization(organization=first, name="Школа №1", domain="school.example", actor=SYSTEM)

    assert set(Organization.objects.values_list("name", "domain")) == {("Школа №1", "school.example"), ("Лицей", "")}
