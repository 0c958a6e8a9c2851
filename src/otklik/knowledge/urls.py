"""Addresses under ``/desk/`` of the authors' pages of the help centre."""

from django.urls import path

from otklik.knowledge.views import articles, learning, many, moving, shelves, versions, writing

app_name = "knowledge"
_ARTICLE = "knowledge/<int:article_id>/"
urlpatterns = [
    path("knowledge/", articles.articles, name="articles"),
    path("knowledge/many", many.articles, name="articles-bulk"),
    path("knowledge/new", articles.new, name="new"),
    path("knowledge/import", moving.bring_in, name="import"),
    path("knowledge/export", moving.take_out, name="export"),
    path("knowledge/sections/", shelves.sections, name="sections"),
    path("knowledge/sections/new", shelves.section, name="section-new"),
    path("knowledge/sections/<int:section_id>", shelves.section, name="section-edit"),
    path("knowledge/sections/<int:section_id>/remove", shelves.remove, name="section-remove"),
    path(_ARTICLE, articles.article, name="article"),
    path(f"{_ARTICLE}do", articles.act, name="act"),
    path(f"{_ARTICLE}properties", articles.properties, name="properties"),
    path(f"{_ARTICLE}edit", writing.edit, name="edit"),
    path(f"{_ARTICLE}save", writing.save, name="save"),
    path(f"{_ARTICLE}preview", writing.preview, name="preview"),
    path(f"{_ARTICLE}files", writing.upload, name="files"),
    path(f"{_ARTICLE}files/<int:file_id>/remove", writing.remove_one, name="file-remove"),
    path(f"{_ARTICLE}links", writing.links, name="links"),
    path(f"{_ARTICLE}versions/", versions.versions, name="versions"),
    path(f"{_ARTICLE}versions/<int:number>/restore", versions.back_to, name="restore"),
    path(f"{_ARTICLE}original", versions.original, name="original"),
    path("knowledge/words", shelves.house_words, name="words"),
    path("knowledge/brands/", shelves.brands, name="brands"),
    path("knowledge/brands/new", shelves.brand, name="brand-new"),
    path("knowledge/brands/<int:brand_id>", shelves.brand, name="brand-edit"),
    path("knowledge/questions/", learning.questions, name="questions"),
    path("knowledge/questions/many", many.questions, name="questions-bulk"),
    path("knowledge/corrections/", learning.corrections, name="corrections"),
    path("knowledge/corrections/many", many.corrections, name="corrections-bulk"),
    path("knowledge/corrections/<int:correction_id>/", learning.correction, name="correction"),
]
