"""An archive that was cut, changed or made up is a refusal, never an error of ours."""

import io
import random
import struct
import tracemalloc
import zipfile

import pytest

from otklik.foundation.errors import Refusal
from otklik.foundation.files.archives import BROKEN, unpacked
from otklik.knowledge.adapters.anything import articles_in


def archive(method: int) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as made:
        made.writestr("a.md", "# Доставка\n\nСлово. " * 50)
        made.writestr("ru/b.html", "<h1>Возврат</h1><p>слово" * 30)
    return target.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_archive_is_refused(method: int) -> None:
    whole, dice = archive(method), random.Random(method)  # the same damage each time
    codes = set()
    for number in range(300):
        damaged = bytearray(whole)
        for _time in range(dice.choice((1, 2, 8))):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        content = bytes(damaged[: dice.randrange(len(damaged))] if number % 5 == 0 else damaged)
        try:
            articles_in({"a.zip": content})
        except Refusal as refusal:
            codes.add(refusal.code)

    assert codes == {"import_refused"}


def test_an_entry_that_is_larger_than_it_says_is_refused_before_it_fills_the_memory() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.html", b"a" * 50_000_000)
    honest = target.getvalue()
    said = honest.index(b"PK\x01\x02") + 24
    lying = honest[:said] + struct.pack("<I", 10) + honest[said + 4 :]
    tracemalloc.start()

    with zipfile.ZipFile(io.BytesIO(lying)) as archive, pytest.raises(BROKEN):
        unpacked(archive, archive.infolist()[0])

    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        assert len(unpacked(archive, archive.infolist()[0])) == 50_000_000
