"""What ``otklik doctor`` asks of complaints."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from otklik.foundation.files.pdf import LIBRARIES, why_no_pdf
from otklik.foundation.manifest import Finding


def paper() -> Iterator[Finding]:
    """Whether a complaint can be saved as PDF from here, and what is missing."""
    match why_no_pdf():
        case "":
            yield True, _("Complaints can be saved as PDF")
        case "no_libraries":
            said = _("PDF files need system libraries: install %(libraries)s")
            yield False, said % {"libraries": ", ".join(LIBRARIES)}
        case _:
            yield None, _("Complaints are saved as PDF by the browser; for files from here install otklik[pdf]")
