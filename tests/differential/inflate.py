"""DEFLATE, written from RFC 1951, as RFC 7692 uses it: messages that share a window."""

from __future__ import annotations

from dataclasses import dataclass

TAIL = b"\0\0\xff\xff"
WINDOW = 32768

LENGTH_BASE = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31]
LENGTH_BASE += [35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]
LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
LENGTH_BITS += [3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0]
DISTANCE_BASE = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769]
DISTANCE_BASE += [1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577]
DISTANCE_BITS = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8]
DISTANCE_BITS += [9, 9, 10, 10, 11, 11, 12, 12, 13, 13]
CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
FIXED_LITERALS = [8] * 144 + [9] * 112 + [7] * 24 + [8] * 8
FIXED_DISTANCES = [5] * 30
END_OF_BLOCK = 256

Codes = dict[tuple[int, int], int]


class Corrupt(Exception):
    """The octets are no blocks of DEFLATE."""


class TooLong(Exception):
    """There is more than the limit."""


class OutOfBits(Exception):
    """The octets end inside a block."""


class Bits:
    """Bits of octets, the lowest first."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        self.at = 0

    @property
    def left(self) -> int:
        return 8 * len(self.octets) - self.at

    def take(self, count: int) -> int:
        if count > self.left:
            raise OutOfBits
        value = 0
        for i in range(count):
            value |= (self.octets[self.at >> 3] >> (self.at & 7) & 1) << i
            self.at += 1
        return value

    def align(self) -> None:
        self.at += -self.at % 8


def codes_of(lengths: list[int], *, may_be_incomplete: bool) -> Codes:
    """The canonical code, by length and value. Spec: RFC 1951, section 3.2.2."""
    used = [length for length in lengths if length]
    room = sum(2 ** (15 - length) for length in used)
    if room > 2**15:
        raise Corrupt
    if room < 2**15 and not (may_be_incomplete and (not used or used == [1])):
        raise Corrupt
    codes: Codes = {}
    code = 0
    for length in range(1, 16):
        for symbol, own in enumerate(lengths):
            if own == length:
                codes[length, code] = symbol
                code += 1
        code <<= 1
    return codes


def take_symbol(bits: Bits, codes: Codes) -> int:
    code = 0
    for length in range(1, 16):
        code = code << 1 | bits.take(1)
        if (length, code) in codes:
            return codes[length, code]
        # A code of one length alone has words that mean nothing: they are known by their first bit.
        if len(codes) <= 1:
            raise Corrupt
    raise Corrupt


@dataclass
class Inflater:
    """Keeps what earlier messages came to, since later ones may refer to it."""

    window: bytes = b""

    def inflate(self, deflated: bytes, limit: int, *, whole: bool) -> bytes:
        """The message so far; `whole`: nothing follows, and the window moves on."""
        bits = Bits(deflated + TAIL if whole else deflated)
        out = bytearray(self.window)
        begin = len(out)
        try:
            while bits.left:
                self._block(bits, out, begin + limit)
        except OutOfBits:
            if whole:
                raise Corrupt from None
        if whole:
            self.window = bytes(out[-WINDOW:])
        return bytes(out[begin:])

    def _block(self, bits: Bits, out: bytearray, longest: int) -> None:
        final, kind = bits.take(1), bits.take(2)
        if kind == 0:
            self._stored(bits, out, longest)
        elif kind == 1:
            codes = codes_of(FIXED_LITERALS, may_be_incomplete=False)
            distances = {(5, code): code for code in range(32)}
            self._compressed(bits, out, codes, distances, longest)
        elif kind == 2:
            self._compressed(bits, out, *self._dynamic(bits), longest)
        else:
            raise Corrupt
        if final:
            bits.align()

    @staticmethod
    def _stored(bits: Bits, out: bytearray, longest: int) -> None:
        bits.align()
        length, check = bits.take(16), bits.take(16)
        if length != check ^ 0xFFFF:
            raise Corrupt
        for _ in range(length):
            octet = bits.take(8)
            if len(out) == longest:
                raise TooLong
            out.append(octet)

    @staticmethod
    def _dynamic(bits: Bits) -> tuple[Codes, Codes]:
        literals, distances, count = bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4
        if literals > 286 or distances > 30:
            raise Corrupt
        lengths = [0] * 19
        for i in range(count):
            lengths[CODE_LENGTH_ORDER[i]] = bits.take(3)
        if not any(lengths):
            # A code without words says nothing; zlib notices that when the block should end.
            raise OutOfBits
        codes = codes_of(lengths, may_be_incomplete=False)
        all_lengths: list[int] = []
        while len(all_lengths) < literals + distances:
            symbol = take_symbol(bits, codes)
            if symbol < 16:
                all_lengths.append(symbol)
                continue
            if symbol == 16 and not all_lengths:
                raise Corrupt
            repeated = all_lengths[-1] if symbol == 16 else 0
            more = {16: (2, 3), 17: (3, 3), 18: (7, 11)}[symbol]
            all_lengths += [repeated] * (bits.take(more[0]) + more[1])
        if len(all_lengths) > literals + distances or all_lengths[END_OF_BLOCK] == 0:
            raise Corrupt
        return (
            codes_of(all_lengths[:literals], may_be_incomplete=True),
            codes_of(all_lengths[literals:], may_be_incomplete=True),
        )

    @staticmethod
    def _compressed(
        bits: Bits, out: bytearray, codes: Codes, distances: Codes, longest: int
    ) -> None:
        while (symbol := take_symbol(bits, codes)) != END_OF_BLOCK:
            if symbol < END_OF_BLOCK:
                if len(out) == longest:
                    raise TooLong
                out.append(symbol)
                continue
            if symbol > 285:
                raise Corrupt
            length = LENGTH_BASE[symbol - 257] + bits.take(LENGTH_BITS[symbol - 257])
            code = take_symbol(bits, distances)
            if code >= len(DISTANCE_BASE):
                raise Corrupt
            distance = DISTANCE_BASE[code] + bits.take(DISTANCE_BITS[code])
            if distance > min(len(out), WINDOW):
                raise Corrupt
            for _ in range(length):
                if len(out) == longest:
                    raise TooLong
                out.append(out[-distance])
