"""The mock server of one run: many scenarios, certificates made once, one folder of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from rhombus_mock.certificates import Certificates, private_folder
from rhombus_mock.plan import Plan
from rhombus_mock.scenario import Scenario

DEFAULT = "default"


class Server:
    """Holds scenarios by id. stop() ends them all and removes the folder."""

    def __init__(self) -> None:
        self._folder = private_folder()
        self.certificates = Certificates(Path(self._folder.name))
        self.scenarios: dict[str, Scenario] = {}
        self.shutdown = asyncio.Event()
        self.reason = "shutdown"
        self._next = 1

    def start(self, plan: Plan, identity: str = "") -> Scenario:
        """A scenario on ports of its own. Raises OSError, UnknownFault, UnknownHabit."""
        if not identity:
            identity = f"s{self._next}"
            self._next += 1
        scenario = Scenario(identity, plan, self.certificates, Path(self._folder.name))
        try:
            scenario.start()
        except OSError:
            scenario.journal.end("could not listen")
            raise
        self.scenarios[identity] = scenario
        return scenario

    async def end(self, identity: str, reason: str) -> None:
        """Ends one scenario. Raises KeyError where there is none of that id."""
        await self.scenarios.pop(identity).stop(reason)

    async def stop(self) -> None:
        """Ends everything."""
        await asyncio.gather(*(one.stop(self.reason) for one in self.scenarios.values()))
        self.scenarios.clear()
        self._folder.cleanup()

    def finish(self, reason: str) -> None:
        """Asks for the end; the first reason wins."""
        if not self.shutdown.is_set():
            self.reason = reason
            self.shutdown.set()
