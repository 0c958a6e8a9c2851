"""All that we keep of one person, to take out."""

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_POST

from otklik.cases.export import personal_data
from otklik.customers.actions import note_export
from otklik.customers.queries import living_customer
from otklik.foundation.http.staff import actor_of, staff


@require_POST
@staff("customers.export")
def export(request: HttpRequest, customer_id: int) -> FileResponse:
    """All personal data as one ZIP."""
    row = living_customer(customer_id, actor=actor_of(request))
    note_export(customer=row, actor=actor_of(request))
    return FileResponse(
        personal_data(row, actor=actor_of(request)),
        as_attachment=True,
        filename=f"customer-{row.pk}.zip",
        content_type="application/zip",
    )
