"""What cases do as time passes."""

from otklik.cases.actions import find_those_left_behind
from otklik.foundation.policies import is_held_back


def see_that_nobody_is_left_behind() -> None:
    """No case stays with a person who is gone, however it came to be there; a restored house tells nobody."""
    if not is_held_back():
        find_those_left_behind()
