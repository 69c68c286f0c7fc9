"""What looks after the whole book: copies, proofs, imports and the demo shop."""

from __future__ import annotations

import resources
from posloyalty.bootstrap.base import Base
from posloyalty.services.book.back_up import BackUp
from posloyalty.services.book.verify_book import VerifyBook
from posloyalty.services.selling.key_in import KeyIn
from posloyalty.services.shop.demo_shop import DemoShop
from posloyalty.services.shop.import_members import ImportMembers
from posloyalty.services.shop.import_prices import ImportPrices
from posloyalty.services.shop.import_products import ImportProducts
from posloyalty.services.shop.price_lists import PriceLists
from posloyalty.services.till import Till, WholeBook
from posloyalty.storage.audit import BookAuditor


def whole_book(base: Base, till: Till) -> WholeBook:
    """Make the area."""
    ground, book, changed = base.ground, base.book, base.look_up.follow
    import_products = ImportProducts(book=book, ids=till.ids)
    import_members = ImportMembers(ground, changed=changed, strangers=base.strangers)
    return WholeBook(
        back_up=BackUp(book, till.clock),
        verify=VerifyBook(BookAuditor(book.read_apart, book.witnesses.ever_seen)),
        import_products=import_products,
        import_prices=ImportPrices(book=book, ids=till.ids),
        price_lists=PriceLists(ground),
        import_members=import_members,
        key_in=KeyIn(
            ground,
            check_out=till.check_out,
            receipts=till.refunds_unknown,
            find=till.members,
            cash=base.desk.cash,
        ),
        demo=DemoShop(
            ground,
            hasher=base.hasher,
            import_products=import_products,
            import_members=import_members,
            read=resources.read,
        ),
    )
