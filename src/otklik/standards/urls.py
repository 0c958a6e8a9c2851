"""Addresses under ``/desk/`` of the service standards."""

from django.urls import path

from otklik.standards.views import proposing, standards, writing

app_name = "standards"
_STANDARD = "standards/<int:standard_id>/"
urlpatterns = [
    path("standards/", standards.standards, name="standards"),
    path("standards/new", standards.new, name="new"),
    path("standards/proposals/", proposing.proposals, name="proposals"),
    path("standards/proposals/<int:proposal_id>", proposing.decide, name="decide"),
    path(_STANDARD, standards.standard, name="standard"),
    path(f"{_STANDARD}propose", proposing.propose, name="propose"),
    path(f"{_STANDARD}do", standards.act, name="act"),
    path(f"{_STANDARD}properties", standards.properties, name="properties"),
    path(f"{_STANDARD}edit", writing.edit, name="edit"),
    path(f"{_STANDARD}save", writing.save, name="save"),
    path(f"{_STANDARD}preview", writing.preview, name="preview"),
    path(f"{_STANDARD}versions/", writing.versions, name="versions"),
    path(f"{_STANDARD}versions/<int:number>/restore", writing.back_to, name="restore"),
]
