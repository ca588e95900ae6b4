"""The server's transcript: JSON Lines, flushed after every line. Shape: transcript.schema.json."""

from __future__ import annotations

import base64
import contextlib
import json
import time
from pathlib import Path

from rhombus_mock import __version__
from rhombus_mock.redaction import Redactor
from rhombus_mock.websocket import NoFrame, SeenFrame

MAX_BODY_OCTETS = 64 * 1024


class Journal:
    """One file. After end(), or on a full disk, records are counted as dropped, never raised."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        self.path = path
        self._redactor = redactor
        self._out = path.open("w", encoding="utf-8", errors="backslashreplace", buffering=1)
        path.chmod(0o600)
        self._records = 0
        self._connections = 0
        self._dropped = 0
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

    def connection(self) -> int:
        """The number of a new connection, from 1."""
        self._connections += 1
        return self._connections

    def write(self, conn: int, by: str, kind: str, /, **own: object) -> None:
        """One record; its own fields in the order given, which is the schema's."""
        if self._out.closed:
            return
        record: dict[str, object] = {
            "n": self._records,
            "t_ns": time.monotonic_ns(),
            "wall": _wall(),
            "conn": conn,
            "from": by,
            "kind": kind,
            **own,
        }
        if kind != "header":
            before = own.get("redacted")
            self._redactor.redact(record)
            if before and not record.get("redacted"):
                record["redacted"] = before
        try:
            self._out.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
            self._out.flush()
        except OSError:
            self._dropped += 1
            return
        self._records += 1

    def frame(self, conn: int, by: str, seen: SeenFrame | NoFrame) -> None:
        """A WebSocket frame, or what was none."""
        if isinstance(seen, NoFrame):
            octets, found = self._redactor.octets(seen.octets[:MAX_BODY_OCTETS], "/base64")
            more: dict[str, object] = {"redacted": found} if found else {}
            self.write(conn, by, "ws.raw", base64=_base64(octets), rule=seen.rule, **more)
            return
        payload: dict[str, object]
        try:
            payload = {"text": seen.payload.decode()}
        except UnicodeDecodeError:
            bound = MAX_BODY_OCTETS if seen.rsv else len(seen.payload)
            octets, found = self._redactor.octets(seen.payload[:bound], "/base64")
            payload = {"base64": _base64(octets)}
            if found:
                payload["redacted"] = found
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

    def end(self, reason: str) -> None:
        """The `end` record; nothing is written after it."""
        if self._out.closed:
            return
        self.write(
            0,
            "tool",
            "end",
            records=self._records + 1,
            connections=self._connections,
            dropped=self._dropped,
            reason=reason,
        )
        with contextlib.suppress(OSError):
            self._out.close()

    def dropped(self, count: int, reason: str, conn: int = 0) -> None:
        """A `drop` record: connections that were turned away, frames that are not recorded."""
        self._dropped += count
        self.write(conn, "tool", "drop", count=count, reason=reason)


def body_text(body: bytes) -> str:
    """A body as it stands in a record: bounded, undecodable octets as \\xNN."""
    return body[:MAX_BODY_OCTETS].decode("utf-8", "backslashreplace")


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def _wall() -> str:
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    return f"{stamp}.{int(now % 1 * 1000):03d}Z"
