"""Pictures and attachments of an article, called by their names in its words."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import PICTURES, forget_files, keep_file, true_type
from otklik.foundation.files.pictures import fit_for_page
from otklik.foundation.files.uploads import check_upload
from otklik.knowledge.addresses import name_for
from otklik.knowledge.models import Article, ArticleFile

LARGEST_FILE = 20_000_000
MOST_FILES = 200


@in_one
def add_file(
    *, article: Article, name: str, content: bytes, actor: Actor, content_type: str = "", replaces: bool = False
) -> ArticleFile:
    """Keep a file of the article under a name that Markdown can hold; the same bytes twice are one file.

    A picture is made fit for a page. Other bytes under a taken name get a new name, or its place with ``replaces``.
    Raises ``Refusal('file_empty' | 'file_is_program' | 'file_too_large' | 'too_many_files' | 'picture_too_large' |
    'picture_unreadable')``.
    """
    require(actor, "knowledge.write")
    Article.objects.select_for_update().get(pk=article.pk)
    name = name_for(name)
    check_upload(name=name, content=content)
    if len(content) > LARGEST_FILE:
        text = _("%(name)s is larger than %(most)d MB.") % {"name": name, "most": LARGEST_FILE // 1_000_000}
        raise Refusal("file_too_large", text)
    size: tuple[int, int] | tuple[None, None] = (None, None)
    kind = true_type(content, content_type)
    if kind in PICTURES:
        picture = fit_for_page(content, name=name)
        content, kind, size = picture.content, picture.content_type, (picture.width, picture.height)
    stored = keep_file(content, declared_type=kind)
    known = {row.name: row for row in ArticleFile.objects.filter(article=article)}
    same = next(
        (row for row in known.values() if row.file_id == stored.pk and (not replaces or row.name == name)), None
    )
    if same is not None:
        return same
    if replaces and name in known:
        return _put_in_place(known[name], stored.pk, size)
    if len(known) >= MOST_FILES:
        raise Refusal("too_many_files", _("An article has at most %(most)d files.") % {"most": MOST_FILES})
    return ArticleFile.objects.create(
        article=article, file=stored, name=_free(name, known), width=size[0], height=size[1]
    )


@in_one
def remove_file(*, file: ArticleFile, actor: Actor) -> None:
    """Take a file away from its article; the bytes go when nothing else needs them."""
    require(actor, "knowledge.write")
    ArticleFile.objects.filter(pk=file.pk).delete()
    forget_files([file.file_id])


def _put_in_place(row: ArticleFile, file_id: int, size: tuple[int, int] | tuple[None, None]) -> ArticleFile:
    before, row.file_id = row.file_id, file_id
    row.width, row.height = size
    row.save(update_fields=["file", "width", "height"])
    forget_files([before])
    return row


def _free(name: str, known: dict[str, ArticleFile]) -> str:
    path = PurePath(name)
    numbered = (f"{path.stem}-{number}{path.suffix}" for number in range(2, len(known) + 3))
    return name if name not in known else next(other for other in numbered if other not in known)
