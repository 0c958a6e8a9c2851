"""Customers read what was written of how they like to be served, and change it themselves."""

import pytest
from django.test import Client

from otklik.customers.actions import Wished, write_wishes
from otklik.customers.models import ContactPoint
from otklik.customers.queries import newest_wishes
from otklik.portal.queries import sign_in_word
from tests.building import IVAN, acting, make_case

pytestmark = pytest.mark.django_db
RU = {"accept-language": "ru"}


@pytest.fixture
def ivan(client: Client) -> Client:
    case = make_case()
    write_wishes(customer=case.customer, actor=acting(case.owner), wished=Wished(pace="short", upset="Долго ждал"))
    client.cookies["otk_my"] = sign_in_word(case.customer, IVAN)
    return client


def number_of(client: Client) -> int:
    return int(client.get("/my/served/").context["form"]["was"].value())


def test_it_stands_on_their_page_with_who_wrote_it(ivan: Client) -> None:
    page = ivan.get("/my/", headers=RU).text

    assert "коротко · расстроило: Долго ждал" in " ".join(page.split())
    assert "Анна Смирнова" in page


def test_they_change_it_themselves(ivan: Client) -> None:
    answer = ivan.post("/my/served/", {"was": number_of(ivan), "pace": "detailed", "needs": ["large_print"]})

    assert answer["Location"] == "/my/"
    held = newest_wishes(ContactPoint.objects.get(value=IVAN).customer_id)
    assert held is not None
    assert (held.pace, held.needs, held.upset, held.agent_name) == ("detailed", ["large_print"], "", "")
    assert "Вы так сказали" in ivan.get("/my/", headers=RU).text
    assert "было «Долго ждал»" in ivan.get("/my/served/", headers=RU).text


def test_what_is_wrong_stands_at_its_field(ivan: Client) -> None:
    answer = ivan.post("/my/served/", {"was": number_of(ivan), "form": "patronymic"}, headers=RU)

    assert answer.status_code == 422
    assert "called_as" in answer.context["form"].errors


def test_a_colleague_has_written_meanwhile(ivan: Client) -> None:
    told = ivan.post("/my/served/", {"was": 0, "pace": "detailed"}, headers=RU)

    assert told.status_code == 422
    assert "Кто-то написал здесь тем временем" in told.text
    assert told.context["form"]["was"].value() == "1"
    assert ivan.post("/my/served/", {"was": 1, "pace": "detailed"}).status_code == 302


def test_a_stranger_proves_an_address_first(client: Client) -> None:
    assert client.get("/my/served/")["Location"] == "/my/"
    assert client.post("/my/served/", {"was": 0, "pace": "short"})["Location"] == "/my/"
