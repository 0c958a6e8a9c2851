"""An import, one step after another: chosen, looked at, done. Where somebody stands is kept on the server."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import keep_file, read_file
from otklik.knowledge.actions.importing import import_articles
from otklik.knowledge.adapters.anything import FETCH_SECONDS, articles_in
from otklik.knowledge.adapters.imported import ImportRefused
from otklik.knowledge.models import ImportRun

LARGEST: Final = 200_000_000
KEPT: Final = timedelta(days=30)

type Line = tuple[str, str, str]
"""Where it stands, its title or what is wrong, and what becomes of it."""


def begin_import(*, name: str, content: bytes, actor: Actor, publish: bool = False, fetch: bool = False) -> ImportRun:
    """Keep the file and look what would happen; it takes the place of what this agent chose before.

    Raises ``Refusal('archive_too_large')``.
    """
    require(actor, "knowledge.arrange")
    if len(content) > LARGEST:
        text = _("This archive is too large.")
        raise Refusal("archive_too_large", text, fields={"file": text})
    return _look(_chosen(name, content, actor, publish=publish, fetch=fetch), actor)


@in_one
def _chosen(name: str, content: bytes, actor: Actor, *, publish: bool, fetch: bool) -> ImportRun:
    file = keep_file(content, declared_type="application/octet-stream")
    values = {"file": file, "name": name[:255], "publish": publish, "fetch": fetch, "done_at": None, "began_at": Now()}
    run, _is_new = ImportRun.objects.update_or_create(agent_id=actor.agent_id, defaults=values)
    return run


def _look(run: ImportRun, actor: Actor) -> ImportRun:
    lines, is_refused = _outcome(run, actor, is_real=False)
    ImportRun.objects.filter(pk=run.pk).update(lines=lines, is_refused=is_refused)
    run.refresh_from_db()
    return run


def finish_import(*, run: ImportRun, actor: Actor) -> ImportRun:
    """Take the articles in, all or none. Pictures are fetched before anything is held.

    Killed in between, it can be done again: what is known is renewed. Raises ``Refusal('import_done')``.
    """
    require(actor, "knowledge.arrange")
    if run.done_at is not None:
        raise Refusal("import_done", _("These articles are here already. Choose another file."))
    lines, is_refused = _outcome(run, actor, is_real=True)
    done_at = None if is_refused else timezone.now()
    ImportRun.objects.filter(pk=run.pk).update(lines=lines, is_refused=is_refused, done_at=done_at)
    run.refresh_from_db()
    return run


def drop_import(*, actor: Actor) -> None:
    """Begin anew: what this agent chose is forgotten, what is here already stays."""
    require(actor, "knowledge.arrange")
    ImportRun.objects.filter(agent_id=actor.agent_id).delete()


def forget_old_imports(now: datetime) -> None:
    """What nobody went on with for a month; the files go with the others that nothing refers to."""
    ImportRun.objects.filter(began_at__lt=now - KEPT).delete()


def _outcome(run: ImportRun, actor: Actor, *, is_real: bool) -> tuple[list[Line], bool]:
    try:
        seconds = FETCH_SECONDS if is_real and run.fetch else 0
        imported = articles_in({run.name: read_file(run.file)}, fetch_seconds=seconds)
        report = import_articles(imported, publish=run.publish, actor=actor, dry_run=not is_real)
    except ImportRefused as refused:
        return [(one.where, str(one.text), "wrong") for one in refused.wrong], True
    except Refusal as refusal:
        if refusal.code == "not_allowed":
            raise
        return [(run.name, refusal.text, "wrong")], True
    warnings: list[Line] = [(one.where, str(one.text), "told") for one in report.warnings]
    return warnings + [(line.where, line.title, line.outcome) for line in report.lines], False
