"""`[[price_list]]`: other prices than the shelf's, for some days, stores or members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from posloyalty.domain.shop.price_list import Buyers
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Stage, gives
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import refuse_findings
from posloyalty.services.shop.price_lists import PriceListForm, list_findings, list_of


@dataclass(frozen=True, slots=True)
class GivenPriceList:
    """A list and its prices by stock number."""

    form: PriceListForm
    prices: Mapping[str, int]
    stage: Stage = Stage.PEOPLE  # after the products that it names

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Put it into a till's book. Refuses INVALID with what is wrong with it."""
        made = list_of(self.form, None, derive_id("price_list", self.form.code))
        refuse_findings(list_findings(made, unit.catalogue.price_lists()))
        found = {sku: unit.catalogue.by_sku(sku) for sku in self.prices}
        prices = {
            product.id: self.prices[sku] for sku, product in found.items() if product is not None
        }
        unit.catalogue.save_price_list(replace(made, prices=prices))


@gives("price_list", name="code")
def read_price_list(block: Block) -> Iterable[Given]:
    """Read whose list it is, where and when, and its prices."""
    code = block.text("code")
    form = PriceListForm(
        code=code,
        name=block.text("name", code),
        stores=block.words("stores") if "stores" in block else (),
        first_day=block.day("from"),
        last_day=block.day("until"),
        buyers=block.choice("for", Buyers, Buyers.EVERYBODY),
        buyers_of=block.text("of") if "of" in block else "",
        rate=block.ratio("rate") if "rate" in block else None,
    )
    return (GivenPriceList(form, _prices(block)),)


def _prices(block: Block) -> dict[str, int]:
    inner = block.section("prices") if "prices" in block else None
    if inner is None:
        return {}
    for sku in inner.untaken:
        block.reading.references.append(((*inner.path, sku), "product", sku))
    return {sku: inner.money(sku, least=0) for sku in inner.untaken}
