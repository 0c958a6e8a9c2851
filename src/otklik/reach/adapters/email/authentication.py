"""What the receiving server found out about the sender (Authentication-Results, RFC 8601)."""

import re
from collections.abc import Collection, Sequence

from otklik.reach.adapters.incoming import Verdicts

_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_RESULT = re.compile(r"\b(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]{2,20})")


def verdicts(headers: Sequence[bytes], trusted_hosts: Collection[str]) -> Verdicts:
    """The results in the topmost header of a trusted host; anyone can write the others into their own letter."""
    trusted = {host.strip().lower().rstrip(".") for host in trusted_hosts} - {""}
    for header in headers if trusted else ():
        text = _COMMENT.sub(" ", header[:8_000].decode("latin-1")).lower()
        identity, _, results = text.partition(";")
        host = (identity.split() or [""])[0].strip('"').rstrip(".")
        if host in trusted:
            return _read(results, host)
    return Verdicts()


def _read(results: str, host: str) -> Verdicts:
    found: dict[str, str] = {}
    for resinfo in results.split(";"):
        match = _RESULT.match(resinfo.strip())
        if match and found.get(match[1]) != "pass":  # of several signatures one good is enough
            found[match[1]] = match[2]
    return Verdicts(spf=found.get("spf", ""), dkim=found.get("dkim", ""), dmarc=found.get("dmarc", ""), host=host)
