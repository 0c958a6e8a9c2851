"""Files that wait with a draft: kept at once, there when the agent comes back, in one letter exactly once."""

from collections.abc import Collection, Sequence

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from otklik.cases.models import Case, Draft, DraftFile
from otklik.cases.queries import check_goes_on, require_case
from otklik.foundation.actors import Actor
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.files.keeping import forget_files, keep_file, read_file
from otklik.foundation.files.uploads import check_upload
from otklik.foundation.policies import policy
from otklik.reach.adapters.incoming import IncomingFile
from otklik.reach.models import Message


@in_one
def add_draft_files(*, case: Case, actor: Actor, kind: str, files: Sequence[IncomingFile]) -> list[DraftFile]:
    """Keep files with what the agent is writing, making a draft if there is none.

    Raises ``Refusal('file_empty' | 'file_is_program' | 'files_too_large' | 'merged_already')``.
    """
    require_case(actor, "cases.reply", case)
    check_goes_on(case)
    draft, _new = Draft.objects.get_or_create(case=case, agent_id=actor.agent_id, kind=kind, defaults={"text": ""})
    Draft.objects.select_for_update().get(pk=draft.pk)  # several files come at once; each must count the others
    together = sum(one.file.size for one in draft.files.select_related("file")) + sum(len(one.content) for one in files)
    most = int(policy("portal.upload_limit_bytes"))
    if together > most:
        text = _("The files of one letter may be %(limit)s together. Send a part of them.")
        raise Refusal("files_too_large", text % {"limit": filesizeformat(most)})
    for one in files:
        check_upload(name=one.name, content=one.content)
    rows = [
        DraftFile(
            draft=draft,
            file=keep_file(one.content, declared_type=one.content_type),
            name=one.name[:255],
            content_type=one.content_type[:150],
        )
        for one in files
    ]
    return DraftFile.objects.bulk_create(rows)


@in_one
def remove_draft_file(*, case: Case, actor: Actor, file_id: int) -> None:
    """Take a file out of one's own draft; gone already is as good."""
    require_case(actor, "cases.reply", case)
    row = DraftFile.objects.filter(pk=file_id, draft__case=case, draft__agent_id=actor.agent_id).first()
    if row is None:
        return
    row.delete()
    Draft.objects.filter(pk=row.draft_id, text="", files=None).delete()
    forget_files([row.file_id])


@in_one
def take_draft_files(*, case: Case, actor: Actor, kind: str, file_ids: Collection[int]) -> list[IncomingFile]:
    """The chosen files of one's own draft, which leave it: of two letters at once only one gets them.

    Raises ``Refusal('changed_meanwhile')`` when one is not there any more.
    """
    if not file_ids:
        return []
    own = DraftFile.objects.filter(draft__case=case, draft__agent_id=actor.agent_id, draft__kind=kind)
    rows = list(own.select_related("file").select_for_update(of=("self",)).filter(pk__in=file_ids).order_by("id"))
    if len(rows) < len(set(file_ids)):
        raise Refusal("changed_meanwhile", _("A file is not with this draft any more. Look at the list, then send."))
    taken = [IncomingFile(name=row.name, content_type=row.content_type, content=read_file(row.file)) for row in rows]
    DraftFile.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return taken


def give_files_back(*, draft: Draft, message: Message) -> None:
    """The files of a letter that was taken back wait with its text again."""
    rows = [
        DraftFile(draft=draft, file_id=one.file_id, name=one.name, content_type=one.content_type)
        for one in message.attachments.order_by("id")
    ]
    DraftFile.objects.bulk_create(rows)
