"""What looks after the whole book: copies, proofs, imports and the demo shop."""

from __future__ import annotations

import resources
from posloyalty.bootstrap.base import Base
from posloyalty.services.book.back_up import BackUp
from posloyalty.services.book.verify_book import VerifyBook
from posloyalty.services.selling.key_in import KeyIn
from posloyalty.services.selling.lost_papers import LostPapers
from posloyalty.services.shop.demo_shop import DemoShop
from posloyalty.services.shop.import_members import ImportMembers
from posloyalty.services.shop.import_prices import ImportPrices
from posloyalty.services.shop.import_products import ImportProducts
from posloyalty.services.shop.price_lists import PriceLists
from posloyalty.services.till import Till, WholeBook
from posloyalty.storage.audit import BookAuditor
from posloyalty.sync.keyed_in import LostPlace
from posloyalty.sync.wire.papers import PaperKnown


def whole_book(base: Base, till: Till) -> WholeBook:
    """Make the area."""
    ground, book, changed = base.ground, base.book, base.look_up.follow

    def about_paper(place: LostPlace, body: bytes) -> PaperKnown | None:
        return till.about_papers.ask(place, body)  # its area is made when somebody asks

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
            papers=LostPapers(
                book=book,
                receipts=till.refunds_unknown,
                tills=lambda: till.tills,
                currency=lambda: till.shop.details().currency,
                ask=about_paper,
            ),
            find=till.members,
            cash=base.desk.cash,
            authority=base.desk.authority,
            lending=till.lending,
        ),
        demo=DemoShop(
            ground,
            hasher=base.hasher,
            import_products=import_products,
            import_members=import_members,
            read=resources.read,
        ),
    )
