"""Everyone who asked hears that it was changed because they said so: by a press, in their own channel, once."""

import pytest
from django.test import Client

from otklik.cases.actions import erase_person
from otklik.cases.models import Alert, Case
from otklik.customers.actions import add_contact_point
from otklik.customers.models import ContactPoint
from otklik.foundation.actors import SYSTEM
from otklik.foundation.signing import seal
from otklik.reach.models import GateRefusal, Message
from otklik.suggestions import actions
from otklik.suggestions.models import Suggestion, Telling, Voice
from otklik.suggestions.queries import plan_of, voice_link
from tests.building import acting, arrive, letter, make_agent, make_case, make_customer, make_inbox, refused, run_jobs
from tests.reach.channels.other_side import knock, make_channel, other_side, word
from tests.suggestions.making import WORDS, done, fresh, make_suggestion, olga, pyotr, told, voice

pytestmark = pytest.mark.django_db
EN = {"accept-language": "en"}


def letters() -> list[Message]:
    return list(
        Message.objects.filter(purpose="suggestions.told").select_related("agent", "conversation").order_by("id")
    )


def path_of(one: Voice) -> str:
    return f"/idea/{voice_link(one).partition('/idea/')[2]}"


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def wanted(case: Case) -> Suggestion:
    """Done; Ivan had asked for it in his case, Pyotr by phone."""
    row = make_suggestion(case.customer, case=case, source="message")
    voice(row, pyotr(), "И мне")
    return done(row)


def test_each_is_written_to_where_they_asked_by_whoever_accompanied_them(case: Case, wanted: Suggestion) -> None:
    plan = plan_of(wanted)
    told(wanted, people=2)
    run_jobs()

    assert (plan.people, plan.reached, plan.ways) == (2, 2, {"email": 2})
    ivans, pyotrs = letters()
    assert (ivans.conversation.thread.case, ivans.agent) == (case, case.owner)  # type: ignore[attr-defined]
    assert pyotrs.agent_id == olga().pk
    assert pyotrs.conversation.address == "petr@mail.example"
    for part in ("Записи теперь открыты полгода.", WORDS, "Иван"):
        assert part in ivans.full_text
    assert Voice.objects.filter(told_at=None).count() == 0


def test_nobody_is_told_twice(wanted: Suggestion) -> None:
    told(wanted, people=2)
    with refused("nobody_to_tell"):
        told(wanted, people=0)
    run_jobs()
    for one in Voice.objects.all():
        actions.tell_one(voice_id=one.pk)
    assert actions.voices_to_tell(telling_id=Telling.objects.get().pk) == []
    run_jobs()

    assert len(letters()) == 2


def test_whoever_comes_later_is_told_by_another_press(wanted: Suggestion) -> None:
    told(wanted, people=2)
    run_jobs()
    voice(wanted, make_customer("Лидия", "lidia@mail.example"), "И я")

    assert plan_of(wanted).people == 1
    told(wanted, people=1, words="Уже сделано.")
    run_jobs()

    assert [one.text for one in letters()][2:] == ["Уже сделано."]


def test_a_press_says_what_was_seen(wanted: Suggestion) -> None:
    with refused("changed_meanwhile"):
        told(wanted, people=1)
    with refused("letter_missing"):
        told(wanted, people=2, words=" ")
    actions.move(suggestion=wanted, to="in_work", actor=olga())
    with refused("not_done_yet"):
        told(wanted, people=2)

    assert not Telling.objects.exists()


def test_who_cannot_be_written_to_is_called(case: Case, wanted: Suggestion) -> None:
    ContactPoint.objects.filter(value="petr@mail.example").update(bounce="hard")
    add_contact_point(customer=pyotr_of(wanted), kind="phone", value="+7 900 000-00-01", actor=SYSTEM)
    assert plan_of(wanted).ways == {"email": 1, "no_way": 1}
    told(wanted, people=2)
    run_jobs()

    call = Voice.objects.get(not_told="no_way")
    actions.note_told(voice=call, actor=acting(case.owner))

    assert Voice.objects.get(pk=call.pk).told_at is not None
    with refused("told_already"):
        actions.note_told(voice=call, actor=acting(case.owner))
    assert len(letters()) == 1


def pyotr_of(row: Suggestion) -> object:
    return Voice.objects.get(suggestion=row, customer__name="Пётр Новосёльцев").customer


def test_the_gate_is_asked_and_its_no_stays_beside_the_voice(case: Case, wanted: Suggestion) -> None:
    conversation = case.threads.get().conversation  # type: ignore[attr-defined]
    type(conversation).objects.filter(pk=conversation.pk).update(is_sender_trusted=False)

    told(wanted, people=2)
    run_jobs()

    assert Voice.objects.get(customer=case.customer).not_told == "refused"
    assert GateRefusal.objects.get().purpose == "suggestions.told"


def test_who_asked_in_a_messenger_hears_it_there() -> None:
    make_agent("Ада Админ", "ada@gorizont.example", "admin")
    with other_side() as side:
        inbox = make_channel(side.url)
        knock(inbox, word())
        case = Case.objects.get()
        row = done(make_suggestion(case.customer, case=case, source="message"))

        told(row, people=1)
        run_jobs()

        assert letters()[0].conversation.inbox_id == inbox.pk
        assert any("Записи теперь открыты" in str(one) for one in side.got)


def test_what_comes_back_opens_a_case(wanted: Suggestion) -> None:
    told(wanted, people=2)
    run_jobs()
    _ivans, pyotrs = letters()

    arrive(letter("Спасибо, но как?", From="petr@mail.example", In_Reply_To=f"<{pyotrs.external_id}>"))

    assert Case.objects.filter(customer=pyotr()).count() == 1


def test_an_erased_person_is_not_told(case: Case, wanted: Suggestion) -> None:
    erase_person(customer=case.customer, actor=SYSTEM)
    run_jobs()

    assert plan_of(wanted).people == 1


def test_a_colleague_is_told_here() -> None:
    anna = make_agent()
    row = done(actions.suggest_as_colleague(words="Второй монитор", actor=acting(anna)))

    assert plan_of(row).ways == {"colleague": 1}
    told(row, people=1)
    run_jobs()

    assert Alert.objects.get(agent=anna).reason == "suggestions.done"
    assert Voice.objects.get().told_at is not None


# ── Whether it helped ─────────────────────────────────────────────────────────────────────
def test_opening_the_page_says_nothing_the_button_does(client: Client, case: Case, wanted: Suggestion) -> None:
    told(wanted, people=2)
    run_jobs()
    one = Voice.objects.get(customer=case.customer)
    assert f"{path_of(one)}?helped=yes" in str(letters()[0].sheet)

    page = client.get(f"{path_of(one)}?helped=yes", headers=EN)
    assert (page.status_code, Voice.objects.get(pk=one.pk).helped) == (200, None)
    thanks = client.post(path_of(one), {"helped": "yes"}, headers=EN)

    assert "Thank you for saying it" in thanks.text
    assert Voice.objects.get(pk=one.pk).helped is True
    assert not Alert.objects.filter(reason="suggestions.not_helped").exists()


def test_a_no_is_told_to_whoever_sees_to_it_once(client: Client, case: Case, wanted: Suggestion) -> None:
    one = Voice.objects.get(customer=case.customer)
    for _time in range(2):
        client.post(path_of(one), {"helped": "no", "words": "Третьего занятия нет"})

    assert Alert.objects.get(reason="suggestions.not_helped").agent_id == fresh(wanted).owner_id
    assert Voice.objects.get(pk=one.pk).helped_words == "Третьего занятия нет"


def test_a_link_that_leads_nowhere_says_so_kindly(client: Client, case: Case, wanted: Suggestion) -> None:
    one = Voice.objects.get(customer=case.customer)
    erase_person(customer=case.customer, actor=SYSTEM)

    for link in (path_of(one), "/idea/made-up/", f"/idea/{seal('suggestions.voice', [0, 0])}/"):
        assert client.get(link, headers=EN).status_code == 404


def test_an_inbox_is_needed_for_a_letter_of_its_own() -> None:
    row = done(make_suggestion())

    assert plan_of(row).ways == {"no_way": 1}
    make_inbox()
    assert plan_of(row).ways == {"email": 1}
