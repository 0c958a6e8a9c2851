"""Files that an agent chose in a form, to go with a letter or a note."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from otklik.foundation.errors import Refusal
from otklik.foundation.files.uploads import check_upload, clean_name
from otklik.foundation.policies import policy
from otklik.reach.adapters.incoming import IncomingFile


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Chosen files, each small enough and no program."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[IncomingFile]:
        given = data if isinstance(data, (list, tuple)) else [data]
        chosen = [one for one in given if one]
        if sum(one.size for one in chosen) > policy("portal.upload_limit_bytes"):
            raise forms.ValidationError(_("These files are too large together. Send a part of them."))
        return [_file(super(FilesField, self).clean(one, initial)) for one in chosen]


def _file(upload: Any) -> IncomingFile:
    content, name = upload.read(), clean_name(upload.name)
    try:
        check_upload(name=name, content=content)
    except Refusal as refusal:
        raise forms.ValidationError(refusal.text) from refusal
    return IncomingFile(name=name, content_type=upload.content_type or "", content=content)
