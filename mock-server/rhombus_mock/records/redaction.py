"""Takes keys out of records, by value in every spelling, and by place where a key belongs."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from urllib.parse import quote, quote_plus

_SECRET_HEADERS = {"x-auth-apikey", "x-auth-access-token", "authorization", "cookie"} | {
    "proxy-authorization"
}
_SECRET_QUERY = re.compile(r"(?<=[?&])(x-auth-apikey|x-auth-access-token|token|api_?key)=([^&#]+)")
CREDENTIAL = "credential"
"""Marks a value that stood where a key belongs and is not ours: maybe somebody's real key."""


class Redactor:
    """Replaces secrets by `‹NAME›` and notes in `redacted` what stood where."""

    def __init__(self, secrets: Mapping[str, str]) -> None:
        self._forms: dict[str, str] = {}
        self.names = [*secrets, CREDENTIAL]
        for name, value in secrets.items():
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """One more secret, which may share its name with another."""
        self._forms.update((form, name) for form in _spellings(value))
        ordered = sorted(self._forms, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(form) for form in ordered), re.IGNORECASE)
        self._folded = {form.lower(): name for form, name in self._forms.items()}
        # What JSON escapes would not be found in a line of it.
        self._in_lines = all(json.dumps(form)[1:-1] == form for form in self._folded)

    def concerns(self, record: Mapping[str, object], line: str) -> bool:
        """Whether redact() might change that record, whose JSON is `line`: quick, and rather yes
        than no."""
        if "headers" in record or "target" in record or not self._in_lines:
            return True
        folded = line.lower()
        return any(form in folded for form in self._folded)

    def redact(self, record: dict[str, object]) -> None:
        """Changes the record in place; adds `redacted` where something was taken out."""
        found: list[dict[str, object]] = []
        if isinstance(headers := record.get("headers"), list):
            record["headers"] = [
                self._header(pair, f"/headers/{at}", found) for at, pair in enumerate(headers)
            ]
        if isinstance(target := record.get("target"), str):
            record["target"] = self._target(target, found)
        for name, value in list(record.items()):
            if name not in ("headers", "target"):
                record[name] = self._walk(value, f"/{name}", found)
        if found:
            record["redacted"] = found

    def octets(self, payload: bytes, at: str) -> tuple[bytes, list[dict[str, object]]]:
        """The same for octets that are no text; `at` is the place to note."""
        found: list[dict[str, object]] = []
        latin = payload.decode("latin-1")
        changed = self._text(latin, at, found)
        if not found:
            return payload, found
        parts = re.split("(‹[a-z-]+›)", changed)
        return b"".join(
            part.encode("utf-8" if part.startswith("‹") else "latin-1") for part in parts
        ), found

    def _header(self, pair: tuple[str, str], at: str, found: list[dict[str, object]]) -> list[str]:
        name, value = pair
        name = self._text(name, f"{at}/0", found)
        redacted = self._text(value, f"{at}/1", found)
        if name.lower() in _SECRET_HEADERS and redacted == value and value:
            found.append({"at": f"{at}/1", "octets": len(value.encode())})
            redacted = f"‹{CREDENTIAL}›"
        return [name, redacted]

    def _target(self, target: str, found: list[dict[str, object]]) -> str:
        redacted = self._text(target, "/target", found)

        def replace(match: re.Match[str]) -> str:
            if match[2].startswith("‹"):
                return match[0]
            found.append({"at": "/target", "octets": len(match[2].encode())})
            return f"{match[1]}=‹{CREDENTIAL}›"

        return _SECRET_QUERY.sub(replace, redacted)

    def _walk(self, value: object, at: str, found: list[dict[str, object]]) -> object:
        if isinstance(value, str):
            return self._text(value, at, found)
        if isinstance(value, list):
            return [self._walk(one, f"{at}/{i}", found) for i, one in enumerate(value)]
        if isinstance(value, dict):
            return {
                self._text(str(name), at, found): self._walk(one, f"{at}/{_escaped(name)}", found)
                for name, one in value.items()
            }
        return value

    def _text(self, text: str, at: str, found: list[dict[str, object]]) -> str:
        def replace(match: re.Match[str]) -> str:
            found.append({"at": at, "octets": len(match[0].encode())})
            return f"‹{self._folded[match[0].lower()]}›"

        return self._pattern.sub(replace, text)


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _spellings(value: str) -> set[str]:
    raw = value.encode()
    forms = {value, quote(value, safe=""), quote_plus(value), raw.hex()}
    for encoded in (base64.b64encode(raw), base64.urlsafe_b64encode(raw)):
        forms |= {encoded.decode(), encoded.decode().rstrip("=")}
    # Inside a longer base64 text the octets may be shifted by one or two.
    for shift in (1, 2):
        inner = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        forms.add(inner[4:-1])
    return {form for form in forms if len(form) >= 6}
