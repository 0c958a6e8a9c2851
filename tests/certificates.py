"""Certificates for tests: of "localhost", signed by nobody but themselves, trusted by nobody but the test."""

import datetime
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = datetime.timedelta(days=1)


def write_certificate(folder: Path, *, days: int = 30) -> tuple[Path, Path]:
    """A new chain and its key as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - DAY).not_valid_after(now + days * DAY)
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    chain_file, key_file = folder / "chain.pem", folder / "key.pem"
    chain_file.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain_file, key_file


def trusting(chain: Path) -> ssl.SSLContext:
    """What a client needs who trusts this certificate alone."""
    context = ssl.create_default_context(cafile=str(chain))
    context.check_hostname = False
    return context
