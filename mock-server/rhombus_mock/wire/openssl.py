"""A TLS session on OpenSSL's own interface, for the messages behind the handshake (RFC 8446,
section 4.6) that Python's `ssl` cannot send. The library is the one that `ssl` has loaded."""

from __future__ import annotations

import ctypes
import functools
import ssl
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from rhombus_mock.wire.terms import ALPN, Terms


class Unavailable(Exception):
    """This Python hides its OpenSSL; the text says how."""


class Session:
    """The server's side, with the methods of ssl.SSLObject that a TlsStream needs."""

    def __init__(
        self, file: Path, terms: Terms, incoming: ssl.MemoryBIO, outgoing: ssl.MemoryBIO
    ) -> None:
        self._incoming, self._outgoing = incoming, outgoing
        self._lib = loaded()
        context = _context(self._lib, file, terms)
        self._ssl = self._lib.SSL_new(context)
        self._lib.SSL_CTX_free(context)
        self._from_client = self._lib.BIO_new(self._lib.BIO_s_mem())
        self._to_client = self._lib.BIO_new(self._lib.BIO_s_mem())
        self._lib.SSL_set_bio(self._ssl, self._from_client, self._to_client)
        self._lib.SSL_set_accept_state(self._ssl)
        weakref.finalize(self, self._lib.SSL_free, self._ssl)

    def do_handshake(self) -> None:
        """Raises ssl.SSLError as ssl.SSLObject does; so do the others."""
        self._call(self._lib.SSL_do_handshake)

    def read(self, most: int) -> bytes:
        """At most so many octets of the client's."""
        buffer = ctypes.create_string_buffer(most)
        size = self._call(self._lib.SSL_read, buffer, most)
        return buffer.raw[:size]

    def write(self, octets: bytes) -> int:
        """All of them; their number."""
        return self._call(self._lib.SSL_write, octets, len(octets)) if octets else 0

    def unwrap(self) -> None:
        """Sends close_notify, and waits for none."""
        self._lib.SSL_shutdown(self._ssl)
        self._give_out()

    def key_update(self, answer: Literal["requested", "not"]) -> None:
        """New keys for what we send; the client must change its own too where asked. Of TLS 1.3
        alone."""
        self._lib.SSL_key_update(self._ssl, int(answer == "requested"))
        self.do_handshake()

    def new_session_ticket(self) -> None:
        """One more NewSessionTicket, of TLS 1.3 alone."""
        self._lib.SSL_new_session_ticket(self._ssl)
        self.do_handshake()

    def version(self) -> str | None:
        """Such as TLSv1.3."""
        return str(self._lib.SSL_get_version(self._ssl).decode())

    def cipher(self) -> tuple[str, str, int] | None:
        """Its name, the version, and nothing about bits."""
        name = self._lib.SSL_CIPHER_get_name(self._lib.SSL_get_current_cipher(self._ssl))
        return None if name == b"(NONE)" else (name.decode(), self.version() or "", 0)

    def selected_alpn_protocol(self) -> str | None:
        """The negotiated application protocol, if any."""
        name, size = ctypes.c_void_p(), ctypes.c_uint()
        self._lib.SSL_get0_alpn_selected(self._ssl, ctypes.byref(name), ctypes.byref(size))
        return ctypes.string_at(name, size.value).decode() if name else None

    def _call(self, function: Callable[..., int], *arguments: object) -> int:
        if octets := self._incoming.read():
            self._lib.BIO_write(self._from_client, octets, len(octets))
        if self._incoming.eof:
            self._lib.BIO_ctrl(self._from_client, _SET_MEM_EOF_RETURN, 0, None)
        self._lib.ERR_clear_error()
        result = function(self._ssl, *arguments)
        if result > 0:
            self._give_out()
            return result
        kind = self._lib.SSL_get_error(self._ssl, result)
        self._give_out()
        raise _error(self._lib, kind)

    def _give_out(self) -> None:
        while waiting := self._lib.BIO_ctrl(self._to_client, _PENDING, 0, None):
            buffer = ctypes.create_string_buffer(waiting)
            size = self._lib.BIO_read(self._to_client, buffer, waiting)
            self._outgoing.write(buffer.raw[:size])


# From openssl/ssl.h, openssl/bio.h.
_WANT_READ, _ZERO_RETURN = 2, 6
_PENDING, _SET_MEM_EOF_RETURN = 10, 130
_SET_GROUPS_LIST, _SET_MIN_VERSION, _SET_MAX_VERSION = 92, 123, 124
_PEM = 1
# OpenSSL keeps a pointer into it.
_PROTOCOLS = bytes([len(ALPN)]) + ALPN.encode()
_VERIFY = {"none": 0, "asked": 1, "demanded": 3}

_P, _INT, _LONG, _TEXT = ctypes.c_void_p, ctypes.c_int, ctypes.c_long, ctypes.c_char_p
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    # name: result, arguments
    "TLS_server_method": (_P,),
    "SSL_CTX_new": (_P, _P),
    "SSL_CTX_free": (None, _P),
    "SSL_CTX_ctrl": (_LONG, _P, _INT, _LONG, _P),
    "SSL_CTX_set_cipher_list": (_INT, _P, _TEXT),
    "SSL_CTX_set_verify": (None, _P, _INT, _P),
    "SSL_CTX_set_alpn_select_cb": (None, _P, _P, _P),
    "SSL_CTX_use_certificate_chain_file": (_INT, _P, _TEXT),
    "SSL_CTX_use_PrivateKey_file": (_INT, _P, _TEXT, _INT),
    "SSL_new": (_P, _P),
    "SSL_free": (None, _P),
    "SSL_set_bio": (None, _P, _P, _P),
    "SSL_set_accept_state": (None, _P),
    "SSL_do_handshake": (_INT, _P),
    "SSL_read": (_INT, _P, _P, _INT),
    "SSL_write": (_INT, _P, _TEXT, _INT),
    "SSL_shutdown": (_INT, _P),
    "SSL_key_update": (_INT, _P, _INT),
    "SSL_new_session_ticket": (_INT, _P),
    "SSL_get_error": (_INT, _P, _INT),
    "SSL_get_version": (_TEXT, _P),
    "SSL_get_current_cipher": (_P, _P),
    "SSL_CIPHER_get_name": (_TEXT, _P),
    "SSL_get0_alpn_selected": (None, _P, _P, _P),
    "SSL_select_next_proto": (_INT, _P, _P, _TEXT, ctypes.c_uint, _P, ctypes.c_uint),
    "BIO_s_mem": (_P,),
    "BIO_new": (_P, _P),
    "BIO_read": (_INT, _P, _P, _INT),
    "BIO_write": (_INT, _P, _TEXT, _INT),
    "BIO_ctrl": (_LONG, _P, _INT, _LONG, _P),
    "ERR_clear_error": (None,),
    "ERR_get_error": (ctypes.c_ulong,),
    "ERR_reason_error_string": (_TEXT, ctypes.c_ulong),
}


@functools.cache
def loaded() -> ctypes.CDLL:
    """OpenSSL as `ssl` uses it. Raises Unavailable where its names cannot be reached."""
    try:
        import _ssl

        found = ctypes.CDLL(_ssl.__file__)
        for name, (result, *arguments) in _SIGNATURES.items():
            function = getattr(found, name)
            function.restype, function.argtypes = result, arguments
    except (ImportError, AttributeError, OSError) as error:
        raise Unavailable(f"this Python hides OpenSSL: {error}") from error
    return found


def missing() -> str | None:
    """Why there is none here; None where there is."""
    try:
        loaded()
    except Unavailable as reason:
        return str(reason)
    return None


def _context(lib: ctypes.CDLL, file: Path, terms: Terms) -> int:
    context = int(lib.SSL_CTX_new(lib.TLS_server_method()))
    lib.SSL_CTX_ctrl(context, _SET_MIN_VERSION, int(terms.oldest), None)
    lib.SSL_CTX_ctrl(context, _SET_MAX_VERSION, int(terms.newest), None)
    if terms.ciphers:
        lib.SSL_CTX_set_cipher_list(context, terms.ciphers.encode())
    if terms.group:
        lib.SSL_CTX_ctrl(context, _SET_GROUPS_LIST, 0, terms.group.encode())
    lib.SSL_CTX_set_verify(context, _VERIFY[terms.client_certificate], None)
    lib.SSL_CTX_set_alpn_select_cb(context, _SELECT_ALPN, None)
    for done in (
        lib.SSL_CTX_use_certificate_chain_file(context, bytes(file)),
        lib.SSL_CTX_use_PrivateKey_file(context, bytes(file), _PEM),
    ):
        if done != 1:
            raise _error(lib, 1)
    return context


def _select_alpn(_ssl: int, out: int, size: int, offered: int, length: int, _arg: int) -> int:
    negotiated, no_ack = 1, 3
    found = loaded().SSL_select_next_proto(out, size, _PROTOCOLS, len(_PROTOCOLS), offered, length)
    return 0 if found == negotiated else no_ack


_SELECT_ALPN = ctypes.CFUNCTYPE(_INT, _P, _P, _P, _P, ctypes.c_uint, _P)(_select_alpn)


def _error(lib: ctypes.CDLL, kind: int) -> ssl.SSLError:
    if kind == _WANT_READ:
        return ssl.SSLWantReadError(kind)
    if kind == _ZERO_RETURN:
        return ssl.SSLZeroReturnError(kind)
    words = lib.ERR_reason_error_string(lib.ERR_get_error()) or b"EOF"
    reason = words.decode().upper().replace(" ", "_")
    error = ssl.SSLError(kind, reason)
    error.reason = reason
    return error
