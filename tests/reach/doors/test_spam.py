"""Letters that a mail server calls spam wait apart: nobody is answered, nobody is learned, a person may take one in."""

import pytest

from otklik.cases.models import Case
from otklik.customers.models import Customer
from otklik.foundation.errors import Refusal
from otklik.reach.actions import release_held
from otklik.reach.models import Message, RawMessage
from otklik.reach.queries import held, held_letters, spam
from tests.building import acting, arrive, letter, make_agent, make_inbox, make_lead, run_jobs
from tests.desk.visiting import desk

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("name", "value", "is_spam"),
    [
        ("X-Spam-Flag", "YES", True),
        ("X-Spam-Status", "Yes, score=12.1 required=5.0 tests=BAYES_99", True),
        ("X-Yandex-Spam", "4", True),
        ("X-Mras", "SPAM", True),
        ("X-KLMS-AntiSpam-Status", "spam", True),
        ("X-Rspamd-Action", "add header", True),
        ("X-MS-Exchange-Organization-SCL", "6", True),
        ("X-Forefront-Antispam-Report", "CIP:1.2.3.4;SFV:SPM;H:x", True),
        ("X-Spam-Flag", "NO", False),
        ("X-Spam-Status", "No, score=-0.1 tests=SPAM_YES", False),
        ("X-Yandex-Spam", "1", False),
        ("X-Mras", "Ok", False),
        ("X-KLMS-AntiSpam-Status", "not_detected", False),
        ("X-Rspamd-Action", "no action", False),
        ("X-MS-Exchange-Organization-SCL", "1", False),
        ("X-Forefront-Antispam-Report", "CIP:1.2.3.4;SFV:NSPM;H:x", False),
    ],
)
def test_what_servers_say(name: str, value: str, is_spam: bool) -> None:  # noqa: FBT001
    lead = make_lead()
    make_inbox()

    raw = arrive(letter(**{name.replace("-", "_"): value}))

    raw.refresh_from_db()
    assert (raw.state == RawMessage.State.HELD) is is_spam
    assert Case.objects.exists() is not is_spam
    assert Customer.objects.exists() is not is_spam
    assert Message.objects.filter(direction="out").exists() is not is_spam
    assert spam(acting(lead)).exists() is is_spam
    assert not held(acting(lead)).exists()
    assert held_letters() == 0


def test_a_reply_to_us_is_heard_whatever_a_filter_thinks() -> None:
    make_agent()
    make_inbox()
    arrive(letter())
    ours = Message.objects.get(purpose="acknowledgement")

    arrive(letter("Спасибо, жду", In_Reply_To=f"<{ours.external_id}>", X_Spam_Flag="YES"))

    assert Message.objects.filter(direction="in").count() == 2


def test_what_is_released_becomes_a_case_with_a_receipt_once() -> None:
    lead = make_lead()
    make_inbox()
    raw = arrive(letter(X_Spam_Flag="YES"))
    raw.refresh_from_db()

    release_held(raw=raw, actor=acting(lead))
    run_jobs()

    assert Case.objects.count() == 1
    assert Message.objects.filter(purpose="acknowledgement").count() == 1
    assert not spam(acting(lead)).exists()
    with pytest.raises(Refusal) as refused:
        release_held(raw=raw, actor=acting(lead))
    assert refused.value.code == "changed_meanwhile"


def test_spam_has_a_list_of_its_own() -> None:
    lead = make_lead()
    make_inbox()
    arrive(letter(Subject="Казино", X_Spam_Flag="YES"))

    assert "Казино" in desk(lead).get("/desk/held/?only=spam").text
    assert "Казино" not in desk(lead).get("/desk/held/").text
