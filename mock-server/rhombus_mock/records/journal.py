"""The server's transcript: JSON Lines, flushed after every line. Shape: transcript.schema.json."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from rhombus_mock import __version__
from rhombus_mock.records.redaction import CREDENTIAL, Redactor
from rhombus_mock.wire.websocket import NoFrame, SeenFrame

MAX_BODY_OCTETS = 64 * 1024
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_MARK_EVERY = 256
"""Records between two noted offsets."""


class Observer(Protocol):
    """Who is told what a journal says."""

    def recorded(self, record: Mapping[str, object]) -> None:
        """A record as it stands in the file."""

    def failed(self, path: Path, error: OSError) -> None:
        """Said once: from now on records may be missing."""


class Journal:
    """One file. Each line is given to the system whole, so that nothing of it is lost when the
    process is killed. What cannot be written (a full disk) is counted as dropped, never raised;
    `failure` then says why, once. After end() nothing is written any more."""

    def __init__(self, path: Path, redactor: Redactor, observer: Observer | None = None) -> None:
        """Raises OSError where the file cannot be made or not even its first line be written."""
        self.path = path
        self.failure: OSError | None = None
        self.records = 0
        """How many there are; the next one's number."""
        self._redactor = redactor
        self._observer = observer
        self._connections = 0
        self._dropped = 0
        self._size = 0
        self._second, self._stamp = -1, ""
        self._marks: list[int] = []
        self._waiting: set[asyncio.Future[None]] = set()
        self._file: int | None = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600
        )
        self._regular = stat.S_ISREG(os.fstat(self._file).st_mode)
        if self._regular:
            os.fchmod(self._file, 0o600)
        self.write(
            0,
            "tool",
            "header",
            schema="rhombus/transcript/1",
            tool="rhombus-mock",
            version=__version__,
            vantage="server",
            system="rhombus",
            redacted=redactor.names,
        )
        if self.failure:
            self._close()
            raise OSError(self.failure.errno, self.failure.strerror, str(path))

    def connection(self) -> int:
        """The number of a new connection, from 1."""
        self._connections += 1
        return self._connections

    def write(self, conn: int, by: str, kind: str, /, **own: object) -> None:
        """One record; its own fields in the order given, which is the schema's."""
        if self._file is None:
            return
        record: dict[str, object] = {
            "n": self.records,
            "t_ns": time.monotonic_ns(),
            "wall": self._wall(),
            "conn": conn,
            "from": by,
            "kind": kind,
            **own,
        }
        line = _ENCODE(record)
        if kind != "header" and self._redactor.concerns(record, line):
            before = own.get("redacted")
            self._redactor.redact(record)
            if before and not record.get("redacted"):
                record["redacted"] = before
            line = _ENCODE(record)
        if not self._append(self._file, f"{line}\n".encode("utf-8", "backslashreplace")):
            self._dropped += 1
            return
        self.records += 1
        if self._waiting:
            self._wake()
        if self._observer:
            self._observer.recorded(record)

    def frame(
        self, conn: int, by: str, seen: SeenFrame | NoFrame, meaning: bytes | None = None
    ) -> None:
        """A WebSocket frame, or what was none; `meaning` is what its payload inflates to."""
        if isinstance(seen, NoFrame):
            octets, found = self._redactor.octets(seen.octets[:MAX_BODY_OCTETS], "/base64")
            more: dict[str, object] = {"redacted": found} if found else {}
            self.write(conn, by, "ws.raw", base64=_base64(octets), rule=seen.rule, **more)
            return
        payload = self._payload(seen, b"" if meaning is None else meaning)
        self.write(
            conn,
            by,
            "ws.frame",
            fin=seen.fin,
            rsv=seen.rsv,
            opcode=seen.opcode,
            mask=seen.mask.hex() if seen.mask is not None else None,
            octets=len(seen.payload),
            read=seen.read,
            **payload,
        )

    def _payload(self, seen: SeenFrame, meaning: bytes) -> dict[str, object]:
        if self._redactor.octets(meaning, "")[1]:
            # Nobody could find the key in compressed octets, but anybody could inflate them.
            at = {"at": "/text", "octets": len(seen.payload)}
            return {"text": f"‹{CREDENTIAL}›", "redacted": [at]}
        try:
            return {"text": seen.payload.decode()}
        except UnicodeDecodeError:
            bound = MAX_BODY_OCTETS if seen.rsv else len(seen.payload)
            octets, found = self._redactor.octets(seen.payload[:bound], "/base64")
            base64 = {"base64": _base64(octets)}
            return {**base64, "redacted": found} if found else {**base64}

    def end(self, reason: str) -> None:
        """The `end` record; nothing is written after it."""
        if self._file is None:
            return
        self.write(
            0,
            "tool",
            "end",
            records=self.records + 1,
            connections=self._connections,
            dropped=self._dropped,
            reason=reason,
        )
        self._close()
        self._wake()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self._file is None

    def dropped(self, count: int, reason: str, conn: int = 0) -> None:
        """A `drop` record: connections that were turned away, frames that are not recorded."""
        self._dropped += count
        self.write(conn, "tool", "drop", count=count, reason=reason)

    def lines(self, first: int, max_octets: int) -> list[bytes]:
        """Records from number `first` on, each with its LF, of so many octets together; one is
        given even if it is longer. Raises OSError where the file is none that can be read."""
        if first >= self.records:
            return []
        found: list[bytes] = []
        with self.path.open("rb") as file:
            file.seek(self._marks[first // _MARK_EVERY])
            for _ in range(first % _MARK_EVERY):
                file.readline()
            while len(found) < self.records - first and max_octets > 0:
                line = file.readline()
                if not line.endswith(b"\n"):
                    break
                max_octets -= len(line)
                if found and max_octets < 0:
                    break
                found.append(line)
        return found

    async def reaches(self, number: int) -> None:
        """Until that record is there, or the journal has ended."""
        while self.records <= number and not self.ended:
            more = asyncio.get_running_loop().create_future()
            self._waiting.add(more)
            try:
                await more
            finally:
                self._waiting.discard(more)

    def _append(self, file: int, line: bytes) -> bool:
        """The whole line or nothing of it."""
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(file, rest) :]
        except OSError as error:
            if not self.failure:
                self.failure = error
                if self._observer and self.records:
                    self._observer.failed(self.path, error)
            if self._regular:
                os.ftruncate(file, self._size)
                os.lseek(file, self._size, os.SEEK_SET)
            return False
        if self.records % _MARK_EVERY == 0:
            self._marks.append(self._size)
        self._size += len(line)
        return True

    def _wall(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._stamp}.{int(now % 1 * 1000):03d}Z"

    def _wake(self) -> None:
        for one in self._waiting:
            if not one.done():
                one.set_result(None)

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def body_text(body: bytes) -> str:
    """A body as it stands in a record: bounded, undecodable octets as \\xNN."""
    return body[:MAX_BODY_OCTETS].decode("utf-8", "backslashreplace")


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()
