"""What can be seen to have happened in a case, so that nobody has to tick the step of a standard that says it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FIRST_ANSWER_IN_TIME = "first_answer_in_time"
OWNER_NAMED = "owner_named"
MOMENT_NAMED = "moment_named"
ASKED_WHETHER_SOLVED = "asked_whether_solved"
SOLVED_IN_TIME = "solved_in_time"

FACTS: dict[str, str | Promise] = {
    OWNER_NAMED: _("the owner is named in the first answer"),
    FIRST_ANSWER_IN_TIME: _("the first answer came within the promise"),
    MOMENT_NAMED: _("a day or an hour is named in an answer"),
    SOLVED_IN_TIME: _("it was solved within the promise"),
    ASKED_WHETHER_SOLVED: _("the customer was asked whether it is solved"),
}
"""Code → what is seen, as it goes on after "ticked by itself once …". A step of a version names one of them."""
