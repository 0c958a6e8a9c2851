"""What the help centre does as time passes."""

from django.utils import timezone

from otklik.foundation.clock import every
from otklik.knowledge.actions import publish_due


@every(minutes=1)
def publish_what_is_due() -> None:
    publish_due(timezone.now())
