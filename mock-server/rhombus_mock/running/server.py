"""The mock server of one run: many scenarios, certificates made once, one folder of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from rhombus_mock.doors.front import HOSTS
from rhombus_mock.plan import Plan
from rhombus_mock.records.journal import Observer
from rhombus_mock.running.scenario import Scenario
from rhombus_mock.wire.certificates import Certificates, private_folder

DEFAULT = "default"


class ScenarioObserver(Observer, Protocol):
    """Who is told what happens in a scenario."""

    def listens(self, hosts: Mapping[int, str]) -> None:
        """Its hosts by port number."""


ObserverOf = Callable[[str], ScenarioObserver | None]
"""Who is told what the journal of the scenario of that id says."""


class Server:
    """Holds scenarios by id. stop() ends them all and removes the folder."""

    def __init__(self, observers: ObserverOf = lambda _: None) -> None:
        self._observers = observers
        self._folder = private_folder()
        self.certificates = Certificates(Path(self._folder.name))
        self.scenarios: dict[str, Scenario] = {}
        self.shutdown = asyncio.Event()
        self.reason = "shutdown"
        self.journals_failed = 0
        """How many of the ended scenarios' journals are not complete."""
        self._next = 1

    def start(self, plan: Plan, identity: str = "") -> Scenario:
        """A scenario on ports of its own. Raises OSError, UnknownFault, UnknownHabit."""
        if not identity:
            identity = f"s{self._next}"
            self._next += 1
        folder = Path(self._folder.name)
        observer = self._observers(identity)
        scenario = Scenario(identity, plan, self.certificates, folder, observer)
        try:
            scenario.start()
        except OSError:
            scenario.journal.end("could not listen")
            raise
        if observer:
            names = {"ws": "WebSocket", "rest": "REST"}
            observer.listens({scenario.address(one)[1]: names[one] for one in HOSTS})
        self.scenarios[identity] = scenario
        return scenario

    async def end(self, identity: str, reason: str) -> None:
        """Ends one scenario. Raises KeyError where there is none of that id."""
        await self._stop(self.scenarios.pop(identity), reason)

    async def stop(self) -> None:
        """Ends everything."""
        scenarios = list(self.scenarios.values())
        await asyncio.gather(*(self._stop(one, self.reason) for one in scenarios))
        self.scenarios.clear()
        self._folder.cleanup()

    def finish(self, reason: str) -> None:
        """Asks for the end; the first reason wins."""
        if not self.shutdown.is_set():
            self.reason = reason
            self.shutdown.set()

    async def _stop(self, scenario: Scenario, reason: str) -> None:
        await scenario.stop(reason)
        self.journals_failed += scenario.journal.failure is not None
