"""Links to videos that can be shown in the page: whose they are, and where their player stands."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

PLAYERS = ("https://www.youtube-nocookie.com", "https://vkvideo.ru", "https://rutube.ru")
"""Hosts whose player a page may open, after a press; they stand in the content security policy."""

_ID = re.compile(r"[\w-]{6,40}")
_VK = re.compile(r"/(?:video|clip)(-?\d{1,20})_(\d{1,20})")
_RUTUBE = re.compile(r"/(?:video|shorts|play/embed)/(?:private/)?([0-9a-f]{32})")


@dataclass(frozen=True, kw_only=True)
class Video:
    host: str
    player: str


def video_at(url: str) -> Video | None:
    """The video that this address shows; None when it is something else."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.username is not None:
        return None
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    match host:
        case "youtube.com" | "youtube-nocookie.com" | "youtu.be":
            return _youtube(host, parts.path, parts.query)
        case "vk.com" | "vk.ru" | "vkvideo.ru":
            return _vk(parts.path, parts.query)
        case "rutube.ru":
            return _rutube(parts.path)
        case _:
            return None


def _youtube(host: str, path: str, query: str) -> Video | None:
    name = parse_qs(query).get("v", [""])[0] if path == "/watch" else path.rstrip("/").rpartition("/")[2]
    is_known = host == "youtu.be" or path == "/watch" or path.startswith(("/embed/", "/shorts/", "/live/"))
    if not is_known or not _ID.fullmatch(name):
        return None
    return Video(host="YouTube", player=f"{PLAYERS[0]}/embed/{name}")


def _vk(path: str, query: str) -> Video | None:
    found = _VK.search(path) or _VK.search("/" + parse_qs(query).get("z", [""])[0])
    if found is None:
        return None
    return Video(host="VK Видео", player=f"{PLAYERS[1]}/video_ext.php?oid={found[1]}&id={found[2]}")


def _rutube(path: str) -> Video | None:
    found = _RUTUBE.match(path)
    return Video(host="Rutube", player=f"{PLAYERS[2]}/play/embed/{found[1]}/") if found else None
