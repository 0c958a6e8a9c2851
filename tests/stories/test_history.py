"""What people do to the house stands in its history: who did what, to whom. Nothing is done in silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.customers.actions import (
    edit_organization,
    found_organization,
    identify,
    merge_customers,
    record_bounce,
)
from otklik.foundation.actors import Actor, Role
from otklik.foundation.models import Event
from otklik.knowledge.actions import (
    Words,
    approve,
    confirm_review,
    drop_draft,
    offer,
    propose_correction,
    publish,
    send_back,
    set_article,
    set_section,
    start_draft,
    withdraw,
    write_article,
)
from otklik.knowledge.actions.serving import decide_correction, take_correction
from otklik.knowledge.actions.words import set_house_words
from otklik.knowledge.models import Article, Version
from otklik.team.actions import (
    come_back,
    create_token,
    edit_agent,
    edit_team,
    found_team,
    go_away,
    invite_agent,
    join_team,
    leave_team,
    note_invitation,
    revoke_token,
    set_working_time,
)
from otklik.team.models import Agent, ApiToken
from otklik.team.queries import first_team
from tests.building import IVAN, acting, make_agent, make_customer

pytestmark = pytest.mark.django_db
type Deed = Callable[[Agent, Actor], object]
WORDS = Words(title="Возврат", body="Вернём за три дня.")
WEEK = [[["09:00", "18:00"]]] * 5 + [[], []]


def new_team(vera: Actor) -> object:
    return found_team(name="Вечер", working_time=first_team().working_time, actor=vera)


def renamed(_anna: Agent, vera: Actor) -> None:
    team = first_team()
    edit_team(team=team, name="Днём", working_time=team.working_time, is_first=True, actor=vera)
    edit_team(team=team, name="Днём", working_time=team.working_time, is_first=True, actor=vera)  # nothing is new


def joined(anna: Agent, vera: Actor) -> None:
    team = found_team(name="Вечер", working_time=first_team().working_time, actor=vera)
    join_team(agent=anna, team=team, actor=vera)
    join_team(agent=anna, team=team, actor=vera)
    leave_team(agent=anna, team=team, actor=vera)
    leave_team(agent=anna, team=team, actor=vera)


def away_and_back(anna: Agent, _vera: Actor) -> None:
    go_away(agent=anna, actor=acting(anna))
    come_back(agent=anna, actor=acting(anna))
    come_back(agent=anna, actor=acting(anna))


def token(anna: Agent, _vera: Actor) -> None:
    create_token(agent=anna, actor=acting(anna), name="CRM")
    row = ApiToken.objects.get()
    revoke_token(token=row, actor=acting(anna))
    revoke_token(token=row, actor=acting(anna))


def hours(_anna: Agent, vera: Actor) -> None:
    for _time in range(2):
        set_working_time(name="Вечер", time_zone="Europe/Moscow", week=WEEK, actor=vera)


def invited(anna: Agent, vera: Actor) -> None:
    invite_agent(agent=anna, actor=vera)
    for problem in ("550", "550", ""):
        note_invitation(agent=anna, problem=problem)


def organization(_anna: Agent, vera: Actor) -> None:
    known = found_organization(name="Горизонт", actor=vera)
    for _time in range(2):
        known = edit_organization(organization=known, name="Горизонт+", domain="", actor=vera)


def one_person(_anna: Agent, vera: Actor) -> None:
    merge_customers(into=make_customer(), other=make_customer("И. К.", "ik@mail.example"), actor=vera)


def bounced(_anna: Agent, _vera: Actor) -> None:
    identify(kind="email", value=IVAN, name="Иван")
    record_bounce(email=IVAN, is_hard=True)


def draft(article: Article) -> Version:
    return article.versions.get(state=Version.State.DRAFT)


def published(vera: Actor) -> Article:
    article = write_article(words=WORDS, actor=vera)
    publish(version=draft(article), actor=vera)
    article.refresh_from_db()
    return article


def article_lives(anna: Agent, vera: Actor) -> None:
    article = write_article(words=WORDS, actor=acting(anna))
    offer(version=draft(article), actor=acting(anna))
    version = article.versions.get()
    send_back(version=version, actor=vera, because="Где срок?")
    offer(version=draft(article), actor=acting(anna))
    approve(version=version, actor=vera)
    publish(version=version, actor=vera, at=timezone.now() + timedelta(days=1))


def article_ages(_anna: Agent, vera: Actor) -> None:
    article = published(vera)
    set_article(article=article, actor=vera, values={"review_every_days": 30})
    confirm_review(article=article, actor=vera)
    drop_draft(version=start_draft(article=article, actor=vera), actor=vera)
    withdraw(article=article, actor=vera)
    assert article.archived_at is not None
    assert article.live_id is None


def corrected(anna: Agent, vera: Actor) -> None:
    article = published(vera)
    first = propose_correction(article=article, words="Пять дней", actor=acting(anna))
    decide_correction(correction=first, is_taken=False, actor=vera, answer="Нет, три")
    second = propose_correction(article=article, words="Пять дней", actor=acting(anna), body="Вернём за пять дней.")
    assert take_correction(correction=second, actor=vera).body == "Вернём за пять дней."
    assert (second.state, second.decided_by_id) == ("taken", vera.pk)


def sorted_anew(_anna: Agent, vera: Actor) -> None:
    set_section(actor=vera, values={"titles": {"ru": "Оплата"}, "slug": "oplata"})
    set_house_words(synonyms={"ru": [["чек", "квитанция"]]}, stop_words={"ru": ["пожалуйста"]}, actor=vera)


DEEDS: dict[Deed, list[str]] = {
    lambda _anna, vera: new_team(vera): ["team.team_changed"],
    renamed: ["team.team_changed"],
    joined: ["team.team_changed", "team.team_changed", "team.team_changed"],
    away_and_back: ["team.agent_went_away", "team.agent_came_back"],
    token: ["team.token_created", "team.token_revoked"],
    hours: ["team.working_time_changed"],
    invited: ["team.agent_invited", "team.invitation_failed"],
    lambda anna, vera: edit_agent(agent=anna, actor=vera, changes={"name": "Анна К."}): ["team.agent_changed"],
    organization: ["customers.organization_changed", "customers.organization_changed"],
    one_person: ["customers.met", "customers.met", "customers.merged"],
    bounced: ["customers.met", "customers.address_bounced"],
    article_lives: [
        "knowledge.article_written",
        "knowledge.approval_asked",
        "knowledge.version_returned",
        "knowledge.approval_asked",
        "knowledge.version_approved",
        "knowledge.version_scheduled",
    ],
    article_ages: [
        "knowledge.article_written",
        "knowledge.article_published",
        "knowledge.article_changed",
        "knowledge.article_reviewed",
        "knowledge.draft_dropped",
        "knowledge.article_withdrawn",
    ],
    corrected: [
        "knowledge.article_written",
        "knowledge.article_published",
        "knowledge.correction_proposed",
        "knowledge.correction_decided",
        "knowledge.correction_proposed",
        "knowledge.correction_decided",
    ],
    sorted_anew: ["knowledge.section_changed", "knowledge.house_words_changed"],
}


@pytest.fixture
def people() -> tuple[Agent, Actor]:
    """Anna, and Vera who runs the house."""
    return make_agent(), acting(make_agent("Вера Орлова", "vera@gorizont.example", Role.ADMIN))


@pytest.mark.parametrize(("deed", "told"), DEEDS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_nothing_is_done_in_silence(people: tuple[Agent, Actor], deed: Deed, told: list[str]) -> None:
    before = Event.objects.latest("id").pk

    deed(*people)

    assert list(Event.objects.filter(pk__gt=before).order_by("id").values_list("name", flat=True)) == told
