"""What is printed when the server listens: one line of JSON for programs, one block for people
that can be pasted into a shell as it is."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from rhombus_mock import __version__
from rhombus_mock.clients.environment import exports

_MEMBERS = (
    *("rest_url", "ws_url", "ca_file", "api_key", "org", "control_url", "journal"),
    *("resolver", "proxy_url", "unavailable"),
)


def line(described: Mapping[str, str]) -> str:
    """The line of `--ready json`. Shape: mock-ready.schema.json."""
    return json.dumps({name: described[name] for name in _MEMBERS if name in described})


def block(described: Mapping[str, str], armed: list[Mapping[str, Any]]) -> str:
    """Comments and `export` lines. `armed` is the member `faults` of Scenario.progress()."""
    facts = {
        "WebSocket": described["ws_url"],
        "REST": described["rest_url"],
        "CA file": described["ca_file"],
        "key": f"{described['api_key']}   (of this server only)",
        "key file": described["key_file"],
        "organization": described["org"],
        "control": described["control_url"],
        "journal": described["journal"],
    }
    for name, member in (("resolver", "resolver"), ("proxy", "proxy_url")):
        if member in described:
            facts[name] = described[member]
    if described["ws_url"].startswith("ws:"):
        facts["CA file"] = "none: no TLS"
    lines = [
        f"# rhombus-mock {__version__} listens; this block can be pasted into a shell",
        "#",
        *(f"#   {name:<13} {value}" for name, value in facts.items()),
        "#",
        *(_armed(armed) or ["#   armed         nothing: a faultless Rhombus"]),
        "#",
        *(f"export {name}={shlex.quote(value)}" for name, value in exports(described).items()),
        "#",
        "# End it with Ctrl-C, or: curl -X POST " + described["control_url"] + "/shutdown",
    ]
    return "\n".join(lines)


def _armed(faults: list[Mapping[str, Any]]) -> list[str]:
    lines = []
    for one in faults:
        given = ",".join(f"{name}={value}" for name, value in one["parameters"].items())
        spelling = f"{one['fault']}:{given}" if given else one["fault"]
        lines.append(f"#   armed         {spelling}  {one['title']}")
    return lines
