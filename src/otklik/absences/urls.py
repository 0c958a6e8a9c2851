"""Addresses of absences under ``/desk/``."""

from django.urls import path

from otklik.absences import views

app_name = "absences"
urlpatterns = [
    path("absences/", views.absences_page, name="absences"),
    path("absences/new", views.plan, name="plan"),
    path("absences/<int:absence_id>/", views.absence, name="absence"),
    path("absences/<int:absence_id>/cancel", views.cancel, name="cancel"),
    path("absences/<int:absence_id>/<int:number>/<str:kind>/pass", views.pass_page, name="pass"),
    path("absences/<int:absence_id>/<int:number>/<str:kind>/move", views.move_page, name="move"),
    path("absences/<int:absence_id>/<int:number>/<str:kind>/leave", views.leave_page, name="leave"),
]
