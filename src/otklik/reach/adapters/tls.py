"""The certificate that the mail door shows after STARTTLS. Never a self-signed one of our own making."""

import logging
import ssl
from pathlib import Path

logger = logging.getLogger(__name__)


class Certificate:
    """A certificate chain and its key as PEM files; renewed files count from the next connection on.

    ``key`` may be None when both stand in one file. Raises ``OSError`` (so is ``SSLError``) for what cannot be used.
    """

    def __init__(self, chain: Path, key: Path | None = None) -> None:
        self._files = chain, key
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._seen = self._stamps()
        self.context.load_cert_chain(chain, key)

    def refresh(self) -> None:
        """Take renewed files in; while they are being written, the former certificate goes on."""
        try:
            seen = self._stamps()
            if seen == self._seen:
                return
            ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(*self._files)  # whole and fitting?
            self.context.load_cert_chain(*self._files)
        except OSError as error:
            logger.warning("certificate_not_renewed", extra={"error": type(error).__name__})
            return
        self._seen = seen
        logger.info("certificate_renewed")

    def _stamps(self) -> list[tuple[int, int]]:
        found = [file.stat() for file in self._files if file]
        return [(one.st_mtime_ns, one.st_ino) for one in found]
