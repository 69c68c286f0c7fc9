"""Make the book that later releases must open: `python -m tests.storage.make_fixture_book`.

The folder is `tests/storage/fixtures/book_<version>/`: a small closed book with its raw key in
`till.key`, and `expected.json`, what it held. A folder that exists is never written again: what a
release made stays as it made it.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import timedelta
from pathlib import Path

from posloyalty import __version__
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import take_cash
from posloyalty.services.till import Till
from tests.fakes.time import SetClock
from tests.faults.shop import MEMBER_PHONE, make_shop

FIXTURES = Path(__file__).parent / "fixtures"
KEPT = ("till.book", "till.json", "till.key", "till.witness", "recovery.json")


def main() -> int:
    """Make the folder of this version."""
    folder = FIXTURES / f"book_{__version__.replace('.', '_')}"
    if folder.exists():
        print(f"{folder} exists and stays as it is")
        return 1
    clock = SetClock()
    till, created = make_shop(folder, clock=clock)
    sales = [ring(till, clock, n) for n in range(12)]
    draft = till.check_out.open_basket().add(till.catalogue.search("")[0])
    till.drafts.keep(draft, created.manager.id)
    till.sign_in.sign_in(created.manager.id, "0000")
    expected = told(till, sales, draft.sale_id, created.recovery_code)
    till.close()
    for path in folder.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (folder / "expected.json").write_text(
        json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf-8"
    )
    print(f"made {folder}")
    return 0


def ring(till: Till, clock: SetClock, n: int) -> Sale:
    """The n-th sale: every other one a member's, later ones spending points."""
    clock.pass_time(timedelta(days=3, minutes=7))
    basket = till.check_out.open_basket()
    if n % 2:
        basket = basket.for_member(till.members.by_phone(MEMBER_PHONE), proof="card")
    for product in till.catalogue.search("")[: 1 + n % 5]:
        basket = basket.add(product, quantity_milli=1000 * (1 + n % 3))
    if n == 11:
        basket = spending(till, basket)
    quote = till.check_out.quote(basket)
    cash = take_cash(
        quote.payable_minor,
        (),
        given_minor=quote.payable_minor + 50,
        rounding=till.shop.details().cash,
    )
    return till.check_out.complete(basket, quote, (cash,), till.people.all()[0])


def spending(till: Till, basket: Basket) -> Basket:
    """The basket paying with as many points as it may."""
    for usable in till.check_out.quote(basket).usable:
        if usable.most_points:
            wish = Redemption(wallet=usable.wallet, points=usable.most_points)
            return basket.redeeming(wish, wallet=usable.wallet)
    return basket


def told(till: Till, sales: list[Sale], draft: bytes, code: str) -> dict[str, object]:
    """What a later release must find again."""
    member_id = till.members.by_phone(MEMBER_PHONE)
    assert member_id is not None
    panel = till.members.panel(member_id)
    proof = till.verify.verify()
    assert proof.holds, proof.first
    return {
        "version": __version__,
        "events": proof.events,
        "head": proof.head,
        "sales": {sale.number: sale.payable_minor for sale in sales},
        "draft": draft.hex(),
        "recovery_code": code,
        "member": {
            "name": panel.member.profile.name,
            "balances": {wallet.wallet: wallet.balance for wallet in panel.wallets},
        },
    }


if __name__ == "__main__":
    sys.exit(main())
