"""What goes wrong on the command line, in words."""

from typing import Final

USAGE: Final = 64


class Problem(Exception):
    """One clear sentence with what to do. Without ``exit_code`` the command's own code for trouble is used."""

    def __init__(self, sentence: str, *, exit_code: int = 0) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code
