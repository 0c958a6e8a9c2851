"""The editor of an article: a draft that saves itself, its preview, its pictures, links to other articles."""

from http import HTTPStatus
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.actors import may
from otklik.foundation.errors import Refusal
from otklik.foundation.files.links import Use, file_url, thumbnail_url
from otklik.foundation.http.pages import done, shown
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.text.differences import difference
from otklik.knowledge.actions import add_file, edit_draft, remove_file
from otklik.knowledge.forms import WordsForm
from otklik.knowledge.labels import page_of_article
from otklik.knowledge.models import Article, ArticleFile, Version
from otklik.knowledge.queries import COLLEAGUE, in_work
from otklik.knowledge.queries import shown as words_shown
from otklik.knowledge.rendering import mentions
from otklik.knowledge.views.articles import GET_OR_POST, READERS, around, article_by_id

MOST_LINKS = 12


@require_http_methods(GET_OR_POST)
@staff("knowledge.write")
def edit(request: HttpRequest, article_id: int) -> HttpResponse:
    """The draft. Saved over somebody else's saving only by who has seen that there was one."""
    row = article_by_id(article_id)
    draft = in_work(row)
    if draft is None or draft.state != Version.State.DRAFT:
        return redirect("knowledge:article", row.pk)
    if request.method == "GET":
        return _editor(request, row, draft, WordsForm(initial=WordsForm.values(draft)))
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _editor(request, row, draft, form)
    try:
        with transaction.atomic():
            edit_draft(version=draft, words=form.words(), actor=actor_of(request), edits=form.cleaned_data["edits"])
            names = _keep_files(request, row)
    except Refusal as refusal:
        return _refused(request, row, form, refusal)
    told = _("Saved, with the files %(names)s.") % {"names": ", ".join(names)} if names else _("Saved.")
    is_looking = request.POST.get("then") == "look" and not names
    return done(request, told, "knowledge:article" if is_looking else "knowledge:edit", row.pk)


def _keep_files(request: HttpRequest, row: Article) -> list[str]:
    """The way without scripts: files chosen in the form itself."""
    return [_kept(request, row, one).name for one in request.FILES.getlist("attached")]


def _refused(request: HttpRequest, row: Article, form: WordsForm, refusal: Refusal) -> HttpResponse:
    """What was typed stays. After a conflict the next saving knows of the other's."""
    form.refuse(refusal)
    draft = in_work(row)
    if draft is None:
        raise refusal
    theirs = None
    if refusal.code == "changed_meanwhile":
        form.data = {**form.data.dict(), "edits": str(draft.edits)}  # type: ignore[attr-defined]  # it is request.POST
        theirs = difference(draft.body, form.cleaned_data["body"].replace("\r\n", "\n"))
    answer = _editor(request, row, draft, form, theirs=theirs)
    answer.status_code = HTTPStatus.CONFLICT if theirs is not None else HTTPStatus.UNPROCESSABLE_ENTITY
    return answer


def _editor(request: HttpRequest, row: Article, draft: Version, form: WordsForm, **context: Any) -> HttpResponse:
    body = str(form["body"].value() or "")
    known = {
        file.name: file for file in ArticleFile.objects.filter(article=row).select_related("file").order_by("name")
    }
    files = [
        {
            "row": file,
            "url": file_url(file.file, file.name),
            "small": thumbnail_url(file.file),
            "is_picture": bool(file.width),
        }
        for file in known.values()
    ]
    named = mentions(body)
    slugs = set(Article.objects.filter(language=row.language, slug__in=named.articles).values_list("slug", flat=True))
    lost = sorted(named.articles - slugs) + sorted(named.files - known.keys())
    values = {
        **around(request, row, "edit"),
        "draft": draft,
        "form": form,
        "files": files,
        "addresses": {name: _address(file) for name, file in known.items()},
        "lost": lost,
        "words": words_shown(draft, reader=COLLEAGUE, address_of=page_of_article, body=body),
        "may_publish": may(actor_of(request), "knowledge.publish"),
    }
    return shown(request, "knowledge/edit.html", values | context)


@require_POST
@staff("knowledge.write")
def save(request: HttpRequest, article_id: int) -> HttpResponse:
    """The draft saves itself: ``{"edits": 4}``, or why not (409 when somebody else has saved)."""
    row = article_by_id(article_id)
    draft, form = in_work(row), WordsForm(request.POST)
    if draft is None:
        raise Refusal("not_a_draft", _("This version is no longer a draft. Start a new one."))
    if not form.is_valid():
        why = " ".join(str(error) for errors in form.errors.values() for error in errors)
        raise Refusal("words_invalid", _("Not saved: %(why)s") % {"why": why})
    saved = edit_draft(version=draft, words=form.words(), actor=actor_of(request), edits=form.cleaned_data["edits"])
    return JsonResponse({"edits": saved.edits})


@require_POST
@staff("knowledge.write")
def preview(request: HttpRequest, article_id: int) -> HttpResponse:
    """What is being typed as a colleague or a customer would get it: a part for the script, else a page."""
    row = article_by_id(article_id)
    version = in_work(row) or row.live
    if version is None:
        raise Refusal("not_found", _("This article is not here."))
    version.article = row
    body = request.POST.get("body", "").replace("\r\n", "\n")
    reader = request.POST.get("as", "staff")
    words = words_shown(version, reader=READERS.get(reader, COLLEAGUE), address_of=page_of_article, body=body)
    context = {"words": words, "article": row, "title": request.POST.get("title", ""), "reader": reader}
    part = "#words" if request.headers.get("X-Part") else ""
    return shown(request, f"knowledge/preview.html{part}", {"section": "knowledge", **context})


# ── Files ─────────────────────────────────────────────────────────────────────────────────
@require_POST
@staff("knowledge.write")
def upload(request: HttpRequest, article_id: int) -> HttpResponse:
    """One picture or attachment; answers with the Markdown that shows it, and where it stands."""
    row, file = article_by_id(article_id), request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise Refusal("file_empty", _("Choose a file."))
    kept = _kept(request, row, file)
    alt = kept.name.rpartition(".")[0].replace("-", " ")
    text = f"{'!' if kept.width else ''}[{alt}](file:{kept.name})"
    return JsonResponse({"name": kept.name, "text": text, "url": _address(kept)})


def _address(file: ArticleFile) -> str:
    """As in the article: a picture is shown, anything else is kept."""
    return file_url(file.file, file.name, use=Use.PICTURE if file.width else Use.DOWNLOAD)


def _kept(request: HttpRequest, row: Article, file: "UploadedFile[Any]") -> ArticleFile:
    return add_file(
        article=row,
        name=file.name or "file",
        content=file.read(),
        content_type=file.content_type or "",
        actor=actor_of(request),
    )


@require_POST
@staff("knowledge.write")
def remove_one(request: HttpRequest, article_id: int, file_id: int) -> HttpResponse:
    file = ArticleFile.objects.filter(article_id=article_id, pk=file_id).first()
    if file is not None:
        remove_file(file=file, actor=actor_of(request))
    return done(request, _("The file is gone."), "knowledge:edit", article_id)


# ── Links to other articles ───────────────────────────────────────────────────────────────
@require_GET
@staff("knowledge.write")
def links(request: HttpRequest, article_id: int) -> HttpResponse:
    """Articles in the same language whose title or address has these words: ``{"items": [{"title", "slug"}]}``."""
    row, words = article_by_id(article_id), request.GET.get("q", "").strip()[:100]
    rows = Article.objects.filter(language=row.language, live__isnull=False).exclude(pk=row.pk)
    if words:
        rows = rows.filter(Q(live__title__icontains=words) | Q(slug__icontains=words))
    rows = rows.select_related("live").order_by("live__title")[:MOST_LINKS]
    return JsonResponse({"items": [{"title": one.live.title, "slug": one.slug} for one in rows if one.live]})
