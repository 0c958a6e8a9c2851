"""Where a standard is not kept, and where it is kept but customers stay unsatisfied: that is the one to change."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from otklik.cases.actions import (
    confirm_satisfaction,
    mark_solved,
    merge_cases,
    skip_step,
    take_dissatisfaction,
    tick_step,
)
from otklik.cases.figures.standards import (
    Verdict,
    cases_of_standard,
    cases_of_step,
    is_worse,
    share_of,
    standards_kept,
    steps_kept,
    verdict_of,
)
from otklik.cases.figures.team import Share
from otklik.cases.models import Case
from otklik.foundation.actors import SYSTEM, Actor
from otklik.standards.actions import Words
from otklik.standards.models import Standard
from otklik.team.models import Agent
from tests.building import acting, customer_actor, fresh, make_agent, make_case, make_lead, make_standard, refused
from tests.desk.test_knowledge import text
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db
SINCE = timedelta(days=7)


@pytest.fixture
def olga() -> Actor:
    return acting(make_lead())


@pytest.fixture
def anna() -> Agent:
    return make_agent()


@pytest.fixture
def complaint() -> Standard:
    return make_standard(words=Words(how=["Извинились", "Назвали час"]), case_kind="complaint")


def served(
    anna: Agent, *, done: tuple[int, ...] = (), skipped: str = "", word: str = "", kind: str = "complaint"
) -> Case:
    """A case that was called solved, with steps ticked, the second left out, and what the customer said."""
    case, who = make_case(owner=anna, kind=kind), acting(anna)
    for number in done:
        tick_step(case=case, number=number, actor=who)
    if skipped:
        skip_step(case=case, number=2, because=skipped, actor=who)
    mark_solved(case=fresh(case), actor=who, summary="Сделано")
    if word == "yes":
        confirm_satisfaction(case=fresh(case), actor=customer_actor(case))
    if word == "no":
        take_dissatisfaction(case=fresh(case), actor=customer_actor(case), reason="customer_said_no")
    return fresh(case)


def since() -> timezone.datetime:  # type: ignore[name-defined]  # Django has it
    return timezone.now() - SINCE


def test_a_standard_is_kept_when_every_step_was_taken_and_every_promise_kept(
    complaint: Standard, olga: Actor, anna: Agent
) -> None:
    served(anna, done=(1, 2), word="yes")
    served(anna, done=(1, 2), word="no")
    served(anna, done=(1, 2))
    late = served(anna, done=(1, 2), word="yes")
    Case.objects.filter(pk=late.pk).update(solution_by=late.created_at)
    served(anna, done=(1,), skipped="Не просил", word="no")
    served(anna, done=(1,), word="yes")
    make_case(owner=anna, kind="complaint")

    [line] = standards_kept(olga, since=since())

    assert (line.standard, line.cases, line.kept, line.skipped, line.left_open, line.broken) == (
        complaint,
        6,
        3,
        1,
        1,
        1,
    )
    assert line.with_ == Share(satisfied=1, dissatisfied=1, unconfirmed=1)
    assert line.without == Share(satisfied=2, dissatisfied=1, unconfirmed=0)
    assert (line.elsewhere.answered, line.figure.value, line.verdict) == (0, 0.5, Verdict.TOO_EARLY)


def test_each_case_counts_once_with_the_customers_last_word(complaint: Standard, olga: Actor, anna: Agent) -> None:
    case = served(anna, done=(1, 2), word="no")
    mark_solved(case=case, actor=acting(anna), summary="Теперь точно")
    confirm_satisfaction(case=fresh(case), actor=customer_actor(case))

    [line] = standards_kept(olga, since=since())

    assert (line.cases, line.with_) == (1, Share(satisfied=1))


def test_other_standards_are_what_one_is_compared_with(complaint: Standard, olga: Actor, anna: Agent) -> None:
    make_standard("Просьба", case_kind="request")
    served(anna, done=(1, 2), word="no")
    served(anna, kind="request", word="yes")
    served(anna, kind="thanks")

    lines = {line.standard.name: line for line in standards_kept(olga, since=since())}

    assert lines.keys() == {"Жалоба", "Просьба"}
    assert lines["Жалоба"].elsewhere == Share(satisfied=1)
    assert (lines["Просьба"].elsewhere, lines["Просьба"].kept) == (Share(dissatisfied=1), 1)


def test_what_lies_before_the_period_went_away_or_is_spam_is_not_counted(
    complaint: Standard, olga: Actor, anna: Agent
) -> None:
    first, second = served(anna), served(anna)
    merge_cases(into=first, other=second, actor=acting(anna))
    spam = served(anna)
    Case.objects.filter(pk=spam.pk).update(state="spam", due_at=None)

    assert [line.cases for line in standards_kept(olga, since=since())] == [1]
    assert standards_kept(olga, since=timezone.now() + SINCE) == []


def test_the_steps_of_a_version_say_what_became_of_each(complaint: Standard, olga: Actor, anna: Agent) -> None:
    assert complaint.live is not None
    served(anna, done=(1, 2), word="yes")
    served(anna, done=(1,), skipped="Главы нет", word="no")
    served(anna, skipped="главы нет")
    served(anna, done=(2,), word="no")

    first, second = steps_kept(olga, complaint.live, since=since())

    assert (first.cases, first.done, first.skipped, first.left_open) == (4, 2, 0, 2)
    assert (second.done, second.skipped, second.left_open) == (2, 2, 0)
    assert (first.after, first.without) == (
        Share(satisfied=1, dissatisfied=1), Share(dissatisfied=1, unconfirmed=1),
    )  # fmt: skip
    assert (second.after.satisfied, second.after.dissatisfied) == (1, 1)
    assert [(because.lower(), times) for because, times in second.reasons] == [("главы нет", 2)]
    assert first.reasons == ()


def test_each_number_opens_its_cases(complaint: Standard, olga: Actor, anna: Agent) -> None:
    assert complaint.live is not None
    kept, no = served(anna, done=(1, 2), word="yes"), served(anna, done=(1, 2), word="no")
    out, left = served(anna, done=(1,), skipped="Нет"), served(anna)

    def of(name: str) -> set[int]:
        found = cases_of_standard(name, olga, standard_id=complaint.pk, since=since(), most=9)
        return {one.case_id for one in found}

    def of_second(name: str) -> dict[int, str]:
        version_id = complaint.live_id or 0
        found = cases_of_step(name, olga, version_id=version_id, number=2, since=since(), most=9)
        return {one.case_id: one.because for one in found}

    assert of("served") == {kept.pk, no.pk, out.pk, left.pk}
    assert of("kept") == of("kept-said") == {kept.pk, no.pk}
    assert of("kept-unsatisfied") == {no.pk}
    assert of("not-kept") == {out.pk, left.pk}
    assert (of("skipped"), of("left-open"), of("broken")) == ({out.pk}, {left.pk}, set())
    assert of_second("step-skipped") == {out.pk: "Нет"}
    assert set(of_second("step-left-open")) == {left.pk}
    assert set(of_second("step-done")) == set(of_second("step-said")) == {kept.pk, no.pk}
    found = cases_of_standard("served", olga, standard_id=complaint.pk, since=since(), most=1)
    assert [(one.case_id, one.word, one.owner_id) for one in found] == [(left.pk, "silent", anna.pk)]


def test_an_agent_without_the_right_counts_nothing(complaint: Standard, anna: Agent) -> None:
    with refused("not_allowed"):
        standards_kept(acting(anna), since=since())


# ── What it means ─────────────────────────────────────────────────────────────────────────
GOOD, POOR, NONE = Share(satisfied=90, dissatisfied=10), Share(satisfied=50, dissatisfied=50), Share()


@pytest.mark.parametrize(
    ("kept", "with_", "without", "elsewhere", "verdict"),
    [
        (share_of(29, 29), POOR, NONE, GOOD, Verdict.TOO_EARLY),
        (share_of(95, 100), GOOD, NONE, GOOD, Verdict.HOLDS),
        (share_of(95, 100), POOR, NONE, GOOD, Verdict.CHANGE_IT),
        (share_of(95, 100), Share(satisfied=14, dissatisfied=15), NONE, GOOD, Verdict.HOLDS),
        (share_of(50, 100), GOOD, GOOD, GOOD, Verdict.SKIPPED),
        (share_of(50, 100), GOOD, POOR, GOOD, Verdict.HELPS_BUT_SKIPPED),
        (share_of(75, 100), GOOD, GOOD, GOOD, Verdict.HOLDS),
        (share_of(95, 100), POOR, NONE, NONE, Verdict.HOLDS),
    ],
)
def test_a_verdict_needs_enough_and_a_proven_difference(
    kept: object, with_: Share, without: Share, elsewhere: Share, verdict: Verdict
) -> None:
    assert verdict_of(kept, with_, without, elsewhere) is verdict  # type: ignore[arg-type]  # a figure


def test_worse_is_what_is_not_by_chance() -> None:
    assert is_worse(POOR, GOOD)
    assert not is_worse(GOOD, POOR)
    assert not is_worse(Share(satisfied=1, dissatisfied=1), GOOD)


# ── Pages ─────────────────────────────────────────────────────────────────────────────────
def test_a_lead_reads_it_opens_the_cases_and_takes_it_out(complaint: Standard, olga: Actor, anna: Agent) -> None:
    served(anna, done=(1,), skipped="Главы нет", word="no")
    lead = desk(Agent.objects.get(pk=olga.pk))
    home = "/desk/standards/figures/"

    page, steps = text(lead.get(home)), text(lead.get(f"{home}{complaint.pk}/"))
    skipped = text(lead.get(f"{home}{complaint.pk}/step-skipped?step=2&version=1"))
    behind = text(lead.get(f"{home}{complaint.pk}/not-kept?days=7"))
    files = [
        lead.post(f"{home}table", {"file": "csv"}),
        lead.post(f"{home}{complaint.pk}/steps?version=1", {"file": "csv"}),
    ]

    assert "Жалоба" in page
    assert "рано судить" in page
    assert "Почему пропускают шаг 2" in steps
    assert "Главы нет" in steps
    assert "Главы нет" in skipped
    assert "Не пришёл учебник" in behind
    tables = [list(csv.reader(io.StringIO(one.content.decode("utf-8-sig")))) for one in files]
    assert tables[0][1][:3] == ["Жалоба", "1", "0.0"]
    assert [row[1] for row in tables[1][1:]] == ["Извинились", "Назвали час"]
    assert lead.post(f"{home}table", {"file": "xlsx"}).status_code == 200


def test_what_is_not_there_is_not_shown(complaint: Standard, olga: Actor, anna: Agent) -> None:
    lead, home = desk(Agent.objects.get(pk=olga.pk)), "/desk/standards/figures/"
    Standard.objects.filter(pk=complaint.pk)

    assert "не закончилось ни одно" in text(lead.get(home))
    for path in (f"{complaint.pk}/?version=7", f"{complaint.pk}/magic", "999/"):
        assert lead.get(f"{home}{path}").status_code == 404
    assert desk(anna).get(home).status_code == 403


def test_the_dialog_shows_what_is_open_and_answering_with_solving_tells_it(complaint: Standard, anna: Agent) -> None:
    case = make_case(owner=anna, kind="complaint")
    client = desk(anna)

    dialog = text(client.get(f"/desk/cases/{case.pk}/dialogs"))
    sent = text(client.post(f"/desk/cases/{case.pk}/reply", {"text": "Едет", "then": "solve"}, follow=True))

    assert "Не сделаны 2 шага стандарта" in dialog
    assert "Назвали час" in dialog
    assert "Не сделаны 2 шага стандарта" in sent
    assert fresh(case).state == "solved"


def test_the_house_says_whether_it_minds(olga: Actor) -> None:
    with refused("not_allowed"):
        standards_kept(Actor(kind=olga.kind), since=since())
    assert standards_kept(SYSTEM, since=since()) == []
