"""What has happened in the organization, as REST tells it: of all events only alerts are kept."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from rhombus_mock.service.credentials import derived_ruuid

MAX_ALERTS = 1000
MISSED_EVERY_MS = 1000
MISSED_FOR_MS = 600_000
"""Alerts that no stream carried: one a second, in the last ten minutes."""


class History:
    """One organization's. Times are milliseconds since 1970."""

    def __init__(self, org: str) -> None:
        self._org = org
        self._alerts: deque[dict[str, Any]] = deque(maxlen=MAX_ALERTS)

    def note(self, body: bytes) -> None:
        """An event that happened, as a stream says it, whether or not a client gets it."""
        if b'"POLICY_ALERT"' not in body:
            return
        try:
            event = json.loads(body)
        except ValueError:
            return
        if isinstance(event, dict) and event.get("entity") == "POLICY_ALERT":
            nested = event.pop("update", None)
            event |= nested if isinstance(nested, dict) else {}
            if isinstance(event.get("timestampMs"), int):
                self._alerts.append(event)

    def alerts(self, asked: Mapping[str, Any], habit: str, now_ms: int) -> list[dict[str, Any]]:
        """Newest first; `asked` may hold `afterTimestampMs`, `beforeTimestampMs`, `maxResults`."""
        after = _number(asked, "afterTimestampMs", 0)
        before = _number(asked, "beforeTimestampMs", now_ms + 1)
        count = _number(asked, "maxResults", 100)
        found = [] if habit == "none" else list(self._alerts)
        if habit == "missed":
            found += self._missed(now_ms)
        found = [one for one in found if after < one["timestampMs"] < before]
        found.sort(key=lambda one: int(one["timestampMs"]), reverse=True)
        return [_as_alert(one, self._org) for one in found[: max(0, count)]]

    def _missed(self, now_ms: int) -> list[dict[str, Any]]:
        last = now_ms // MISSED_EVERY_MS
        return [
            {
                "entityUuid": derived_ruuid(f"alert {number} of {self._org}"),
                "deviceUuid": derived_ruuid(f"device of {self._org}"),
                "timestampMs": number * MISSED_EVERY_MS,
                "durationSec": 1.0,
                "policyAlertTriggers": ["PERSON_DETECTED"],
                "textDescription": "Person near the entrance",
            }
            for number in range(last - MISSED_FOR_MS // MISSED_EVERY_MS + 1, last + 1)
        ]


def _as_alert(event: Mapping[str, Any], org: str) -> dict[str, Any]:
    left_out = ("entity", "entityUuid", "type", "uuid")
    details = {name: value for name, value in event.items() if name not in left_out}
    return {"uuid": event.get("entityUuid"), "orgUuid": org, **details}


def _number(asked: Mapping[str, Any], name: str, default: int) -> int:
    value = asked.get(name)
    return value if isinstance(value, int) else default
