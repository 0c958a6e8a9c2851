from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Watch(models.Model):
    """When the promises of a case are looked at next, by the clock of the house.

    ``look_at``: None while there is nothing to wait for; long ago when something has changed since (a trigger on the
    case says so). ``since``: what had broken before this moment is no news any more.
    """

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="watch")
    look_at = models.DateTimeField(null=True)
    since = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["look_at", "case"], name="watch_due", condition=Q(look_at__isnull=False)),)


class Notice(models.Model):
    """That a colleague was told of a promise before it broke. ``promise``: its kind, and since when it runs."""

    class Step(models.TextChoices):
        OWNER = "owner"
        DEPUTY = "deputy"
        LEAD = "lead"

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    promise = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    step = models.CharField(max_length=6, choices=Step)
    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_default=Now())
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "promise", "agent"], name="nobody_is_warned_of_a_promise_twice"),
        )


class Broken(models.Model):
    """A promise that was not kept: what, when it was due, who owned it then, and the word that the customer got for it.

    ``made_good_at``: when it was given after all. ``word_at``: when the customer got a word of a person after it broke,
    in a ``letter`` or in another way, ``told_how``; None while they wait for one.
    """

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="broken_promises")
    kind = models.CharField(max_length=20)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey("team.Agent", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())
    made_good_at = models.DateTimeField(null=True)
    word_at = models.DateTimeField(null=True)
    letter = models.ForeignKey("reach.Message", null=True, on_delete=models.SET_NULL, related_name="+")
    told_how = models.CharField(max_length=300, blank=True)
    told_by = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["due_at", "id"], name="broken_without_a_word", condition=Q(word_at=None)),)
        constraints = (
            models.UniqueConstraint(fields=["case", "kind", "due_at"], name="a_promise_breaks_once"),
            models.CheckConstraint(
                condition=Q(made_good_at=None) | Q(made_good_at__gt=F("due_at")), name="what_broke_was_made_good_later"
            ),
            models.CheckConstraint(
                condition=Q(told_how="") | Q(word_at__isnull=False), name="a_word_in_another_way_has_its_time"
            ),
        )


class Offer(models.Model):
    """Words of an answer that promise something by a moment; their author takes them as a promise of the case or not.

    ``words``: as they stand in the letter.
    """

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"

    letter = models.OneToOneField("reach.Message", on_delete=models.CASCADE, related_name="promise_offer")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="promise_offers")
    agent = models.ForeignKey("team.Agent", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    words = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    at = models.DateTimeField(db_default=Now())
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["case"], name="promise_offer_open", condition=Q(state="open")),)
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="a_decided_offer_has_its_time"
            ),
        )
