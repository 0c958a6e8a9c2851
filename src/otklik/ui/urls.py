"""``/ui/``: the living style page and the choice of day or night."""

from django.urls import path

from otklik.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.style, name="style"),
    path("kinds/<slug:kind>/<slug:state>/", views.kind, name="kind"),
    path("theme", views.theme, name="theme"),
]
