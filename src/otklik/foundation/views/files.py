"""Kept files for a browser: no cookie is read, nothing that could act is ever shown in place."""

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from otklik.foundation.files.keeping import PICTURES, thumbnail_path
from otklik.foundation.files.links import BROWSERS_KEEP, Use, asked
from otklik.foundation.models import StoredFile


@require_safe
def file(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """The bytes of a signed address: pictures of four kinds may stand in a page, all else is a download."""
    wish = asked(token, name)
    stored = get_object_or_404(StoredFile, pk=wish.file_id)
    is_small = wish.use is Use.THUMBNAIL and stored.has_thumbnail
    in_place = is_small or (wish.use is Use.PICTURE and stored.content_type in PICTURES)
    kind = "image/webp" if is_small else stored.content_type
    answer = FileResponse(
        default_storage.open(thumbnail_path(stored) if is_small else stored.path),
        as_attachment=not in_place,
        filename=name,
        content_type=kind if in_place else "application/octet-stream",
    )
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    is_for_pages = in_place and wish.use is Use.PICTURE  # the help button shows pictures of articles on other sites
    answer["Cross-Origin-Resource-Policy"] = "cross-origin" if is_for_pages else "same-origin"
    answer["Cache-Control"] = f"private, max-age={int(BROWSERS_KEEP.total_seconds())}, immutable"
    return answer
