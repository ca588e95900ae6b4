"""Certificates made at start, good and bad ones, all with one P-256 key each level."""

from __future__ import annotations

import datetime as dt
import functools
import ipaddress
import os
import ssl
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from rhombus_mock.wire.names import HOST_NAMES
from rhombus_mock.wire.terms import Terms

DAY = dt.timedelta(days=1)
SOMEBODY = "Somebody Else's Root CA"
INTERCEPTOR = "Example Corp Proxy CA"


@dataclass(frozen=True)
class Chain:
    """What one kind of server presents, and the findings a client should draw from it."""

    file: Path
    """The private key and the chain, PEM."""
    certificates: tuple[x509.Certificate, ...]
    defects: tuple[str, ...]
    _contexts: dict[Terms, ssl.SSLContext] = field(default_factory=dict)

    def context(self, terms: Terms) -> ssl.SSLContext:
        """The same one for the same terms: a client may resume a session."""
        if terms not in self._contexts:
            self._contexts[terms] = terms.context(self.file)
        return self._contexts[terms]


@dataclass(frozen=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


class Certificates:
    """All chains of one run; made when first asked for, in a folder of the run's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._start = dt.datetime.now(dt.UTC).replace(microsecond=0)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._root = self._authority("Mock Root CA", None)
        self._issuing = self._authority("Mock Issuing CA", self._root)
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(_pem(self._root.certificate))

    @functools.cache  # noqa: B019  (one object a process; the chains live as long as it does)
    def chain(self, kind: str) -> Chain:
        """The chain of that kind: good, expired, not-yet-valid, self-signed, unknown-ca,
        unknown-ca-leaf-only, intercepted, wrong-host, incomplete, or long/N for N certificates.
        Raises KeyError for any other."""
        kind, _, count = kind.partition("/")
        makers: dict[str, Callable[[], Chain]] = {
            "good": lambda: self._issued("good", ()),
            "expired": lambda: self._issued(
                "expired", ("TLS-EXPIRED",), begin=-90 * DAY, end=-2 * DAY
            ),
            "not-yet-valid": lambda: self._issued(
                "not-yet-valid", ("TLS-EXPIRED",), begin=30 * DAY, end=90 * DAY
            ),
            "wrong-host": lambda: self._issued(
                "wrong-host", ("TLS-NAME",), names=("other.example.test",)
            ),
            "self-signed": self._self_signed,
            "unknown-ca": lambda: self._unknown("unknown-ca", SOMEBODY, send_root=1),
            "unknown-ca-leaf-only": lambda: self._unknown(
                "unknown-ca-leaf-only", SOMEBODY, send_root=0
            ),
            "intercepted": lambda: self._unknown("intercepted", INTERCEPTOR, send_root=1),
            "incomplete": lambda: self._issued("incomplete", ("TLS-CHAIN",), send=1),
            "long": lambda: self._long(int(count)),
        }
        return makers[kind]()

    def _issued(
        self,
        kind: str,
        defects: tuple[str, ...],
        *,
        begin: dt.timedelta = -1 * DAY,
        end: dt.timedelta = 365 * DAY,
        names: tuple[str, ...] = (),
        send: int = 2,
    ) -> Chain:
        leaf = self._leaf(self._issuing, names, self._start + begin, self._start + end)
        return self._chain(kind, (leaf, self._issuing.certificate)[:send], defects)

    def _self_signed(self) -> Chain:
        names = self._subject("127.0.0.1")
        leaf = self._sign(
            names, names, self._key, self._start - DAY, self._start + 365 * DAY
        ).add_extension(_alternative_names(()), critical=False)
        return self._chain("self-signed", (leaf.sign(self._key, hashes.SHA256()),), ("TLS-SELF",))

    def _unknown(self, kind: str, authority: str, *, send_root: int) -> Chain:
        root = self._authority(authority, None)
        leaf = self._leaf(root, (), self._start - DAY, self._start + 365 * DAY)
        return self._chain(kind, (leaf, root.certificate)[: 1 + send_root], ("TLS-STORE",))

    def _long(self, count: int) -> Chain:
        """A good chain in every respect but its length."""
        key, issuer, path = self._key, self._root, []
        for at in range(1, count):
            subject = self._subject(f"Mock CA {at} of {count - 1}")
            builder = self._sign(
                subject,
                issuer.certificate.subject,
                key,
                self._start - DAY,
                self._start + 365 * DAY,
            ).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            issuer = _Authority(builder.sign(issuer.key, hashes.SHA256()), key)
            path.append(issuer.certificate)
        leaf = self._leaf(issuer, (), self._start - DAY, self._start + 365 * DAY)
        return self._chain(f"long-{count}", (leaf, *reversed(path)), ("TLS-CHAIN",))

    def _authority(self, name: str, issuer: _Authority | None) -> _Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = self._subject(name)
        signer = issuer.key if issuer else key
        builder = self._sign(
            subject,
            issuer.certificate.subject if issuer else subject,
            key,
            self._start - 365 * DAY,
            self._start + 3650 * DAY,
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        builder = builder.add_extension(_key_usage_of_authority(), critical=True)
        if issuer:
            builder = builder.add_extension(_authority_key(issuer), critical=False)
        return _Authority(builder.sign(signer, hashes.SHA256()), key)

    def _leaf(
        self, issuer: _Authority, names: tuple[str, ...], begin: dt.datetime, end: dt.datetime
    ) -> x509.Certificate:
        subject = self._subject(names[0] if names else "127.0.0.1")
        builder = self._sign(subject, issuer.certificate.subject, self._key, begin, end)
        builder = builder.add_extension(_alternative_names(names), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        builder = builder.add_extension(_authority_key(issuer), critical=False)
        return builder.sign(issuer.key, hashes.SHA256())

    def _sign(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        begin: dt.datetime,
        end: dt.datetime,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )

    def _chain(
        self, kind: str, certificates: tuple[x509.Certificate, ...], defects: tuple[str, ...]
    ) -> Chain:
        file = self._folder / f"{kind}.pem"
        private = self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as out:
            out.write(private + b"".join(_pem(one) for one in certificates))
        return Chain(file, certificates, defects)

    @staticmethod
    def _subject(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def described(certificate: x509.Certificate) -> dict[str, object]:
    """A certificate as an entry of `chain` in a transcript."""
    try:
        alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = [str(name.value) for name in alternative.value]
    except x509.ExtensionNotFound:
        names = []
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "names": names,
        "not_before": f"{certificate.not_valid_before_utc:%Y-%m-%dT%H:%M:%SZ}",
        "not_after": f"{certificate.not_valid_after_utc:%Y-%m-%dT%H:%M:%SZ}",
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def der(certificate: x509.Certificate) -> bytes:
    """The octets as TLS sends them."""
    return certificate.public_bytes(serialization.Encoding.DER)


def private_folder() -> tempfile.TemporaryDirectory[str]:
    """The run's own folder, mode 0700, removed with the object."""
    return tempfile.TemporaryDirectory(prefix="rhombus-mock-")


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _alternative_names(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    if names:
        return x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
    return x509.SubjectAlternativeName(
        [
            x509.DNSName("localhost"),
            *(x509.DNSName(name) for name in HOST_NAMES.values()),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
            x509.IPAddress(ipaddress.ip_address("::1")),
        ]
    )


def _authority_key(issuer: _Authority) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())


def _key_usage_of_authority() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
