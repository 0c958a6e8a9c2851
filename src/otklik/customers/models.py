import re

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper

from otklik.foundation.database.alphabet import ByName

_WORD = r"(?:[^\W\d_]\.){1,3}|[^\W\d_]+(?:['’‑-][^\W\d_]+){0,3}\.?"
_A_NAME = re.compile(rf"(?:{_WORD})(?: (?:{_WORD})){{0,3}}")
_LONGEST_GREETED = 60


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
    """A person who turned to us. ``name`` may be '' until they tell it; ``tier`` goes before their organization's."""

    name = models.CharField(max_length=200, blank=True)
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
        """The name to greet them by, '' when what they gave is none.

        Anybody may write anybody's address into a form, with an advertisement for a name: our letters carry none.
        """
        return self.name if _A_NAME.fullmatch(self.name) and len(self.name) <= _LONGEST_GREETED else ""


class ContactPoint(models.Model):
    """One way to reach one person. ``value`` is normalised: lower-case address, E.164 phone."""

    class Kind(models.TextChoices):
        EMAIL = "email"
        PHONE = "phone"

    class Bounce(models.TextChoices):
        NONE = ""
        SOFT = "soft"
        HARD = "hard"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField(max_length=20, choices=Kind)
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
