"""Words of a rich text (RTF), compressed as Outlook does ([MS-OXRTFCP]); only the words, not how they look."""

from typing import Final

from compressed_rtf import decompress  # type: ignore[import-untyped]  # it has no hints
from striprtf.striprtf import rtf_to_text

from otklik.reach.adapters.email.charsets import clean

LARGEST_COMPRESSED: Final = 500_000
LARGEST: Final = 2_000_000


def words_of_rtf(compressed: bytes) -> str:
    """'' for what is too large to be a letter. Raises whatever the libraries trip over: the caller catches it."""
    if len(compressed) > LARGEST_COMPRESSED:
        return ""
    rtf = decompress(compressed)[:LARGEST]
    words = rtf_to_text(rtf.decode("latin-1").strip("\0"), errors="replace")  # type: ignore[no-untyped-call]
    return clean(str(words).replace("\N{NO-BREAK SPACE}", " ")).strip("\n")
