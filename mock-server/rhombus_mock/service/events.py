"""Change events such as an organization produces: seeded, so that a run can be repeated."""

from __future__ import annotations

import base64
import json
import random
import time

_ENTITIES = (
    ("CAMERA_STATE", "UPDATE", 6),
    ("DOOR_STATE", "UPDATE", 4),
    ("CLIMATE_STATE", "UPDATE", 4),
    ("OCCUPANCY_STATE", "UPDATE", 3),
    ("POLICY_ALERT", "CREATE", 3),
    ("SEEK_POINT", "CREATE", 3),
    ("DEVICE_SHADOW", "REFRESH", 2),
    ("FACE_EVENT", "CREATE", 1),
    ("VEHICLE_EVENT", "CREATE", 1),
    ("AUDIT_EVENTS", "CREATE", 1),
    ("SAVED_CLIPS", "DELETE", 1),
)
_WEIGHTS = [weight for _, _, weight in _ENTITIES]
_TRIGGERS = ("PERSON_DETECTED", "MOTION_DETECTED", "DOOR_AJAR")


class EventSource:
    """Makes one event after the other. `shape` is flat or nested (details inside `update`)."""

    def __init__(self, chance: random.Random, shape: str) -> None:
        self._chance = chance
        self._shape = shape

    def body(self, given: dict[str, object] | None = None) -> bytes:
        """The next event as JSON; `given` fields replace or add to the made-up ones."""
        entity, change, _ = self._chance.choices(_ENTITIES, _WEIGHTS)[0]
        entity = str((given or {}).get("entity", entity))
        details: dict[str, object] = {
            "deviceUuid": self._ruuid(),
            "timestampMs": int(time.time() * 1000),
        }
        if entity == "POLICY_ALERT":
            details["durationSec"] = round(self._chance.uniform(1, 30), 1)
            details["policyAlertTriggers"] = [self._chance.choice(_TRIGGERS)]
            details["textDescription"] = "Person near the entrance – Tür 1"
        event: dict[str, object] = {
            "entity": entity,
            "entityUuid": self._ruuid(),
            "type": change,
        }
        if self._shape == "nested":
            event["update"] = {"uuid": event["entityUuid"], **details}
        else:
            event |= details
        event |= given or {}
        return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()

    def body_of(self, octets: int) -> bytes:
        """The next event, its text drawn out to exactly so many octets, where it is not longer."""
        short = self.body({"textDescription": ""})
        drawn = b"x" * (octets - len(short))
        return short.replace(b'"textDescription":""', b'"textDescription":"%b"' % drawn)

    def pause(self, per_second: float) -> float:
        """Seconds until the next event at that average rate."""
        return self._chance.uniform(0.5, 1.5) / per_second

    def _ruuid(self) -> str:
        return base64.urlsafe_b64encode(self._chance.randbytes(16)).decode().rstrip("=")
