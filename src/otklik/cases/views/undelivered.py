"""Letters that did not arrive: why, and what can be done."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.cases.actions import retry_undelivered, settle_undelivered, unsettle_undelivered
from otklik.cases.forms.letters import RetryForm
from otklik.cases.models import Case
from otklik.cases.queries import undelivered, undelivered_among
from otklik.foundation.errors import Refusal
from otklik.foundation.http.bulk import Bulk, Deed, numbers
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import do, done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.models import Delivery
from otklik.reach.reasons import why_undelivered

LETTERS = Listing(
    template="cases/undelivered.html",
    columns=(
        Column(name="written", label=_("Written"), by="pk", of=int, falls=True),
        Column(name="case", label=_("Case"), by="message__conversation__thread__case_id", of=int),
        Column(name="to", label=_("To"), by="address"),
    ),
    live="cases.undelivered",
    size=25,
)
"""All of them sort only letters of cases in ``case_undelivered``: those that nobody has settled yet."""


def _case_of(row: Delivery) -> Case:
    case: Case = row.message.conversation.thread.case
    return case


MANY: Bulk[Delivery] = Bulk(
    home="cases:undelivered",
    route="cases:undelivered-bulk",
    rows=lambda actor, _view: map(str, undelivered(actor).values_list("pk", flat=True)),
    chosen=lambda actor, keys: {str(row.pk): row for row in undelivered_among(numbers(keys), actor=actor)},
    named=lambda row: f"{_case_of(row).pk} {row.address}",
    deeds=(
        Deed(
            name="retry",
            label=_("Send again"),
            icon="send",
            act=lambda row, actor, _wishes: retry_undelivered(delivery=row, actor=actor),
            told=lambda count: ngettext(
                "%(count)d letter is on its way again.", "%(count)d letters are on their way again.", count
            ),
            asks=_("Each letter leaves once more to the same address. What has left cannot be taken back."),
        ),
        Deed(
            name="settle",
            label=_("Reached another way"),
            icon="check",
            act=lambda row, actor, _wishes: settle_undelivered(case=_case_of(row), actor=actor),
            told=lambda count: ngettext(
                "%(count)d letter is settled: the customer was reached another way",
                "%(count)d letters are settled: the customers were reached another way",
                count,
            ),
            back=lambda row, actor, _was: unsettle_undelivered(case=_case_of(row), actor=actor),
        ),
    ),
)


@require_http_methods(["GET", "POST"])
@staff("cases.reply")
def many(request: HttpRequest) -> HttpResponse:
    """The ticked letters, or all of them: sent again, or settled."""
    return MANY.answer(request)


@require_GET
@staff("cases.reply")
def letters(request: HttpRequest) -> HttpResponse:
    """Failed and bounced deliveries of cases in sight, newest first."""
    page = LETTERS.page(request, undelivered(actor_of(request)))
    listed = [
        {"row": row, "case": row.message.conversation.thread.case, "why": why_undelivered(row)} for row in page["rows"]
    ]
    context = {"section": "undelivered", **page, "rows": listed, "bulk": MANY.bar(request)}
    return shown(request, LETTERS.template, context)


@require_http_methods(["GET", "POST"])
@staff("cases.reply")
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Send it once more, to the same address or to a corrected one."""
    row = _delivery(request, delivery_id)
    form = RetryForm(request.POST or None, initial={"address": row.address})
    if row.message.conversation.peer:  # nobody can mend an id that another program gave
        del form.fields["address"]
    if request.method == "POST" and do(
        form, lambda cleaned: _send_again(request, row, cleaned.get("address", row.address))
    ):
        return done(request, gettext("The letter is on its way again."), "cases:undelivered")
    context = {
        "section": "undelivered", "form": form, "row": row, "case": row.message.conversation.thread.case,
        "why": why_undelivered(row),
    }  # fmt: skip
    return shown(request, "cases/undelivered_retry.html", context)


def _send_again(request: HttpRequest, row: Delivery, address: str) -> None:
    corrected = "" if address.lower() == row.address.lower() else address
    retry_undelivered(delivery=row, actor=actor_of(request), address=corrected)


@require_POST
@staff("cases.reply")
def settle(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """The customer was reached another way."""
    row = _delivery(request, delivery_id)
    settle_undelivered(case=row.message.conversation.thread.case, actor=actor_of(request))
    return done(request, gettext("Marked as settled: the customer was reached another way."), "cases:undelivered")


def _delivery(request: HttpRequest, delivery_id: int) -> Delivery:
    row = undelivered(actor_of(request)).filter(pk=delivery_id).first()
    if row is None:
        raise Refusal("not_found", gettext("This letter is no longer among the undelivered ones."))
    return row
