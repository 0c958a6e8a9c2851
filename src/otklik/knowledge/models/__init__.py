"""Articles, what became of them, and what the search needs."""

from otklik.knowledge.models.articles import Article, ArticleFile, Audience, Brand, OldAddress, Section, Version
from otklik.knowledge.models.importing import ImportRun
from otklik.knowledge.models.reading import Correction, Feedback, Place, Quote, Reading, Search, SelfService, Verdict
from otklik.knowledge.models.searching import Searchable, SearchChange, StopWord, Synonym

__all__ = [
    "Article",
    "ArticleFile",
    "Audience",
    "Brand",
    "Correction",
    "Feedback",
    "ImportRun",
    "OldAddress",
    "Place",
    "Quote",
    "Reading",
    "Search",
    "SearchChange",
    "Searchable",
    "Section",
    "SelfService",
    "StopWord",
    "Synonym",
    "Verdict",
    "Version",
]
