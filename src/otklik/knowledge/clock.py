"""What the help centre does as time passes."""

from django.utils import timezone

from otklik.foundation.events.clock import latest_now
from otklik.knowledge.actions import forget_old_imports, forget_old_visits, publish_due
from otklik.knowledge.actions.finding import forget_old_changes, make_all_findable


def publish_what_is_due() -> None:
    publish_due(latest_now())


def make_findable_what_is_not() -> None:
    """Whatever was published without its reaction, or by another embedder, a part at a time."""
    make_all_findable(most=100)


def forget_what_is_old() -> None:
    forget_old_changes()
    forget_old_visits(timezone.now())
    forget_old_imports(timezone.now())
