"""The journal's records as lines for somebody who watches: what their client does, one line a
happening. Events, beats and pings are not told."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

MAX_LINE = 160
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_SAID_BY_CLIENT = {"CONNECT", "STOMP", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT"} | {
    *("SEND", "ACK", "NACK", "BEGIN", "COMMIT", "ABORT")
}
_SAID_BY_SERVER = {"CONNECTED", "ERROR", "RECEIPT"}
_CLOSE = 8
_ENDS = {"fin": "FIN", "rst": "RST", "timeout": "time-out"}


class Narration:
    """One scenario's. `scenario` stands before each line where there are several."""

    def __init__(self, scenario: str = "") -> None:
        self.hosts: dict[int, str] = {}
        """Names of the hosts by port number; a number stands for itself where there is none."""
        self._scenario = scenario
        self._asked: dict[object, str] = {}

    def line(self, record: Mapping[str, Any]) -> str | None:
        """The line, escaped and bounded; None where nothing is to be told."""
        text = self._told(record)
        if text is None:
            return None
        conn = f"#{record['conn']}" if record["conn"] else "-"
        time = str(record["wall"])[11:-1]
        return f"{time} {self._scenario}{conn:<4} {shown(text)}"

    def _told(self, record: Mapping[str, Any]) -> str | None:
        match record["kind"]:
            case "tcp.connected":
                return f"connected to {self.hosts.get(record['port'], record['port'])}"
            case "tls.failed":
                return f"TLS failed: {_alert(record.get('alert'))}"
            case "http.request":
                self._asked[record["conn"]] = f"{record['method']} {record['target']}"
            case "http.response":
                return f"{self._asked.pop(record['conn'], '?')} got {record['status']}"
            case "ws.frame":
                return _frame(record)
            case "ws.raw":
                return f"{record['from']} sent octets that are no WebSocket frame"
            case "fault.armed":
                return f"fault {record['fault']} is armed"
            case "fault.injected":
                return f"fault {record['fault']} injected: {record['octets']} octets"
            case "tcp.closed":
                self._asked.pop(record["conn"], None)
                return f"{record['from']} ended TCP: {_ENDS.get(record['by'], record['by'])}"
            case "drop":
                return f"turned away: {record['reason']}"
            case "note":
                return str(record["text"])
            case "end":
                return f"ended: {record['reason']}"
        return None


def shown(text: str) -> str:
    """Nothing in it can move a terminal's cursor, and it has an end."""
    bounded = text if len(text) <= MAX_LINE else f"{text[: MAX_LINE - 1]}…"
    return _UNSAFE.sub(lambda one: f"\\x{ord(one[0]):02x}", bounded)


def _alert(alert: str | None) -> str:
    if alert is None:
        return "the handshake broke off"
    hint = (
        "; does the client know the CA file?" if alert.endswith(("unknown_ca", "unknown")) else ""
    )
    return f"the client's alert was {alert}{hint}"


def _frame(record: Mapping[str, Any]) -> str | None:
    who = record["from"]
    if record["opcode"] == _CLOSE:
        return f"{who} sent Close{_close(record)}"
    text = str(record.get("text", ""))
    head, _, body = text.lstrip("\r\n").partition("\n\n")
    command, *headers = head.splitlines() or [""]
    if command not in (_SAID_BY_CLIENT if who == "client" else _SAID_BY_SERVER):
        return None
    more = f" {body[:60]}" if command == "ERROR" and body.strip("\0") else ""
    unended = "" if body.rstrip("\r\n").endswith("\0") else " (no NUL in this message)"
    return f"{who} said {' '.join([command, *headers])}{more.rstrip(chr(0))}{unended}"


def _close(record: Mapping[str, Any]) -> str:
    if not record["octets"]:
        return " without a code"
    if "text" in record:
        octets = str(record["text"]).encode()
    else:
        octets = base64.b64decode(str(record["base64"]))
    reason = octets[2:].decode("utf-8", "backslashreplace")
    return f" {int.from_bytes(octets[:2], 'big')}{f' {reason}' if reason else ''}"
