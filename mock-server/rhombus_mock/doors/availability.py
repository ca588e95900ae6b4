"""What some faults need of the machine, and whether it is there."""

from __future__ import annotations

import errno
import socket
from typing import Any

from rhombus_mock.clients import faked_clock, processes
from rhombus_mock.doors import resolver
from rhombus_mock.faults import IMPLEMENTED, catalogue
from rhombus_mock.faults.fault import Fault, Need
from rhombus_mock.wire import openssl


def why_not(fault: type[Fault] | Fault) -> str | None:
    """Why a fault cannot do what it says on this machine; None where it can."""
    return next(filter(None, map(missing, fault.needs)), None)


def listed() -> dict[str, Any]:
    """The catalogue; what this machine does not permit has the reason in `unavailable`."""
    document = catalogue.document()
    return {**document, "faults": [_with_reason(entry) for entry in document["faults"]]}


def _with_reason(entry: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for name, kind in IMPLEMENTED.items() if name.partition("/")[0] == entry["id"]]
    reason = next(filter(None, map(why_not, kinds)), None)
    return {**entry, "unavailable": reason} if reason else entry


def missing(need: Need) -> str | None:
    """Why it cannot be had here; None where it can."""
    match need:
        case "resolver-port":
            with resolver.listening() as one:
                if one.getsockname()[1] == resolver.PORT:
                    return None
            return (
                "port 53 is not permitted: only a client that can be told the resolver's port "
                "sees it"
            )
        case "ipv6-loopback":
            try:
                with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as one:
                    one.bind(("::1", 0))
            except OSError as error:
                return f"no IPv6 on loopback: {errno.errorcode.get(error.errno or 0, error)}"
        case "stepped-clock":
            return faked_clock.missing()
        case "other-processes":
            return processes.missing()
        case "tls-messages":
            return openssl.missing()
    return None
