"""Addresses of the customers' pages; ``/answer/…`` and ``/case/…`` are fixed, they stand in letters.

Under ``/desk/`` stands the page on which the help button of other sites is set up.
"""

from django.urls import include, path

from otklik.foundation.in_use import only_with
from otklik.portal.views import answer, button, case, centre, contact, helped, home, ideas, my, texts, widget

app_name = "portal"
_answers = only_with("knowledge")
_ideas = only_with("suggestions")
desk = [
    path("settings/widget", button.widget, name="button"),
    path("settings/widget/preview", button.preview, name="button-preview"),
]
urlpatterns = [
    path("desk/", include(desk)),
    path("", home.home, name="home"),
    path("help/", _answers(centre.start), name="help"),
    path("help/search", _answers(centre.search), name="help_search"),
    path("help/suggest", _answers(centre.suggest), name="help_suggest"),
    path("help/fits/", _answers(helped.fits), name="help_fits"),
    path("help/solved/", _answers(helped.solved), name="help_solved"),
    path("help/read/<int:number>", _answers(helped.read), name="help_read"),
    path("help/s/<slug:slug>/", _answers(centre.section), name="help_section"),
    path("help/<slug:slug>", _answers(centre.article), name="article"),
    path("help/<slug:slug>/", _answers(centre.without_slash), name="article_with_slash"),
    path("help/<slug:slug>/said", _answers(helped.said), name="article_said"),
    path("sitemap.xml", _answers(centre.sitemap), name="sitemap"),
    path("how-we-count/", home.how_we_count, name="how_we_count"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/<str:link>/", contact.sent, name="sent"),
    path("ideas/", _ideas(ideas.ideas), name="ideas"),
    path("ideas/like", _ideas(ideas.like), name="ideas_like"),
    path("ideas/<int:number>/voice", _ideas(ideas.voice), name="idea_voice"),
    path("ideas/<int:number>/helped", _ideas(ideas.helped), name="idea_helped"),
    path("case/<str:link>/", case.my_case, name="case"),
    path("case/<str:link>/solved/", case.solved, name="solved"),
    path("case/<str:link>/messenger/<int:door_id>/", case.go_on_elsewhere, name="messenger"),
    path("answer/<str:token>", answer.answer, name="answer"),
    path("answer/<str:token>/thanks", answer.thanks, name="thanks"),
    path("my/", my.my, name="my"),
    path("my/code/", my.code, name="code"),
    path("my/served/", my.served, name="served"),
    path("my/out/", my.out, name="out"),
    path("privacy/", texts.privacy, name="privacy"),
    path("privacy/request/", contact.data_request, name="data_request"),
    path("accessibility/", texts.accessibility, name="accessibility"),
    path("robots.txt", texts.robots, name="robots"),
    path(".well-known/security.txt", texts.security, name="security"),
    path("logo.png", texts.company_logo, name="logo"),
    path("manifest.webmanifest", texts.manifest, name="manifest"),
    path("widget.js", widget.script, name="widget_script"),
    path("widget/", widget.home, name="widget"),
    path("widget/search", _answers(widget.search), name="widget_search"),
    path("widget/seen", _answers(widget.seen), name="widget_seen"),
    path("widget/contact", widget.contact, name="widget_contact"),
    path("widget/articles/<slug:slug>/", _answers(widget.article), name="widget_article"),
    path("widget/articles/<slug:slug>/helpful", _answers(widget.helpful), name="widget_helpful"),
    path("widget/articles/<slug:slug>/solved", _answers(widget.solved), name="widget_solved"),
    path("favicon.ico", texts.favicon, name="favicon"),
]
