from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower


class Migration(migrations.Migration):
    """Lists by name walk an index. Made beside the work of the house: nobody waits."""

    atomic = False
    dependencies = [("customers", "0004_told_and_ended")]

    operations = [
        AddIndexConcurrently("organization", models.Index(Lower("name"), "id", name="organization_by_name")),
        AddIndexConcurrently(
            "customer",
            models.Index(Lower("name"), "id", name="customer_by_name", condition=Q(erased_at=None, merged_into=None)),
        ),
    ]
