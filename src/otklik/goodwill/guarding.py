"""A gesture is tied to no rating and no public review: not by its words, not by its reason, not in the catalogue. Pure.

Whoever is paid for a good mark tells nothing by it, and a review that was bought deceives whoever reads it.
"""

import re

_TIES = re.compile(
    r"""
    \bотзыв(?!чив) | \bоцен(?:к|ите\b|и\b) | \bзв[её]зд | \bрейтинг | \b\d\s*из\s*5\b | \bпят[её]рк[ауи]\b
    | \bпостав(?:ьте|ите|ить|ишь)\s+(?:нам\s+)?(?:\d|пят|высш|хорош|балл)
    | \bрекоменд\w+\s+нас\b | \bудал(?:ите|ить)\s+(?:\w+\s+)?жалоб
    | \breviews?\b | \bratings?\b | \brate\s+(?:us|our|me)\b | \bstars?\b | \b\d\s*out\s+of\s+5\b | \btestimonial
    """,
    re.IGNORECASE | re.VERBOSE,
)


def ties_to_a_rating(*texts: str) -> bool:
    """Whether these words speak of a rating or a review, where a gesture is spoken of."""
    return any(_TIES.search(text) for text in texts)
