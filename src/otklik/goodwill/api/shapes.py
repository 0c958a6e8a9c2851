"""What the API says and hears of goodwill: the contract, as types. Money is in minor units (kopecks)."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from otklik.foundation.http.responses import Limit, Moment, Text
from otklik.goodwill.models import Entry, Gesture, Gift, Rule, SaidNo, Situation
from otklik.team.models import Agent

LongText = Annotated[Text, Field(max_length=4_000)]
Code = Annotated[Text, Field(min_length=1, max_length=40)]
Kopecks = Annotated[int, Field(ge=0, le=10**15)]


# ── Said ──────────────────────────────────────────────────────────────────────────────────
class WhoOut(BaseModel):
    id: int
    name: str = Field(examples=["Марина Щербакова"])
    email: str = Field(examples=["marina@gorizont.example"])


class GiftOut(BaseModel):
    """Something an agent may give."""

    code: str = Field(examples=["courier"])
    name: str = Field(examples=["Курьер завтра до 13:00"])
    kind: str = Field(examples=["gift"], description="gift, refund, discount, privilege or missing_part.")
    cost: int = Field(examples=[42000], description="Minor units; of an open one the most.")
    is_open: bool = Field(description="Whoever gives it says how much.")
    needs_a_lead: bool = Field(description="Only a lead gives it.")
    tags: list[str] = Field(examples=[["посылка опоздала"]], description="Tags of cases that it fits.")
    kinds: list[str] = Field(examples=[["complaint"]], description="Kinds of cases that it fits.")
    note: str
    words: str = Field(description="A letter to go with it.")
    is_active: bool


class Gifts(BaseModel):
    items: list[GiftOut]
    next: str | None = None


class GestureOut(BaseModel):
    """What was given in a case, or what a lead was asked about."""

    id: int
    case: int = Field(description="Number of the case.")
    state: str = Field(examples=["given"], description="waiting, given, declined, withdrawn or reversed.")
    gift: str = Field(examples=["courier"], description="Its code.")
    situation: int | None = Field(description="Id of what had happened.")
    amount: int = Field(examples=[42000], description="Minor units.")
    wished: int | None = Field(description="What was asked for, where a lead gave less.")
    reason: str
    words: str = Field(description="The letter to the customer.")
    agent: WhoOut
    answer_by: datetime | None = Field(description="When whoever asked a lead will hear.")
    decided_by: WhoOut | None = Field(description="The lead who answered; null: within the limits of the agent.")
    decision: str = Field(description="What the lead said.")
    told_at: datetime | None = Field(description="When the letter to the customer was written.")
    given_at: datetime | None


class Gestures(BaseModel):
    items: list[GestureOut]
    next: str | None = None


class EntryOut(BaseModel):
    """One entry of the ledger; it never changes. A mistake is reversed by another."""

    id: int
    kind: str = Field(examples=["given"], description="granted, lowered, given, reversed or expired.")
    team: str = Field(examples=["Поддержка"])
    amount: int = Field(examples=[42000], description="Minor units that were moved.")
    case: int | None
    gift: str | None = Field(description="Its code.")
    agent: WhoOut | None
    approved_by: WhoOut | None
    reverses: int | None = Field(description="The entry that this one takes back.")
    at: datetime


class Ledger(BaseModel):
    items: list[EntryOut]
    next: str | None


class LeftOut(BaseModel):
    """What the agent of the token may still give in this case without asking; minor units."""

    today: int
    this_month: int
    budget: int = Field(description="Of the team, this month.")
    is_limited: bool = Field(description="False for a lead, who is bound by the budget alone.")


class SituationOut(BaseModel):
    """What happens to customers, and what is right then."""

    id: int
    name: str = Field(examples=["Книга пришла повреждённой"])
    tags: list[str] = Field(description="Tags of cases that are likely to be this.")
    kinds: list[str]
    gifts: list[str] = Field(description="Codes, the cheaper before the dearer.")
    words: str = Field(description="A letter to go with it; '' for the words of the gift.")
    is_active: bool


class Situations(BaseModel):
    items: list[SituationOut]
    next: str | None = None


class RuleOut(BaseModel):
    """A rule by which a "no" is said."""

    code: str = Field(examples=["after-third-lesson"])
    name: str = Field(examples=["Возврат после третьего занятия"])
    text: str
    words: str
    standard: int | None = Field(description="Id of the service standard that it belongs to.")
    review_at: date | None
    is_active: bool


class Rules(BaseModel):
    items: list[RuleOut]
    next: str | None = None


class SaidNoOut(BaseModel):
    """A "no" to a customer: by which rule, and why."""

    id: int
    case: int
    rule: str = Field(examples=["after-third-lesson"])
    reason: str
    instead: str | None = Field(description="Code of the gift that was offered instead.")
    agent: WhoOut
    told_at: datetime | None
    at: datetime


class SaidNos(BaseModel):
    items: list[SaidNoOut]
    next: str | None = None


class LimitOut(BaseModel):
    agent: WhoOut
    day: int | None
    month: int | None


class BudgetOut(BaseModel):
    team: str
    monthly: int
    left: int = Field(description="Of this month.")


def who(agent: Agent | None) -> WhoOut | None:
    return WhoOut(id=agent.pk, name=agent.name, email=agent.email) if agent else None


def gift_out(gift: Gift) -> GiftOut:
    return GiftOut(**{name: getattr(gift, name) for name in GiftOut.model_fields})


def situation_out(row: Situation) -> SituationOut:
    copied = {name: getattr(row, name) for name in SituationOut.model_fields if name != "gifts"}
    gifts = sorted(row.gifts.all(), key=lambda gift: (gift.cost, gift.name))
    return SituationOut(**copied, gifts=[gift.code for gift in gifts])


def rule_out(rule: Rule) -> RuleOut:
    copied = {name: getattr(rule, name) for name in RuleOut.model_fields if name != "standard"}
    return RuleOut(**copied, standard=rule.standard_id)


def gesture_out(row: Gesture) -> GestureOut:
    people: dict[str, Any] = {"agent": who(row.agent), "decided_by": who(row.decided_by)}
    named: dict[str, Any] = {"case": row.case_id, "gift": row.gift.code, "situation": row.situation_id}
    copied = {name: getattr(row, name) for name in GestureOut.model_fields if name not in {*people, *named}}
    return GestureOut(**copied, **named, **people)


def entry_out(row: Entry) -> EntryOut:
    return EntryOut(
        id=row.pk,
        kind=row.kind,
        team=row.team.name,
        amount=row.amount,
        case=row.case_id,
        gift=row.gift.code if row.gift else None,
        agent=who(row.agent),
        approved_by=who(row.approved_by),
        reverses=row.reverses_id,
        at=row.at,
    )


def said_no_out(row: SaidNo) -> SaidNoOut:
    agent = who(row.agent)
    assert agent is not None, "somebody said it"
    return SaidNoOut(
        id=row.pk,
        case=row.case_id,
        rule=row.rule.code,
        reason=row.reason,
        instead=row.instead.code if row.instead else None,
        agent=agent,
        told_at=row.told_at,
        at=row.at,
    )


# ── Heard ─────────────────────────────────────────────────────────────────────────────────
class GiveIn(BaseModel):
    gift: Code = Field(examples=["courier"], description="Code of the gift.")
    amount: Kopecks | None = Field(None, description="Minor units; null for what the gift costs.")
    reason: LongText = Field("", description="Why it is right for this customer; never leaves the house.")
    words: LongText = Field("", description="A letter to the customer; '' for none.")
    situation: int | None = Field(None, description="Id of what happened; null where nobody says.")


class AskIn(GiveIn):
    answer_by: Moment | None = Field(None, description="By when you will hear; null for as soon as the house promises.")
    told: LongText | None = Field(
        None,
        description="A letter that tells the customer when they will hear, which the case then promises; null for the "
        "usual words, '' for none.",
    )


class AnswerIn(BaseModel):
    is_yes: bool
    words: LongText = Field("", description='Why; a "no" needs it.')
    amount: Kopecks | None = Field(
        None, description="Minor units of a yes to less than was asked, of an open gift; null for all of it."
    )


class TellIn(BaseModel):
    words: LongText = Field(description="The letter to the customer.")


class BecauseIn(BaseModel):
    reason: LongText = Field(examples=["Записали дважды"])


class RefuseIn(BaseModel):
    rule: Code = Field(examples=["after-third-lesson"], description="Code of the rule.")
    reason: LongText = Field(description="Why, in words that a customer understands.")
    words: LongText = Field("", description="The letter that says it; '' when it was said another way.")
    instead: Code | None = Field(None, description="Code of the gift that is offered instead.")


class GiftIn(BaseModel):
    """What is not given stays as it is, or is the usual."""

    code: Annotated[Text, Field(max_length=40, pattern=r"^[a-z0-9_-]*$")] | None = None
    name: Annotated[Text, Field(max_length=120)] | None = None
    kind: Annotated[Text, Field(max_length=12)] | None = None
    cost: Kopecks | None = None
    is_open: bool | None = None
    needs_a_lead: bool | None = None
    tags: Annotated[list[Text], Field(max_length=50)] | None = None
    kinds: Annotated[list[Text], Field(max_length=10)] | None = None
    note: Annotated[Text, Field(max_length=160)] | None = None
    words: LongText | None = None
    is_active: bool | None = None


class SituationIn(BaseModel):
    """What is not given stays as it is."""

    name: Annotated[Text, Field(max_length=120)] | None = None
    tags: Annotated[list[Text], Field(max_length=50)] | None = None
    kinds: Annotated[list[Text], Field(max_length=10)] | None = None
    gifts: Annotated[list[Code], Field(max_length=50)] | None = Field(None, description="Codes of gifts.")
    words: LongText | None = None
    is_active: bool | None = None


class RuleIn(BaseModel):
    """What is not given stays as it is."""

    code: Annotated[Text, Field(max_length=40, pattern=r"^[a-z0-9_-]*$")] | None = None
    name: Annotated[Text, Field(max_length=120)] | None = None
    text: LongText | None = None
    words: LongText | None = None
    standard: int | None = Field(None, description="Id of a service standard.")
    review_at: date | None = None
    is_active: bool | None = None


class LimitIn(BaseModel):
    agent: int | Text = Field(description="E-mail or id.")
    day: Kopecks | None = Field(None, description="Minor units; null: as much as everybody.")
    month: Kopecks | None = None


class BudgetIn(BaseModel):
    team: int | Text = Field(description="Name or id.")
    monthly: Kopecks


class LedgerFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50
