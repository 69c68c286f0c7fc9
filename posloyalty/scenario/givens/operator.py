"""`[[operator]]`: who works at the tills. Without one, a manager rings everything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Stage, gives
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class GivenOperator:
    """An operator under the name in the file."""

    name: str
    operator: Operator
    stage: Stage = Stage.SHOP

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Let them work at a till."""
        unit.people.save(self.operator)
        till.operators[self.name] = self.operator


@gives("operator")
def read_operator(block: Block) -> Iterable[Given]:
    """Read the role."""
    name = block.text("id")
    role = block.choice("role", Role, Role.CASHIER)
    operator = Operator(derive_id("scenario-operator", name), block.text("name", name), role)
    return (GivenOperator(name, operator),)
