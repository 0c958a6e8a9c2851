"""Addresses of promises under ``/desk/``."""

from django.urls import path

from otklik.promises import views

app_name = "promises"
urlpatterns = [
    path("broken-promises/", views.broken, name="broken"),
    path("settings/promises", views.settings, name="settings"),
    path("cases/<int:number>/promises/call", views.call, name="call"),
    path("cases/<int:number>/promises/visit", views.visit, name="visit"),
    path("cases/<int:number>/promises/<str:kind>/move", views.move, name="move"),
    path("cases/<int:number>/promises/<str:kind>/keep", views.keep, name="keep"),
    path("cases/<int:number>/promises/<str:kind>/withdraw", views.withdraw, name="withdraw"),
    path("cases/<int:number>/apology", views.apology, name="apology"),
    path("cases/<int:number>/apology/said", views.said, name="said"),
    path("cases/<int:number>/thanks", views.thanks, name="thanks"),
    path("promise-offers/<int:offer_id>/take", views.take, name="take"),
    path("promise-offers/<int:offer_id>/decline", views.decline, name="decline"),
    path("promises/undo/<str:token>", views.undo, name="undo"),
]
