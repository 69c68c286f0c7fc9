"""Make the terminal that the shop has set up, from the word in its settings."""

from __future__ import annotations

from posloyalty.devices.terminals.simulator import NAME, SimulatedTerminal
from posloyalty.services.ports import PaymentTerminal


def make_terminal(kind: str) -> PaymentTerminal | None:
    """The terminal of a setup; None where cashiers take cards on one that is not connected."""
    return SimulatedTerminal() if kind == NAME else None
