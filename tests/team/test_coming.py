"""Who was invited and never came, and who has left, owns nothing new, whatever a process still believes of the team."""

import smtplib
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from otklik.cases.actions import (
    close_unconfirmed,
    confirm_satisfaction,
    let_agent_go,
    mark_solved,
    open_for_customer,
    reopen,
    transfer,
)
from otklik.cases.models import Alert, Case
from otklik.foundation.actors import SYSTEM
from otklik.foundation.errors import Refusal
from otklik.foundation.models import Event
from otklik.reach.models import Message
from otklik.team import login
from otklik.team.actions import create_agent, create_token, edit_agent, invite_agent, note_coming, note_invitation
from otklik.team.events import AgentInvited
from otklik.team.handlers import send_the_invitation
from otklik.team.models import Agent
from otklik.team.queries import here_in, serves
from tests.building import (
    acting,
    arrive,
    customer_actor,
    fresh,
    letter,
    make_agent,
    make_case,
    make_customer,
    make_inbox,
    outbox,
    run_jobs,
)
from tests.desk.visiting import desk
from tests.stories.test_from_first_word_to_satisfied import plain
from tests.together import locks

IGOR = "igor@gorizont.example"


def invited(name: str = "Игорь Лыткин", email: str = IGOR) -> Agent:
    agent, _new = create_agent(email=email, name=name)
    invite_agent(agent=agent, actor=SYSTEM)
    run_jobs()
    return agent


@pytest.mark.django_db
class TestWhoNeverCame:
    def test_thirteen_letters_go_to_the_one_who_is_here(self) -> None:
        anna = make_agent()
        invited()
        invited("Мария Белова", "maria@gorizont.example")
        make_inbox()

        for number in range(13):
            sender = {"From": f"Клиент <c{number}@mail.example>", "Message_ID": f"<{number}@x.example>"}
            arrive(letter(f"Письмо {number}", **sender))

        assert set(Case.objects.values_list("owner", flat=True)) == {anna.pk}
        assert Case.objects.count() == 13

    def test_they_own_from_the_moment_they_log_in(self) -> None:
        anna, igor = make_agent(), invited()
        make_inbox()
        arrive(letter("Первое", Message_ID="<1@x.example>", From="Пётр <petr@mail.example>"))

        igor.set_password("correct horse battery")
        igor.save()
        Client().post("/account/login/", {"login": IGOR, "password": "correct horse battery"})
        run_jobs()
        arrive(letter("Второе", Message_ID="<2@x.example>", From="Олег <oleg@mail.example>"))

        assert [case.owner for case in Case.objects.order_by("id")] == [anna, igor]
        assert Event.objects.filter(name="team.agent_came").count() == 1

    def test_who_acts_through_a_program_has_come(self) -> None:
        igor = invited()
        token = create_token(agent=igor, actor=SYSTEM)

        answer = Client().get("/api/v1/cases", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 200
        assert serves(igor.pk)
        assert Event.objects.filter(name="team.agent_came").count() == 1

    def test_a_second_log_in_is_no_coming(self) -> None:
        igor = invited()

        note_coming(agent=igor)
        note_coming(agent=igor)

        assert Event.objects.filter(name="team.agent_came").count() == 1

    def test_letters_wait_for_the_first_who_comes(self) -> None:
        make_inbox()
        igor = invited()
        arrive(letter())
        assert Case.objects.count() == 0

        note_coming(agent=igor)
        run_jobs()

        assert Case.objects.get().owner == igor

    def test_nobody_gives_them_a_case(self) -> None:
        case, igor = make_case(), invited()

        with pytest.raises(Refusal) as refused:
            transfer(case=case, actor=acting(case.owner), to=igor, summary="Ждёт учебник")

        assert refused.value.code == "agent_not_come"
        assert fresh(case).owner == case.owner

    def test_nobody_opens_a_case_for_them(self) -> None:
        make_agent()
        igor = invited()

        with pytest.raises(Refusal) as refused:
            open_for_customer(customer=make_customer(), subject="", text="Алло", actor=SYSTEM, owner=igor)

        assert refused.value.code == "agent_not_come"

    def test_they_are_no_choice_on_the_pages(self) -> None:
        anna, igor = make_agent(), invited()

        page = desk(anna).get("/desk/new/")

        assert f'<option value="{anna.pk}">' in page.text
        assert f'<option value="{igor.pk}">' not in page.text


@pytest.mark.django_db
class TestWhoLeft:
    def test_a_memory_of_the_team_gives_them_nothing(self) -> None:
        anna, igor = make_agent(), make_agent("Игорь Лыткин", IGOR)
        make_inbox()
        assert {one.pk for one in here_in(anna.memberships.get().team)} == {igor.pk, anna.pk}

        Agent.objects.filter(pk=anna.pk).update(is_active=False)  # in another process, which forgets only its own
        arrive(letter())

        assert Case.objects.get().owner == igor

    def test_a_closed_case_that_comes_back_has_an_heir_and_the_customer_learns_the_name(self) -> None:
        case = make_case()
        anna, igor = case.owner, make_agent("Игорь Лыткин", IGOR)
        mark_solved(case=case, actor=acting(anna), summary="Отправили")
        run_jobs()
        confirm_satisfaction(case=fresh(case), actor=customer_actor(case))
        let_agent_go(agent=anna, to=None, actor=SYSTEM)

        reopen(case=fresh(case), actor=acting(igor), reason="Ошиблись")
        run_jobs()

        now = fresh(case)
        assert (now.state, now.owner) == ("open", igor)
        assert "Игорь Лыткин" in plain(outbox()[-1])
        happened = Event.objects.get(name="cases.owner_changed")
        assert happened.payload["has_left"] is True

    def test_an_owner_who_is_there_keeps_what_comes_back(self) -> None:
        case = make_case()
        make_agent("Игорь Лыткин", IGOR)
        mark_solved(case=case, actor=acting(case.owner), summary="Отправили")
        close_unconfirmed(case=fresh(case))

        reopen(case=fresh(case), actor=acting(case.owner), reason="Ошиблись")

        assert fresh(case).owner == case.owner

    def test_the_heir_must_be_here_too(self) -> None:
        case, igor = make_case(), invited()

        with pytest.raises(Refusal) as refused:
            let_agent_go(agent=case.owner, to=igor, actor=SYSTEM)

        assert refused.value.code == "agent_not_come"
        assert fresh(case).owner.is_active

    def test_a_case_for_somebody_who_left_is_refused(self) -> None:
        make_agent()
        igor = make_agent("Игорь Лыткин", IGOR)
        edit_agent(agent=igor, actor=SYSTEM, changes={"is_active": False})

        with pytest.raises(Refusal) as refused:
            open_for_customer(customer=make_customer(), subject="", text="Алло", actor=SYSTEM, owner=igor)

        assert refused.value.code == "agent_inactive"

    def test_what_they_would_have_been_told_their_lead_is_told(self) -> None:
        lead = make_agent("Ольга Петрова", "olga@gorizont.example", "lead")
        case = make_case()
        mark_solved(case=case, actor=acting(case.owner), summary="Отправили")
        run_jobs()
        close_unconfirmed(case=fresh(case))
        let_agent_go(agent=case.owner, to=None, actor=SYSTEM)

        answer = letter("Кто это?", From="Чужой <stranger@else.example>", In_Reply_To=_first_id())
        arrive(answer)

        assert Alert.objects.get(reason=Alert.Reason.STRANGER).agent == lead


def _first_id() -> str:
    return f"<{Message.objects.filter(direction='out').order_by('id')[0].external_id}>"


@locks("cases.actions.leaving.let_agent_go")
@pytest.mark.django_db(transaction=True)
def test_who_is_let_go_takes_no_case_that_is_just_becoming_theirs() -> None:
    anna, igor = make_agent(), make_agent("Игорь Лыткин", IGOR)
    customer = make_customer()
    is_named, goes_on = threading.Event(), threading.Event()

    def name_anna() -> None:
        with transaction.atomic():
            open_for_customer(customer=customer, subject="", text="Алло", actor=SYSTEM, owner=anna)
            is_named.set()
            goes_on.wait(5)

    def let_her_go() -> None:
        let_agent_go(agent=Agent.objects.get(pk=anna.pk), to=igor, actor=SYSTEM)

    opening, leaving = _thread(name_anna), _thread(let_her_go, after=is_named)
    leaving.join(0.5)
    waits = leaving.is_alive()
    goes_on.set()
    opening.join(5)
    leaving.join(5)

    assert waits
    assert Case.objects.get().owner == igor
    assert not serves(anna.pk)


def _thread(act: Callable[[], None], *, after: threading.Event | None = None) -> threading.Thread:
    def run() -> None:
        if after is not None:
            after.wait(5)
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db
class TestTheInvitation:
    def refuse(self, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
        def send(*_given: object, **_named: object) -> None:
            raise error

        monkeypatch.setattr(login.EmailMultiAlternatives, "send", send)

    def test_a_refused_one_is_seen_by_the_admins(self, monkeypatch: pytest.MonkeyPatch) -> None:
        admin = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
        self.refuse(monkeypatch, smtplib.SMTPRecipientsRefused({IGOR: (550, b"no such user")}))

        igor = invited()

        assert Alert.objects.get(agent=admin).reason == Alert.Reason.INVITATION
        client = desk(admin)
        assert "Приглашение не принято" in client.get("/desk/settings/agents/").text
        assert "Приглашение не принято" in client.get(reverse("team:agent-edit", args=[igor.pk])).text
        assert "Приглашение не дошло" in client.get("/desk/alerts/").text

    def test_twice_the_same_is_one_word(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_agent("Вера Орлова", "vera@gorizont.example", "admin")
        self.refuse(monkeypatch, smtplib.SMTPResponseException(554, b"no"))
        igor = invited()

        send_the_invitation(AgentInvited(agent_id=igor.pk))
        run_jobs()

        assert Alert.objects.filter(reason=Alert.Reason.INVITATION).count() == 1

    def test_a_server_that_is_away_is_tried_again_and_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        make_agent("Вера Орлова", "vera@gorizont.example", "admin")
        self.refuse(monkeypatch, ConnectionRefusedError())
        igor = create_agent(email=IGOR, name="Игорь Лыткин")[0]

        with pytest.raises(ConnectionRefusedError):
            send_the_invitation(AgentInvited(agent_id=igor.pk))

        igor.refresh_from_db()
        assert igor.invitation_problem == Agent.InvitationProblem.NOT_SENT

    def test_one_that_leaves_later_ends_the_worry(self) -> None:
        igor = create_agent(email=IGOR, name="Игорь Лыткин")[0]
        note_invitation(agent=igor, problem=Agent.InvitationProblem.NOT_SENT)

        send_the_invitation(AgentInvited(agent_id=igor.pk))

        igor.refresh_from_db()
        assert igor.invitation_problem == ""

    def test_who_has_not_come_is_marked_in_the_list(self) -> None:
        admin = make_agent("Вера Орлова", "vera@gorizont.example", "admin")
        invited()

        assert "Приглашение отправлено, входа ещё не было" in desk(admin).get("/desk/settings/agents/").text


@pytest.mark.django_db
class TestSkills:
    def knows(self, agent: Agent, *skills: str) -> Agent:
        return edit_agent(agent=agent, actor=SYSTEM, changes={"skills": list(skills)})

    @pytest.mark.parametrize(
        ("text", "chosen"),
        [
            ("Как оформить возврат денег?", "Игорь Лыткин"),
            ("Где моя доставка?", "Анна Смирнова"),
            ("Добрый день!", "Анна Смирнова"),  # nobody's skill: the least busy, then the first
        ],
    )
    def test_who_knows_the_matter_gets_it(self, text: str, chosen: str) -> None:
        self.knows(make_agent(), "доставка")
        self.knows(make_agent("Игорь Лыткин", IGOR), "Возвраты")
        make_inbox()

        arrive(letter(text, Subject=""))

        assert Case.objects.get().owner.name == chosen

    def test_a_tag_counts_and_a_skill_of_two_words_needs_both(self) -> None:
        self.knows(make_agent(), "онлайн оплата")
        igor = self.knows(make_agent("Игорь Лыткин", IGOR), "сертификаты")

        case, _message = open_for_customer(
            customer=make_customer(), subject="", text="Оплата прошла?", actor=SYSTEM, tags=["сертификат"]
        )

        assert case.owner == igor

    def test_who_served_them_before_goes_before_skill(self) -> None:
        first = make_case()
        self.knows(make_agent("Игорь Лыткин", IGOR), "возврат")

        case, _message = open_for_customer(
            customer=first.customer, subject="Возврат", text="Возврат денег", actor=SYSTEM
        )

        assert case.owner == first.owner
