import base64
import re
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from otklik.cases.models import Case
from otklik.customers.actions import erase_customer
from otklik.customers.models import AddressProof, ContactPoint
from otklik.foundation.actors import SYSTEM
from otklik.foundation.signing import seal
from otklik.portal.queries import sign_in_word
from otklik.reach.models import Conversation, Message
from tests.building import IVAN, make_agent, make_case, make_customer, outbox, run_jobs

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def code_in_letter() -> str:
    mail = message_from_bytes(outbox()[-1], policy=policy.default)
    found = re.search(r"\b\d{6}\b", str(mail["Subject"]))
    assert found is not None, mail["Subject"]
    return found.group()


def ask(client: Client, email: str = IVAN) -> int:
    status = client.post("/my/", {"email": email}, headers=EN).status_code
    run_jobs()
    return status


def test_a_code_by_letter_opens_all_cases(client: Client) -> None:
    case = make_case()
    ask(client)

    answer = client.post("/my/code/", {"code": f" {code_in_letter()[:3]} {code_in_letter()[3:]} "})
    page = client.get(answer["Location"], headers=EN)

    assert case.subject in page.text
    assert IVAN in page.text
    assert ContactPoint.objects.get(value=IVAN).verified_at is not None
    assert client.get(re.findall(r'href="(/case/[^"]+)"', page.text)[0]).status_code == 200


@pytest.mark.parametrize(("language", "says"), [("en", "is your code"), ("ru", "ваш код")])
def test_the_letter_with_the_code_speaks_as_the_page_does(client: Client, language: str, says: str) -> None:
    make_case()

    client.post("/my/", {"email": IVAN}, headers={"accept-language": language})
    run_jobs()

    mail = message_from_bytes(outbox()[-1], policy=policy.default)
    assert says in str(mail["Subject"])


def test_a_code_is_no_message_of_any_case(client: Client) -> None:
    make_case()
    before = (Case.objects.count(), Conversation.objects.count(), Message.objects.count())

    ask(client)

    assert (Case.objects.count(), Conversation.objects.count(), Message.objects.count()) == before
    assert b"Auto-Submitted" in outbox()[-1]


def test_the_answer_is_the_same_for_an_unknown_address_but_no_letter_leaves(client: Client) -> None:
    make_case()
    letters = len(outbox())

    known = client.post("/my/", {"email": IVAN}, headers=EN)
    known_page = client.get("/my/code/", headers=EN).text
    unknown = client.post("/my/", {"email": "nobody@mail.example"}, headers=EN)
    unknown_page = client.get("/my/code/", headers=EN).text
    run_jobs()

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert _bare(known_page.replace(IVAN, "?")) == _bare(unknown_page.replace("nobody@mail.example", "?"))
    assert len(outbox()) == letters + 1
    wrong = client.post("/my/code/", {"code": "000000"}, headers=EN)
    assert "not the code from the letter" in wrong.text


def _bare(page: str) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|X-CSRFToken": )[^>]*', "", page)


def test_five_wrong_tries_end_the_code(client: Client) -> None:
    make_case()
    ask(client)
    right = code_in_letter()
    wrong = "000000" if right != "000000" else "111111"

    says = [client.post("/my/code/", {"code": wrong}, headers=EN) for _try in range(5)]
    late = client.post("/my/code/", {"code": right}, headers=EN)

    assert {page.status_code for page in says} == {422}
    assert "no longer valid" in late.text
    assert "otk_my" not in client.cookies


def test_a_code_works_once_and_for_ten_minutes(client: Client) -> None:
    make_case()
    ask(client)
    first = code_in_letter()
    client.post("/my/code/", {"code": first})

    other = Client()
    other.post("/my/", {"email": IVAN})
    assert other.post("/my/code/", {"code": first}).status_code == 422
    run_jobs()
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert other.post("/my/code/", {"code": code_in_letter()}).status_code == 422


def test_only_the_hash_of_a_code_is_kept(client: Client) -> None:
    make_case()
    ask(client)

    proof = AddressProof.objects.get()

    assert code_in_letter() not in f"{proof.digest} {proof.address}"


def test_codes_are_limited_per_address(client: Client) -> None:
    make_case()

    statuses = [ask(client) for _time in range(6)]

    assert statuses == [302] * 5 + [429]


def test_signing_out_and_erasing_end_the_session(client: Client) -> None:
    case = make_case()
    ask(client)
    client.post("/my/code/", {"code": code_in_letter()})
    assert case.subject in client.get("/my/").text

    stays = client.cookies["otk_my"].value
    client.post("/my/out/")
    assert case.subject not in client.get("/my/").text
    client.cookies["otk_my"] = stays
    assert case.subject not in client.get("/my/").text
    client.cookies["otk_my"] = sign_in_word(case.customer, IVAN)
    assert case.subject in client.get("/my/").text
    erase_customer(customer=case.customer, actor=SYSTEM)
    assert "№" not in client.get("/my/").text


def test_nobody_sees_the_cases_of_another(client: Client) -> None:
    make_case(subject="Дело Ивана")
    make_case(
        owner=Case.objects.get().owner, customer=make_customer("Пётр", "petr@mail.example"), subject="Дело Петра",
        address="petr@mail.example",
    )  # fmt: skip
    ask(client)
    client.post("/my/code/", {"code": code_in_letter()})

    page = client.get("/my/").text

    assert "Дело Ивана" in page
    assert "Дело Петра" not in page


def test_a_made_up_session_is_none(client: Client) -> None:
    client.cookies["otk_my"] = "WzEsIml2YW4iXQ:1abc:forged"
    client.cookies["otk_code"] = seal("asked", IVAN)  # by an earlier version

    assert client.get("/my/").status_code == 200
    assert client.get("/my/code/").status_code == 302


def test_many_cases_come_in_pages_with_few_queries(client: Client, django_assert_max_num_queries: object) -> None:
    anna = make_agent()
    for number in range(30):
        make_case(owner=anna, subject=f"Дело {number:02}")
    ask(client)
    client.post("/my/code/", {"code": code_in_letter()})
    client.get("/my/")

    with django_assert_max_num_queries(4):  # type: ignore[operator]  # one tells whether they suggested anything
        first = client.get("/my/").text
    second = client.get("/my/" + re.findall(r'href="(\?after=[^"]+)"', first)[0]).text

    assert len(re.findall(r"Дело \d\d", first)) == 25
    assert len(re.findall(r"Дело \d\d", second)) == 5
    assert client.get("/my/?after=nonsense").status_code == 422


# ── Others ────────────────────────────────────────────────────────────────────────────────
def enter(client: Client, code: str) -> int:
    return client.post("/my/code/", {"code": code}).status_code


def test_nobody_uses_up_the_code_of_another(client: Client) -> None:
    make_case()
    ask(client)
    mine = code_in_letter()
    stranger = Client(REMOTE_ADDR="203.0.113.5")
    for _time in range(6):
        ask(stranger)
        for _try in range(6):
            stranger.post("/my/code/", {"code": "000000"})

    assert enter(client, mine) == 302


def test_nobody_uses_up_the_requests_of_another(client: Client) -> None:
    make_case()
    for number in range(9):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")
        for _time in range(6):
            ask(stranger)

    assert ask(client) == 302
    assert enter(client, code_in_letter()) == 302


def test_a_browser_that_proved_the_address_before_is_not_slowed_by_a_flood(client: Client) -> None:
    make_case()
    ask(client)
    enter(client, code_in_letter())
    client.post("/my/out/")
    for number in range(14):
        stranger = Client(REMOTE_ADDR=f"203.0.113.{number}")
        for _time in range(5):
            stranger.post("/my/", {"email": IVAN})

    assert Client(REMOTE_ADDR="198.51.100.7").post("/my/", {"email": IVAN}).status_code == 429
    assert ask(client) == 302
    assert enter(client, code_in_letter()) == 302
    assert IVAN.encode() not in base64.urlsafe_b64decode(client.cookies["otk_known"].value.split(":")[0] + "==")


def test_a_browser_that_proved_the_address_before_is_limited_too(client: Client) -> None:
    make_case()
    ask(client)
    enter(client, code_in_letter())
    client.post("/my/out/")

    assert [ask(client) for _time in range(6)] == [302] * 5 + [429]


def test_a_code_works_only_where_it_was_asked_for(client: Client) -> None:
    make_case()
    ask(client)
    code = code_in_letter()
    other = Client(REMOTE_ADDR="203.0.113.5")
    ask(other)

    assert enter(other, code) == 422 or code == code_in_letter()
