"""One call of the API of VK, and what its refusals mean for us; they come with status 200."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from otklik.foundation.http.calling import Response
from otklik.reach.adapters.channels import Door, OutgoingFile
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict
from otklik.reach.adapters.messenger import Asking, Told, form, id_of, number, part, refused, rows, sent, told, words

VERSION: Final = "5.199"
_BY_CODE: Final[Mapping[int, Verdict]] = {
    1: Verdict.SERVER,
    5: Verdict.DOOR_BROKEN,
    6: Verdict.THROTTLED,
    9: Verdict.THROTTLED,
    10: Verdict.SERVER,
    14: Verdict.DOOR_BROKEN,
    15: Verdict.BLOCKED,
    18: Verdict.GONE,
    27: Verdict.DOOR_BROKEN,
    29: Verdict.THROTTLED,
    900: Verdict.BLOCKED,
    901: Verdict.BLOCKED,
    902: Verdict.BLOCKED,
    914: Verdict.TOO_LARGE,
    917: Verdict.BLOCKED,
    936: Verdict.GONE,
    945: Verdict.BLOCKED,
    950: Verdict.REFUSED,
}
_REST: Final[Mapping[int, int]] = {6: 1, 9: 60, 29: 600}


def ask(door: Door, method: str, values: Mapping[str, str]) -> Any:
    """Its ``response``. Raises ``DeliveryFailed``."""
    given = {**values, "access_token": door.secret("token"), "v": VERSION}
    url = f"{door.settings['base_url'].rstrip('/')}/{method}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = sent(door, Asking(url=url, headers=headers, body=urlencode(given).encode()))
    said = told(answer.body)
    if "response" in said:
        return said["response"]
    raise _refusal(answer, part(said, "error"))


def _refusal(answer: Response, error: Told) -> DeliveryFailed:
    code, text = number(error.get("error_code")), words(error.get("error_msg"), 200)
    if not code:
        return refused(f"HTTP {answer.status}", Verdict.REFUSED if answer.status // 100 == 4 else Verdict.SERVER)  # noqa: PLR2004
    verdict = _BY_CODE.get(code, Verdict.REFUSED)
    if verdict is Verdict.DOOR_BROKEN:
        return refused("captcha" if code == 14 else "HTTP 401 token", verdict)  # noqa: PLR2004
    return refused(f"{code}: {text}", verdict, after=_REST.get(code, 0))


def hung(door: Door, peer: str, kind: str, file: OutgoingFile) -> str:
    """The file as VK names it in a message: put where it wants it, then kept there."""
    is_photo = kind == "photo"
    place = ask(
        door,
        "photos.getMessagesUploadServer" if is_photo else "docs.getMessagesUploadServer",
        {"peer_id": peer} if is_photo else {"peer_id": peer, "type": "doc"},
    )
    content_type, body = form({}, [("photo" if is_photo else "file", file)])
    url = words(part(place).get("upload_url"), 4000)
    answer = sent(door, Asking(url=url, headers={"Content-Type": content_type}, body=body, seconds=300, silence=60))
    put = told(answer.body)
    if is_photo:
        wanted = {name: words(put.get(name), 100_000) or id_of(put.get(name)) for name in ("photo", "server", "hash")}
        [kept, *_more] = rows(ask(door, "photos.saveMessagesPhoto", wanted)) or [{}]
    else:
        if not put.get("file"):
            raise refused(words(put.get("error"), 200) or f"HTTP {answer.status}", Verdict.REFUSED)
        saved = ask(door, "docs.save", {"file": words(put.get("file"), 100_000), "title": file.name[:100]})
        kept = part(saved, "doc") or next(iter(rows(saved)), {})
    key = words(kept.get("access_key"), 100)
    named = f"{'photo' if is_photo else 'doc'}{id_of(kept.get('owner_id'))}_{id_of(kept.get('id'))}"
    return f"{named}_{key}" if key else named
