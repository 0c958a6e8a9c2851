from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AGENT = "team.Agent"
CASE = "cases.Case"


# ── What may be given, and how much of it ─────────────────────────────────────────────────
class Gift(models.Model):
    """Something an agent may give. Money is in kopecks.

    ``cost``: what it costs us; of one that is ``is_open`` the most, and whoever gives says how much. ``tags``:
    those of cases that it fits, lower-case; ``kinds``: kinds of cases that it fits. ``words``: a letter to go with it.
    ``note``: one line for the agent, such as how soon it is there.
    """

    class Kind(models.TextChoices):
        GIFT = "gift"
        REFUND = "refund"
        DISCOUNT = "discount"
        PRIVILEGE = "privilege"
        MISSING_PART = "missing_part"

    code = models.SlugField(max_length=40, unique=True, allow_unicode=False)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.GIFT)
    cost = models.PositiveBigIntegerField(default=0)
    is_open = models.BooleanField(default=False)
    needs_a_lead = models.BooleanField(default=False)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    note = models.CharField(max_length=160, blank=True)
    words = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="a_gift_has_a_name_and_a_code"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(cost__gt=0), name="an_open_gift_says_how_much_it_may_be_at_most"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Situation(models.Model):
    """What happened to a customer, and what is right then: some gifts, of which the cheaper comes first.

    ``tags`` (lower-case) and ``kinds``: of cases that are likely to be this. ``words``: the letter to go with it,
    whichever of the gifts it is; '' for those of the gift.
    """

    name = models.CharField(max_length=120, unique=True)
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    kinds = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    words = models.TextField(blank=True)
    gifts = models.ManyToManyField(Gift, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(name=""), name="a_situation_has_a_name"),)

    def __str__(self) -> str:
        return self.name


class Limit(models.Model):
    """What one agent may give without asking, in kopecks; None: as much as the house lets everybody."""

    agent = models.OneToOneField(AGENT, primary_key=True, on_delete=models.CASCADE, related_name="+")
    day = models.PositiveBigIntegerField(null=True)
    month = models.PositiveBigIntegerField(null=True)


class Budget(models.Model):
    """What a team may give in a month, in kopecks; its row is held by whoever takes from it or puts back."""

    team = models.OneToOneField("team.Team", primary_key=True, on_delete=models.CASCADE, related_name="+")
    monthly = models.PositiveBigIntegerField(default=0)


# ── The ledger: nothing in these tables is ever changed or deleted, by triggers ───────────
class Account(models.Model):
    """One side of a posting: the ``house`` gives ``budget`` to a team, from which it is ``given`` or ``expired``."""

    class Kind(models.TextChoices):
        HOUSE = "house"
        BUDGET = "budget"
        GIVEN = "given"
        EXPIRED = "expired"

    kind = models.CharField(max_length=8, choices=Kind)
    team = models.ForeignKey("team.Team", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "team"], nulls_distinct=False, name="a_team_has_one_account_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind="house", team=None) | (~Q(kind="house") & Q(team__isnull=False)),
                name="only_the_house_has_an_account_without_a_team",
            ),
        )


class Entry(models.Model):
    """One balanced transfer of ``amount`` kopecks. ``key``: whatever is written by the same key is written once.

    ``reverses``: the entry that this one takes back, each at most once. Without words: these stand in the gesture.
    """

    class Kind(models.TextChoices):
        GRANTED = "granted"
        LOWERED = "lowered"
        GIVEN = "given"
        REVERSED = "reversed"
        EXPIRED = "expired"

    kind = models.CharField(max_length=8, choices=Kind)
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()
    key = models.CharField(max_length=200, unique=True)
    case = models.ForeignKey(CASE, null=True, on_delete=models.PROTECT, related_name="+")
    gift = models.ForeignKey(Gift, null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["team", "-id"], name="ledger_of_team"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="reversed", reverses__isnull=False) | (~Q(kind="reversed") & Q(reverses=None)),
                name="only_a_reversal_reverses",
            ),
            models.CheckConstraint(
                condition=~Q(kind="given") | Q(case__isnull=False, gift__isnull=False, agent__isnull=False),
                name="what_is_given_says_what_by_whom_and_in_which_case",
            ),
            models.CheckConstraint(condition=~Q(key=""), name="an_entry_has_a_key"),
        )


class Lot(models.Model):
    """A part of a team's budget that can be given from ``active_from`` until before ``expires_at``."""

    entry = models.OneToOneField(Entry, primary_key=True, on_delete=models.PROTECT, related_name="lot")
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    active_from = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["team", "expires_at"], name="lots_of_team"),)
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("active_from")), name="a_lot_ends_after_it_begins"),
        )


class Posting(models.Model):
    """One leg of an entry: positive flows in. The legs of an entry add up to nothing, a lot never falls below it."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    lot = models.ForeignKey(Lot, null=True, on_delete=models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(amount=0), name="a_posting_moves_something"),)


# ── Yes ───────────────────────────────────────────────────────────────────────────────────
class Gesture(models.Model):
    """What was given, or what a lead was asked about, with the words that go when the customer is erased.

    ``reason``: why it is right for this customer. ``words``: the letter to the customer; ``told_at``: when it was
    written. ``answer_by``: when whoever asked will hear; ``overdue_at``: when somebody was told that they did not.
    ``decided_by`` None: given within the limits of ``agent``. ``wished``: what was asked for when a lead gave less.
    ``situation``: what had happened, None where nobody said.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        GIVEN = "given"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"
        REVERSED = "reversed"

    state = models.CharField(max_length=9, choices=State)
    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+")
    gift = models.ForeignKey(Gift, on_delete=models.PROTECT, related_name="+")
    situation = models.ForeignKey(Situation, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveBigIntegerField()
    wished = models.PositiveBigIntegerField(null=True)
    reason = models.TextField(blank=True)
    words = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    answer_by = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.TextField(blank=True)
    given_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.PROTECT, related_name="gesture")
    reversed_at = models.DateTimeField(null=True)
    reversed_because = models.TextField(blank=True)
    key = models.CharField(max_length=200, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=["case", "-id"], name="gestures_of_case"),
            models.Index(fields=["agent", "given_at"], name="gestures_of_agent", condition=Q(state="given")),
            models.Index(fields=["team", "given_at"], name="gestures_of_team"),
            models.Index(fields=["answer_by"], name="gestures_waiting", condition=Q(state="waiting")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["case", "gift"], condition=Q(state="waiting"), name="a_lead_is_asked_once_about_a_gift"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["given", "reversed"], entry__isnull=False, given_at__isnull=False)
                | Q(state__in=["waiting", "declined", "withdrawn"], entry=None, given_at=None),
                name="what_is_given_stands_in_the_ledger",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(asked_at__isnull=False, answer_by__isnull=False),
                name="whoever_waits_knows_until_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="somebody_said_no_to_a_gesture",
            ),
            models.CheckConstraint(
                condition=Q(wished=None) | Q(wished__gt=F("amount")), name="a_lead_gives_no_more_than_was_wished"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("agent")), name="nobody_says_yes_to_their_own_wish"
            ),
        )


class AskedLead(models.Model):
    """A lead who was asked; ``mailed_at``: when the letter to them was taken up, None until then."""

    gesture = models.ForeignKey(Gesture, on_delete=models.CASCADE, related_name="asked")
    lead = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["gesture", "lead"], name="a_lead_is_asked_once"),)


class LeadsLetter(models.Model):
    """A lead's answer by letter to the letter that asked. ``letter_id``: its Message-ID; its words are not kept here.

    ``became``: ``yes``, ``no``, or a code of why it changed nothing. ``mailed_at``: when the lead was told so.
    """

    asked = models.ForeignKey(AskedLead, on_delete=models.CASCADE, related_name="letters")
    letter_id = models.CharField(max_length=400)
    became = models.CharField(max_length=40)
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["asked", "letter_id"], name="a_letter_of_a_lead_is_heard_once"),
            models.CheckConstraint(condition=~Q(became=""), name="something_became_of_a_letter"),
        )


# ── No ────────────────────────────────────────────────────────────────────────────────────
class Rule(models.Model):
    """By which a "no" is said. ``text``: as a customer is told it; ``words``: how such a letter begins.

    ``review_at``: the day on which its keeper looks at it again; ``standard``: the service standard that it belongs to.
    """

    code = models.SlugField(max_length=40, unique=True, allow_unicode=False)
    name = models.CharField(max_length=120, unique=True)
    text = models.TextField()
    words = models.TextField(blank=True)
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.SET_NULL, related_name="+")
    review_at = models.DateField(null=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="a_rule_has_a_name_and_a_code"),
            models.CheckConstraint(condition=~Q(text=""), name="a_rule_says_what_it_is"),
        )

    def __str__(self) -> str:
        return self.name


class SaidNo(models.Model):
    """A customer was told "no": by which rule, why, and what was offered ``instead``. ``told_at``: when, by letter."""

    case = models.ForeignKey(CASE, on_delete=models.PROTECT, related_name="+")
    rule = models.ForeignKey(Rule, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("team.Team", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    instead = models.ForeignKey(Gift, null=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["case", "-id"], name="refusals_of_case"),
            models.Index(fields=["rule", "-id"], name="refusals_by_rule"),
            models.Index(fields=["team", "at"], name="refusals_of_team"),
        )
