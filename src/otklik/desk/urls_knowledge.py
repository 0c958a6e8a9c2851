"""Addresses of the authors' pages of the help centre."""

from django.urls import path

from otklik.desk.views import knowledge, knowledge_moving, knowledge_shelves, knowledge_versions, knowledge_writing

_ARTICLE = "knowledge/<int:article_id>/"
urlpatterns = [
    path("knowledge/", knowledge.articles, name="knowledge"),
    path("knowledge/new", knowledge.new, name="knowledge-new"),
    path("cases/<int:number>/article", knowledge.from_case, name="case-to-article"),
    path("knowledge/import", knowledge_moving.bring_in, name="knowledge-import"),
    path("knowledge/export", knowledge_moving.take_out, name="knowledge-export"),
    path("knowledge/sections/", knowledge_shelves.sections, name="sections"),
    path("knowledge/sections/new", knowledge_shelves.section, name="section-new"),
    path("knowledge/sections/<int:section_id>", knowledge_shelves.section, name="section-edit"),
    path("knowledge/sections/<int:section_id>/remove", knowledge_shelves.remove, name="section-remove"),
    path(_ARTICLE, knowledge.article, name="knowledge-article"),
    path(f"{_ARTICLE}do", knowledge.act, name="knowledge-act"),
    path(f"{_ARTICLE}properties", knowledge.properties, name="knowledge-properties"),
    path(f"{_ARTICLE}edit", knowledge_writing.edit, name="knowledge-edit"),
    path(f"{_ARTICLE}save", knowledge_writing.save, name="knowledge-save"),
    path(f"{_ARTICLE}preview", knowledge_writing.preview, name="knowledge-preview"),
    path(f"{_ARTICLE}files", knowledge_writing.upload, name="knowledge-files"),
    path(f"{_ARTICLE}files/<int:file_id>/remove", knowledge_writing.remove_one, name="knowledge-file-remove"),
    path(f"{_ARTICLE}links", knowledge_writing.links, name="knowledge-links"),
    path(f"{_ARTICLE}versions/", knowledge_versions.versions, name="knowledge-versions"),
    path(f"{_ARTICLE}versions/<int:number>/restore", knowledge_versions.back_to, name="knowledge-restore"),
    path(f"{_ARTICLE}original", knowledge_versions.original, name="knowledge-original"),
    path("knowledge/words", knowledge_shelves.house_words, name="house-words"),
    path("knowledge/brands/", knowledge_shelves.brands, name="brands"),
    path("knowledge/brands/new", knowledge_shelves.brand, name="brand-new"),
    path("knowledge/brands/<int:brand_id>", knowledge_shelves.brand, name="brand-edit"),
]
