"""The first steps of a new house: each is done when it has really happened, and never by a press alone."""

import pytest
from django.test import Client

from otklik.desk.first_steps import first_steps, steps_left
from otklik.foundation.database.remembering import forget_everything
from otklik.foundation.models import Event
from otklik.foundation.policies import policy
from otklik.reach.actions import add_email_inbox, prepare_inboxes
from otklik.team.actions import ensure_first_team, set_working_time
from otklik.team.models import Agent
from tests.building import acting, arrive, letter, make_agent, make_case, make_lead, run_jobs
from tests.desk.visiting import desk
from tests.portal.typing_in import send_form

pytestmark = pytest.mark.django_db
PAGE = "/desk/settings/steps"


@pytest.fixture
def admin() -> Agent:
    """The first person of a house as `otklik up` and `otklik user create` leave it."""
    ensure_first_team()
    prepare_inboxes()
    return make_agent("Вера Орлова", "vera@gorizont.example", "admin")


def done() -> set[str]:
    forget_everything()
    return {step.name for step in first_steps() if step.is_done}


def test_a_new_house_has_everything_before_it(admin: Agent) -> None:
    page = desk(admin).get(PAGE)

    assert done() == set()
    assert page.status_code == 200
    assert [page.text.count(f'id="step-{name}"') for name in ("inbox", "people", "hours", "form", "letter")] == [1] * 5
    assert page.text.count('aria-current="step"') == 1


def test_each_step_is_done_by_what_happens(admin: Agent) -> None:
    add_email_inbox(address="help@gorizont.example")
    assert done() == {"inbox"}

    make_agent()
    assert done() == {"inbox", "people"}

    calendar = ensure_first_team().working_time
    week = [[["09:00", "18:00"]]] * 5 + [[], []]
    set_working_time(
        name="Будни", time_zone="Asia/Omsk", week=week, exceptions={}, calendar=calendar, actor=acting(admin)
    )
    assert done() == {"inbox", "people", "hours"}

    send_form(Client())
    assert done() == {"inbox", "people", "hours", "form"}

    arrive(letter("Здравствуйте!", To="help@gorizont.example"))
    run_jobs()
    assert done() == {"inbox", "people", "hours", "form", "letter"}
    assert steps_left() == 0
    page = desk(admin).get("/desk/")
    assert (page.status_code, PAGE in page.text) == (200, False)


def test_an_invited_colleague_who_has_not_come_is_named_and_not_counted(admin: Agent) -> None:
    make_agent("Анна Серова", "anna@gorizont.example")
    Agent.objects.filter(email="anna@gorizont.example").update(came_at=None)

    people = next(step for step in first_steps() if step.name == "people")

    assert not people.is_done
    assert "Анна Серова" in people.news


def test_a_switched_off_inbox_is_no_inbox(admin: Agent) -> None:
    inbox = add_email_inbox(address="help@gorizont.example")
    type(inbox).objects.update(is_active=False)

    assert "inbox" not in done()


def test_who_works_round_the_clock_says_so(admin: Agent) -> None:
    client = desk(admin)

    answer = client.post(PAGE, {"do": "always-open"})

    assert answer.status_code == 302
    assert done() == {"hours"}
    assert Event.objects.get(name="foundation.policies_changed").payload["names"] == ["house.works_round_the_clock"]


def test_the_desk_leads_an_admin_there_once_and_reminds_until_put_away(admin: Agent) -> None:
    client = desk(admin)

    first, second = client.get("/desk/"), client.get("/desk/")
    client.post(PAGE, {"do": "put-away"})
    forget_everything()
    third = client.get("/desk/")

    assert (first.status_code, first["Location"]) == (302, PAGE)
    assert (second.status_code, PAGE in second.text) == (200, True)
    assert PAGE not in third.text
    assert PAGE in client.get("/desk/settings/company").text
    client.post(PAGE, {"do": "show-again"})
    assert policy("house.first_steps_put_away") is False


def test_a_house_where_something_has_happened_leads_nobody_away(admin: Agent) -> None:
    make_case()

    assert desk(admin).get("/desk/").status_code == 200


def test_who_is_no_admin_is_neither_led_nor_let_there(admin: Agent) -> None:
    anna, olga = desk(make_agent()), desk(make_lead())

    assert [client.get("/desk/").status_code for client in (anna, olga)] == [200, 200]
    assert [client.get(PAGE).status_code for client in (anna, olga)] == [403, 403]
    assert [client.post(PAGE, {"do": "put-away"}).status_code for client in (anna, olga)] == [403, 403]
    assert policy("house.first_steps_put_away") is False


def test_a_press_that_means_nothing_changes_nothing(admin: Agent) -> None:
    desk(admin).post(PAGE, {"do": "everything"})

    assert not Event.objects.filter(name="foundation.policies_changed").exists()


@pytest.mark.parametrize("path", ["/", "/contact/", "/help/", "/my/", "/how-we-count/"])
def test_a_visitor_of_an_empty_house_is_served(path: str) -> None:
    ensure_first_team()
    prepare_inboxes()

    assert Client().get(path, follow=True).status_code == 200


def test_a_visitor_who_writes_to_an_empty_house_is_told_and_keeps_the_words() -> None:
    ensure_first_team()
    prepare_inboxes()

    answer = send_form(Client(headers={"accept-language": "ru"}), text="Не открывается третий урок")

    assert answer.status_code in {409, 422}
    assert "Не открывается третий урок" in answer.text
    assert "Мы только открываемся" in answer.text
