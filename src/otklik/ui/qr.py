"""QR codes as drawings."""

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode


def qr_path(address: str) -> tuple[str, int]:
    """The dark squares of a QR code as the path of an SVG, and the width of the whole in squares, with its margin."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(address)
    rows = code.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return "".join(squares), len(rows)
