"""Addresses of the customers' pages; ``/answer/…`` and ``/case/…`` are fixed, they stand in letters."""

from django.urls import path

from otklik.portal.views import answer, case, contact, home, my, texts

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("how-we-count/", home.how_we_count, name="how_we_count"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/<str:link>/", contact.sent, name="sent"),
    path("case/<str:link>/", case.my_case, name="case"),
    path("case/<str:link>/solved/", case.solved, name="solved"),
    path("answer/<str:token>", answer.answer, name="answer"),
    path("answer/<str:token>/thanks", answer.thanks, name="thanks"),
    path("my/", my.my, name="my"),
    path("my/code/", my.code, name="code"),
    path("my/out/", my.out, name="out"),
    path("privacy/", texts.privacy, name="privacy"),
    path("privacy/request/", contact.data_request, name="data_request"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("robots.txt", texts.robots, name="robots"),
    path(".well-known/security.txt", texts.security, name="security"),
    path("manifest.webmanifest", texts.manifest, name="manifest"),
    path("favicon.ico", texts.favicon, name="favicon"),
]
