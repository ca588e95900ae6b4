"""Exact octets in a scenario file: `\\0 \\n \\r \\\\ \\xNN`, decoded by us and not by YAML."""

from __future__ import annotations

import re

_PIECE = re.compile(r"\\(?:(0|n|r|\\)|x([0-9A-Fa-f]{2}))|\\(.?)|([^\\]+)", re.DOTALL)
_NAMED = {"0": b"\0", "n": b"\n", "r": b"\r", "\\": b"\\"}


def octets(text: str) -> bytes:
    """The octets. Raises ValueError on an escape that does not exist."""
    out = bytearray()
    for named, hexadecimal, unknown, plain in _PIECE.findall(text):
        if named:
            out += _NAMED[named]
        elif hexadecimal:
            out.append(int(hexadecimal, 16))
        elif plain:
            out += plain.encode()
        else:
            raise ValueError(f"'\\{unknown}' is no escape; there are \\0 \\n \\r \\\\ \\xNN")
    return bytes(out)
