"""The faults that this server can inject, and the families they come from."""

from __future__ import annotations

from rhombus_mock.faults import (
    acceptance,
    bodies,
    closing,
    deflate,
    delivery,
    dialogue,
    dialogue_later,
    heartbeat,
    lifecycle,
    limits,
    oversized,
    ping,
    proxy,
    rest,
    stomp,
    stomp_headers,
    tcp,
    tls,
    upgrade,
    websocket,
)
from rhombus_mock.faults.fault import Fault

IMPLEMENTED: dict[str, type[Fault]] = {
    **tcp.FAULTS,
    **proxy.FAULTS,
    **tls.FAULTS,
    **rest.FAULTS,
    **upgrade.FAULTS,
    **acceptance.FAULTS,
    **oversized.FAULTS,
    **websocket.FAULTS,
    **ping.FAULTS,
    **deflate.FAULTS,
    **closing.FAULTS,
    **stomp.FAULTS,
    **stomp_headers.FAULTS,
    **dialogue.FAULTS,
    **dialogue_later.FAULTS,
    **heartbeat.FAULTS,
    **delivery.FAULTS,
    **bodies.FAULTS,
    **lifecycle.FAULTS,
    **limits.FAULTS,
}
"""By id, or by id/variant where a variant has a class of its own."""
