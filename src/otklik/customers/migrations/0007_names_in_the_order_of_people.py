from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.models import Q

from otklik.foundation.database.alphabet import ByName


class Migration(migrations.Migration):
    """«ё» stands with «е». Made beside the work of the house: nobody waits."""

    atomic = False
    dependencies = [("customers", "0006_tiers")]

    operations = [
        RemoveIndexConcurrently("organization", "organization_by_name"),
        AddIndexConcurrently("organization", models.Index(ByName(), "id", name="organization_by_name")),
        RemoveIndexConcurrently("customer", "customer_by_name"),
        AddIndexConcurrently(
            "customer",
            models.Index(ByName(), "id", name="customer_by_name", condition=Q(erased_at=None, merged_into=None)),
        ),
    ]
