"""What the parts of one connection share."""

from __future__ import annotations

from dataclasses import dataclass, field

from rhombus_mock.clients.processes import End
from rhombus_mock.connections.cues import Script, Unscripted
from rhombus_mock.connections.outbox import Outbox
from rhombus_mock.connections.surroundings import Surroundings
from rhombus_mock.faults.situation import Situation
from rhombus_mock.service.dialogue import Dialogue


@dataclass(slots=True)
class ConnectionState:
    """How far one connection is, and with whom."""

    scenario: Surroundings
    conn: int
    """Its number in the journal."""
    situation: Situation
    dialogue: Dialogue
    outbox: Outbox
    script: Script = field(default_factory=Unscripted)
    upgraded: bool = False
    ends: tuple[End, End] = (("", 0), ("", 0))
    """Ours and the client's."""
    silent: bool = False
    """No beats and no events of the server's own accord; it goes on reading."""
    client_gone: bool = False
    ponged_at: float = 0.0
    """When the client's last pong came, or the upgrade, in seconds of the loop's clock."""
    deaf: bool = False
    """What the client sends is recorded and has no effect."""

    @property
    def ended(self) -> bool:
        """Whether either side has ended TCP."""
        return self.outbox.finished or self.client_gone
