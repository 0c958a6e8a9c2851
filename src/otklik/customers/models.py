import re

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from otklik.foundation.database.alphabet import ByName

_WORD = r"(?:[^\W\d_]\.){1,3}|[^\W\d_]+(?:['’‑-][^\W\d_]+){0,3}\.?"
_A_NAME = re.compile(rf"(?:{_WORD})(?: (?:{_WORD})){{0,3}}")
_LONGEST_GREETED = 60


def is_a_name(text: str) -> bool:
    """Whether people are called so: no address, no sentence, no signs."""
    return bool(_A_NAME.fullmatch(text)) and len(text) <= _LONGEST_GREETED


class Organization(models.Model):
    """``tier``: what its people are to the house, in the house's own word ('золотой'); '' for none."""

    name = models.CharField(max_length=200)
    domain = models.CharField(max_length=120, blank=True)
    tier = models.CharField(max_length=40, blank=True, default="", db_default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(ByName(), "id", name="organization_by_name"),)
        constraints = (
            models.UniqueConstraint(fields=["domain"], condition=~Q(domain=""), name="a_domain_is_one_organization"),
        )

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person who turned to us. ``name`` may be '' until they tell it; ``tier`` goes before their organization's.

    ``addressed_as``: what their ``Wishes`` say they are to be called, '' when these say nothing of it.
    """

    name = models.CharField(max_length=200, blank=True)
    addressed_as = models.CharField(max_length=60, blank=True, default="", db_default="")
    organization = models.ForeignKey(Organization, null=True, on_delete=models.PROTECT, related_name="people")
    role_there = models.CharField(max_length=120, blank=True)
    tier = models.CharField(max_length=40, blank=True, default="", db_default="")
    language = models.CharField(max_length=5, default="ru")
    time_zone = models.CharField(max_length=50, blank=True)
    remembered = models.TextField(blank=True)
    custom = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        indexes = (
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="customer_by_part_of_name"),
            models.Index(ByName(), "id", name="customer_by_name", condition=Q(erased_at=None, merged_into=None)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="nobody_is_merged_with_themselves"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """The name to write on their letters, '' when what they gave is none.

        Anybody may write anybody's address into a form, with an advertisement for a name: our letters carry none.
        """
        return self.name if is_a_name(self.name) else ""

    @property
    def greeted_as(self) -> str:
        """The name to greet them by: as they wish it, else as they gave it; '' when that is none."""
        return self.addressed_as or self.called


class Wishes(models.Model):
    """How a person likes to be served, as somebody wrote it down: each saving is a row, the one last written holds.

    ``called_as``: what to call them. ``needs``: of ``Need``; ``own_words``: what else they need; ``upset``: what upset
    them before. ``agent_id`` and ``agent_name``: the colleague who wrote it, as they were called then; None and '' for
    the customer themselves.
    """

    class Pace(models.TextChoices):
        SHORT = "short"
        DETAILED = "detailed"
        UNHURRIED = "unhurried"

    class Channel(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    class Form(models.TextChoices):
        PATRONYMIC = "patronymic"
        FIRST_NAME = "first_name"

    class Need(models.TextChoices):
        LARGE_PRINT = "large_print"
        NO_PHONE = "no_phone"
        SIGN_LANGUAGE = "sign_language"
        SLOWER_SPEECH = "slower_speech"
        HELP_AT_THE_ENTRANCE = "help_at_the_entrance"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wishes")
    number = models.PositiveIntegerField()
    pace = models.CharField(max_length=10, choices=Pace, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    form = models.CharField(max_length=10, choices=Form, blank=True)
    called_as = models.CharField(max_length=60, blank=True)
    needs = ArrayField(models.CharField(max_length=30, choices=Need), default=list)
    own_words = models.CharField(max_length=500, blank=True)
    upset = models.CharField(max_length=500, blank=True)
    agent_id = models.BigIntegerField(null=True)
    agent_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["customer", "number"], name="wishes_are_numbered_as_they_were_written"),
            models.CheckConstraint(
                condition=~Q(channel="phone") | ~Q(needs__contains=["no_phone"]),
                name="nobody_is_called_who_wants_no_phone",
            ),
            models.CheckConstraint(
                condition=~Q(form="patronymic") | ~Q(called_as=""),
                name="who_is_called_by_patronymic_has_told_it",
            ),
        )


class ContactPoint(models.Model):
    """One way to reach one person. ``value`` is normalised: lower-case address, E.164 phone.

    ``kind``: of ``Kind``, or one that a channel owns and normalises itself ('http:shop', 'telegram').
    ``bounce``: HARD also where they want no more words by this way.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    class Bounce(models.TextChoices):
        NONE = ""
        SOFT = "soft"
        HARD = "hard"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=80)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=4, choices=Bounce, default="", blank=True)
    bounced_at = models.DateTimeField(null=True)
    waits_for_notice = models.BooleanField(db_default=False, default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="contact_point_by_part"),)
        constraints = (
            models.UniqueConstraint(fields=["kind", "value"], name="an_address_belongs_to_one_customer"),
            models.CheckConstraint(condition=~Q(value=""), name="an_address_is_never_empty"),
        )

    def __str__(self) -> str:
        return self.value

    @property
    def is_mail(self) -> bool:
        return self.kind == self.Kind.EMAIL


class AddressProof(models.Model):
    """A one-time code sent to an address: whoever types it in reads that mail. Only the code's hash is kept."""

    address = models.CharField(max_length=254)
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["address", "-id"], name="proof_of_address"),)


class FormerAddress(models.Model):
    """A mail address that staff removed: for a while it is still told when another one is added."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    value = models.CharField(max_length=254)
    removed_at = models.DateTimeField(db_default=Now())


class EndedSignIn(models.Model):
    """A customer's session that was ended before its time; ``mark`` is in its cookie."""

    mark = models.CharField(max_length=32, primary_key=True)
    ended_at = models.DateTimeField(db_default=Now())
