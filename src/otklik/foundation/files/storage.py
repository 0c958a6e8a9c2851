"""Kept files in a folder that survive a power cut: "kept" is said only when file and folder are on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files.storage import FileSystemStorage

from otklik.foundation.files.disk import settle


class FilesAway(OSError):
    """The folder of kept files cannot be written: the disk is full, read-only or broken. Nothing was kept."""


@contextmanager
def _told_apart() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FilesAway(error.errno, error.strerror) from error


class LastingFiles(FileSystemStorage):
    """``FileSystemStorage`` whose ``save`` returns when the bytes and every new name are on the disk.

    Raises ``FilesAway``.
    """

    def _save(self, name: str, content: IO[Any]) -> str:
        root, new = Path(self.location), Path(self.path(name))
        with _told_apart():
            met = next(folder for folder in new.parents if folder.exists())
            saved = super()._save(name, content)  # type: ignore[misc]  # the storage's own step
            settle(new)
            for folder in new.parents:  # each new folder is a name in the one above it
                settle(folder)
                if folder in {met, root.parent}:
                    break
        return str(saved)

    def check_writable(self) -> None:
        """Raises ``FilesAway`` when nothing more can be kept. Tried with a file without a name, so that a backup that
        walks the folder meanwhile does not meet it."""
        with _told_apart():
            Path(self.location).mkdir(parents=True, exist_ok=True)
            with TemporaryFile(dir=self.location) as probe:
                probe.write(bytes(4096))
                probe.flush()
