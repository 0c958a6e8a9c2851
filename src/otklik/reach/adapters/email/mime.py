"""The structure of a letter, read from its bytes in place: no copies, no recursion, and an end to every loop."""

import re
from dataclasses import dataclass, field

from otklik.reach.adapters.email.headers import parameters, unfold
from otklik.reach.adapters.email.transfer import decode_transfer


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of one letter is read; what lies beyond is left in the original and the letter marked truncated."""

    parts: int = 1_000
    depth: int = 30
    header_bytes: int = 4 * 2**20
    header_fields: int = 2_000
    value_bytes: int = 64 * 2**10
    text_bytes: int = 2 * 2**20
    decoded_bytes: int = 128 * 2**20


_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?", re.MULTILINE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+_-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,80}")
_MISSPELLED = {"base64": "base64", "b64": "base64", "quotedprintable": "quoted-printable", "qp": "quoted-printable"}
_SHORTEST_BOUNDARY = 3
_FIRST_BOUNDARY_WITHIN = 50_000
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_BLANK = re.compile(rb"[\r\n]*")
_USED_BOUNDARY = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?\n(?=content-[a-z-]{1,40}:)", re.MULTILINE | re.IGNORECASE)


class Headers:
    """The header fields of one part; names are lower-case, values unfolded bytes."""

    def __init__(self) -> None:
        self._values: dict[str, list[bytes]] = {}

    def add(self, name: bytes, value: bytes) -> None:
        self._values.setdefault(name.decode("ascii").lower(), []).append(value)

    def all(self, name: str) -> list[bytes]:
        return [unfold(value) for value in self._values.get(name, ())]

    def first(self, name: str) -> bytes:
        values = self._values.get(name)
        return unfold(values[0]) if values else b""

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> list[str]:
        return list(self._values)


@dataclass(slots=True, kw_only=True)
class Part:
    """One node of the letter: ``raw[start:end]`` is its body, still encoded."""

    raw: bytes = field(repr=False)
    headers: Headers
    start: int
    end: int
    content_type: str
    params: dict[str, str]
    children: list["Part"] = field(default_factory=list)
    around: tuple[tuple[int, int], ...] = ()
    """Where in ``raw`` the text before the first and after the last boundary lies, which no program shows."""

    @property
    def encoding(self) -> str:
        written = self.headers.first("content-transfer-encoding").decode("latin-1").strip().strip('";').lower()
        return _MISSPELLED.get(written.replace("-", "").replace("_", "").replace(" ", ""), written)

    @property
    def is_attachment(self) -> bool:
        return self.headers.first("content-disposition")[:20].strip().lower().startswith(b"attachment")

    def content(self, limit: int | None = None) -> bytes:
        """The decoded body; with ``limit``, made of about that many encoded bytes at most."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        return decode_transfer(self.raw[self.start : end], self.encoding)


@dataclass(slots=True, kw_only=True)
class Tree:
    """A letter taken apart; ``parts`` are all nodes in reading order."""

    root: Part
    parts: list[Part]
    is_truncated: bool = False


def take_apart(raw: bytes, limits: Limits) -> Tree:
    """Read the structure of a letter. Never raises; a broken multipart is read as the text that it is."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    start = _leading_blank(raw)
    while raw.startswith((b"From ", b">From "), start):
        start = _after_line(raw, start, len(raw))
    root, cut = _part(raw, start, len(raw), "text/plain", limits)
    tree = Tree(root=root, parts=[], is_truncated=cut)
    waiting = [(root, 1)]
    while waiting:
        part, depth = waiting.pop()
        tree.parts.append(part)
        if not part.content_type.startswith("multipart/"):
            continue
        if depth > limits.depth:
            tree.is_truncated = True
            continue
        room = limits.parts - len(tree.parts) - len(waiting)
        tree.is_truncated |= _divide(part, room, limits)
        waiting.extend((child, depth + 1) for child in reversed(part.children))
    return tree


def _part(raw: bytes, start: int, end: int, default_type: str, limits: Limits) -> tuple[Part, bool]:
    headers, body, cut = _headers(raw, start, end, limits)
    declared, params = parameters(headers.first("content-type"))
    content_type = declared.lower() if _TYPE.fullmatch(declared.lower()) else default_type
    part = Part(raw=raw, headers=headers, start=min(body, end), end=end, content_type=content_type, params=params)
    return part, cut


def _headers(raw: bytes, start: int, end: int, limits: Limits) -> tuple[Headers, int, bool]:
    """The fields of the block at ``start``, where the body begins, and whether something was left out."""
    headers = Headers()
    if raw.startswith((b"\n", b"\r\n"), start):
        return headers, _after_line(raw, start, end), False
    stop, body = _end_of_headers(raw, start, end)
    cut = stop - start > limits.header_bytes
    stop = min(stop, start + limits.header_bytes)
    count, reached, last = 0, start, None
    for match in _FIELD.finditer(raw, start, stop):
        if last is not None and match.start() > reached:
            last = (last[0], last[1] + b" " + raw[reached : match.start()].replace(b"\n", b"\n "))
        if last is not None:
            headers.add(*last)
        name, value = match.group(1, 2)
        cut |= len(value) > limits.value_bytes
        last, reached, count = (name, value[: limits.value_bytes]), match.end(), count + 1
        if count >= limits.header_fields:
            cut, reached = True, stop
            break
    if last is None:
        return headers, start, cut
    headers.add(*last)
    if reached < stop and not cut:  # no blank line: the text begins where the fields end
        return headers, reached, cut
    return headers, body, cut


def _end_of_headers(raw: bytes, start: int, end: int) -> tuple[int, int]:
    empty_line = _EMPTY_LINE.search(raw, start, end)
    return (empty_line.start() + 1, empty_line.end()) if empty_line else (end, end)


def _divide(part: Part, room: int, limits: Limits) -> bool:
    """Give a multipart its children; True when some were left out. Without a usable boundary it becomes text."""
    raw, cut = part.raw, False
    marks = _marks(part, part.params.get("boundary", "").encode("latin-1", "replace").rstrip(), room)
    if not marks:
        marks = _marks(part, _guessed_boundary(part), room)
    if not marks:
        part.content_type = "text/plain"
        return False
    part.around = ((part.start, marks[0][0]), (marks[-1][1], part.end) if marks[-1][2] else (part.end, part.end))
    child_type = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for index, (_, begin, is_last) in enumerate(marks):
        if is_last:
            break
        if len(part.children) >= room:
            return True
        stop = marks[index + 1][0] if index + 1 < len(marks) else part.end
        child, child_cut = _part(raw, min(begin, stop), max(begin, stop), child_type, limits)
        cut |= child_cut
        part.children.append(child)
    return cut


def _marks(part: Part, boundary: bytes, room: int) -> list[tuple[int, int, bool]]:
    return _delimiters(part.raw, b"--" + boundary, part.start, part.end, room + 1) if boundary else []


def _delimiters(raw: bytes, needle: bytes, start: int, end: int, most: int) -> list[tuple[int, int, bool]]:
    """For each delimiter line: its start with the line break before it, the start of what follows, is it the last?"""
    found: list[tuple[int, int, bool]] = []
    at = raw.find(needle, start, end)
    while at >= 0 and len(found) <= most:
        after = at + len(needle)
        if at == start or raw[at - 1 : at] == b"\n":
            rest = raw[after : after + 200].partition(b"\n")[0].strip()
            if rest in {b"", b"--"}:
                before = at - 2 if raw[at - 2 : at] == b"\r\n" else at - 1
                found.append((max(before, start), _after_line(raw, after, end), rest == b"--"))
                if rest:
                    break
        at = raw.find(needle, after, end)
    return found


def _guessed_boundary(part: Part) -> bytes:
    """The boundary that the body itself uses, when the header forgot to name it or names another."""
    if used := _USED_BOUNDARY.search(part.raw, part.start, min(part.end, part.start + _FIRST_BOUNDARY_WITHIN)):
        return used[1]
    blank = _BLANK.match(part.raw, part.start, part.end)
    begin = blank.end() if blank else part.start
    line = part.raw[begin : min(begin + 200, part.end)].partition(b"\n")[0].strip()
    return line[2:] if line.startswith(b"--") and len(line) > _SHORTEST_BOUNDARY else b""


def _leading_blank(raw: bytes) -> int:
    match = _BLANK.match(raw)
    return match.end() if match else 0


def _after_line(raw: bytes, at: int, end: int) -> int:
    newline = raw.find(b"\n", at, end)
    return end if newline < 0 else newline + 1
