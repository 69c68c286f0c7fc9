"""The composition root: picks the adapters and hands back a ready till.

`create_till` makes a book from the wizard's answers and opens it, `open_till` opens one,
`open_with_code` opens one whose key is lost. Each takes the clock, ids and chance from outside
(`system.py` in the programs, set ones in tests); `keyring` None is a computer without a keystore.
A `BookError` or `ServiceRefusal` leaves nothing open and nothing half done.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from msgspec import UNSET

import resources
from posloyalty import __version__
from posloyalty.services.approvals import Approvals
from posloyalty.services.audit import Audit
from posloyalty.services.back_up import BackUp
from posloyalty.services.badges import Badges
from posloyalty.services.book_faults import BadRecoveryCode
from posloyalty.services.book_keys import KeyPlace, Keyring, MistypedCode
from posloyalty.services.catalogue import Catalogue
from posloyalty.services.check_out import CheckOut
from posloyalty.services.claims import Claims
from posloyalty.services.deeds import Deeds
from posloyalty.services.demo_shop import DemoShop
from posloyalty.services.doings import make_doings
from posloyalty.services.drafts import Drafts
from posloyalty.services.drawer import Drawer
from posloyalty.services.enrol_member import EnrolMember
from posloyalty.services.exchange_sale import ExchangeSale
from posloyalty.services.find_member import FindMember
from posloyalty.services.find_voucher import FindVoucher
from posloyalty.services.first_run import Created, FirstRun, FirstRunAnswers
from posloyalty.services.gift_cards import GiftCards
from posloyalty.services.hear_office import HearOffice
from posloyalty.services.hold_sale import HoldSale
from posloyalty.services.households import Households
from posloyalty.services.import_members import ImportMembers
from posloyalty.services.import_products import ImportProducts
from posloyalty.services.lending import Lending
from posloyalty.services.markets import Markets
from posloyalty.services.partners import Partners
from posloyalty.services.people import People
from posloyalty.services.pin_hash import PinHasher
from posloyalty.services.plans import Plans
from posloyalty.services.ports import Chance, Clock, Ids
from posloyalty.services.print_receipts import PrintReceipts
from posloyalty.services.programme_acts import ProgrammeActs
from posloyalty.services.programmes import Programmes
from posloyalty.services.receipt import Receipt
from posloyalty.services.receipt_code import number_in_code, receipt_code
from posloyalty.services.recognise_scan import RecogniseScan
from posloyalty.services.recover_book import RecoverBook, check_new_pin, mistyped
from posloyalty.services.refund_history import RefundHistory
from posloyalty.services.refund_sale import RefundSale
from posloyalty.services.refund_unknown import RefundUnknown
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.run_rules import RunRules
from posloyalty.services.sale_history import SaleHistory
from posloyalty.services.scan_table import ScanTables
from posloyalty.services.shifts import Shifts
from posloyalty.services.shop_settings import ShopSettings
from posloyalty.services.sign_in import SignIn
from posloyalty.services.snapshots import Snapshots
from posloyalty.services.take_payments import TakePayments
from posloyalty.services.till import Till
from posloyalty.services.trusted_tills import TrustedTills, signer_of
from posloyalty.services.use_rights import UseRights
from posloyalty.services.verify_book import VerifyBook
from posloyalty.shop_desk import ShopDesk
from posloyalty.storage.audit import BookAuditor
from posloyalty.storage.drive import refuse_network
from posloyalty.storage.keys.key_store import KeyStore, system_keyring
from posloyalty.storage.keys.recovery import Recovery, key_from_code
from posloyalty.storage.lock import BookLock
from posloyalty.storage.look_up.cache import LookUpCache
from posloyalty.storage.new_book import NewBook
from posloyalty.storage.open_book import open_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.statements import compile_all
from posloyalty.storage.unit_of_work import SqlBook
from posloyalty.storage.witness import contradicts, read_witness
from posloyalty.sync.events import Boot, ErrorNote

__all__ = ["create_till", "open_till", "open_with_code", "system_keyring"]

MakeHasher = Callable[[Chance], PinHasher]


def create_till(
    folder: Path,
    answers: FirstRunAnswers,
    *,
    clock: Clock,
    ids: Ids,
    chance: Chance,
    keyring: Keyring | None,
    hasher: MakeHasher = PinHasher,
) -> tuple[Till, Created]:
    """Make a book from the wizard's answers, and open it."""
    place = BookPlace.at(folder)
    maker = NewBook(place, key_store=KeyStore(keyring), clock=clock, ids=ids, chance=chance)
    first_run = FirstRun(
        maker=maker,
        clock=clock,
        ids=ids,
        chance=chance,
        hasher=hasher(chance),
        release=__version__,
    )
    created = first_run.create_book(answers)
    till = open_till(folder, clock=clock, ids=ids, chance=chance, keyring=keyring, hasher=hasher)
    return till, created


def open_till(
    folder: Path,
    *,
    clock: Clock,
    ids: Ids,
    chance: Chance,
    keyring: Keyring | None,
    hasher: MakeHasher = PinHasher,
) -> Till:
    """Open the book in a folder; raises the `BookError` that says why it cannot be."""
    place = BookPlace.at(folder)
    with ExitStack() as undo:
        lock = _locked(place, undo)
        key, where = KeyStore(keyring).find(place)
        book = open_book(place, key, clock=clock, make_ids=lambda _till: ids)
        undo.callback(book.close)
        till = _till(book, lock, key, where, ids=ids, chance=chance, hasher=hasher(chance))
        _tell_boot(book, ids)
        undo.pop_all()
    return till


def open_with_code(
    folder: Path,
    code: str,
    new_manager_pin: str,
    *,
    clock: Clock,
    ids: Ids,
    chance: Chance,
    keyring: Keyring | None,
    hasher: MakeHasher = PinHasher,
) -> Till:
    """Open a book whose key is lost with its recovery code, and reset the manager's PIN.

    The key is kept again where this computer keeps keys. Refuses RECOVERY_CODE_MISTYPED,
    RECOVERY_CODE_LENGTH, RECOVERY_CODE_WRONG, PIN_DIGITS_ONLY or PIN_LENGTH.
    """
    check_new_pin(new_manager_pin)
    place = BookPlace.at(folder)
    with ExitStack() as undo:
        _locked(place, undo)
        try:
            book_id, key = key_from_code(place, code)
        except MistypedCode as fault:
            raise mistyped(fault) from None
        except BadRecoveryCode:
            raise ServiceRefusal("RECOVERY_CODE_WRONG") from None
        KeyStore(keyring).keep(place, book_id, key)
    till = open_till(folder, clock=clock, ids=ids, chance=chance, keyring=keyring, hasher=hasher)
    try:
        till.recovery.reset_manager(new_manager_pin)
    except BaseException:
        till.close()
        raise
    return till


def _locked(place: BookPlace, undo: ExitStack) -> BookLock:
    """The book's lock, on a local drive, given back when opening fails."""
    if place.folder.exists():
        refuse_network(place.folder)
    place.require_book()
    lock = BookLock(place.lock)
    lock.acquire()
    undo.callback(lock.release)
    return lock


def _till(
    book: SqlBook,
    lock: BookLock,
    key: bytes,
    where: KeyPlace,
    *,
    ids: Ids,
    chance: Chance,
    hasher: PinHasher,
) -> Till:
    clock, facts = book.clock, book.facts
    shop = ShopSettings(book, ids, zone_changed=clock.move_to)
    desk = ShopDesk(shop, Markets(resources.read), clock.monotonic_ms)
    scan_table = ScanTables(book, ids)
    programmes = Programmes(book=book, clock=clock, ids=ids)
    look_up = LookUpCache(book=book, path=book.place.look_up, key=key, home_store=facts.store_code)
    find = FindMember(
        book=book,
        look_up=look_up,
        clock=clock,
        programme_at=programmes.at,
        language=lambda: shop.details().language,
    )
    receipts = PrintReceipts(
        book=book,
        clock=clock,
        ids=ids,
        printer=desk.printer,
        dress=partial(desk.dress, book),
        render=_render,
        sale_code=receipt_code,
    )

    import_products = ImportProducts(book=book, ids=ids)
    import_members = ImportMembers(
        book=book,
        clock=clock,
        ids=ids,
        chance=chance,
        programme_at=programmes.at,
        changed=look_up.follow,
    )

    lending = Lending(book, clock)
    check_out = CheckOut(
        book=book,
        clock=clock,
        ids=ids,
        programmes=programmes,
        rules=desk.counter_rules,
        lending=lending,
    )
    acts = ProgrammeActs(
        book=book, clock=clock, ids=ids, programmes=programmes, rules=desk.counter_rules
    )
    refunds = RefundSale(
        book=book,
        clock=clock,
        ids=ids,
        programmes=programmes,
        rules=desk.counter_rules,
        cash=desk.cash,
        authority=desk.authority,
    )

    doings = make_doings(
        book=book,
        clock=clock,
        ids=ids,
        chance=chance,
        programmes=programmes,
        acts=acts,
        changed=look_up.follow,
    )

    def settle() -> None:
        book.quick_check()
        look_up.open()

    def close() -> None:
        look_up.close()
        book.close()
        lock.release()

    sign_in = SignIn(book, clock, ids, hasher)
    badges, deeds = Badges(book, ids, chance), Deeds(book, ids)
    receipts.recover()
    rules = desk.counter_rules
    unknown = RefundUnknown(
        book=book,
        clock=clock,
        ids=ids,
        programmes=programmes,
        rules=desk.counter_rules,
        cash=desk.cash,
        signer_of=signer_of,
        elsewhere=desk.elsewhere,
        authority=desk.authority,
    )
    return Till(
        facts=facts,
        key_place=where,
        book=book,
        clock=clock,
        ids=ids,
        chance=chance,
        sign_in=sign_in,
        badges=badges,
        deeds=deeds,
        audit=Audit(book),
        approvals=Approvals(sign_in, badges, deeds, desk.authority),
        check_out=check_out,
        payments=TakePayments(book=book, ids=ids, terminal=desk.terminal),
        scan=RecogniseScan(
            book=book,
            clock=clock,
            rules=partial(desk.scan_rules, scan_table, clock),
            read_receipt=_receipt_reader(book),
            vouchers=FindVoucher(clock=clock, programme_at=programmes.at),
        ),
        scan_table=scan_table,
        drafts=Drafts(book, clock),
        hold=HoldSale(book, clock),
        drawer=Drawer(desk.printer, _drawer),
        shifts=Shifts(
            book=book,
            clock=clock,
            ids=ids,
            rules=desk.counter_rules,
            may_close=desk.may_close,
            pieces=desk.pieces,
            wallets=check_out.wallets,
        ),
        members=find,
        enrol=EnrolMember(
            book=book,
            find=find,
            clock=clock,
            ids=ids,
            chance=chance,
            changed=look_up.follow,
            acts=acts,
        ),
        catalogue=Catalogue(book, ids),
        people=People(book, ids, hasher),
        shop=shop,
        tills=TrustedTills(book=book, ids=ids, details=shop.details),
        history=SaleHistory(book),
        refunds=refunds,
        refunds_unknown=unknown,
        refund_history=RefundHistory(book),
        exchange=ExchangeSale(
            book=book, clock=clock, refunds=refunds, check_out=check_out, cash=desk.cash
        ),
        receipts=receipts,
        programmes=programmes,
        acts=acts,
        doings=doings,
        runs=RunRules(book=book, clock=clock, programmes=programmes, acts=acts),
        households=Households(
            book=book, clock=clock, ids=ids, programmes=programmes, rules=desk.counter_rules
        ),
        claims=Claims(
            book=book, clock=clock, ids=ids, programmes=programmes, rules=rules, receipts=unknown
        ),
        use_rights=UseRights(
            book=book, clock=clock, ids=ids, programmes=programmes, rules=rules, acts=acts
        ),
        plans=Plans(book=book, clock=clock, ids=ids, programmes=programmes, rules=rules, acts=acts),
        gift_cards=GiftCards(
            book=book, clock=clock, ids=ids, programmes=programmes, rules=desk.counter_rules
        ),
        snapshots=Snapshots(book=book, clock=clock, programmes=programmes, acts=acts),
        partners=Partners(book=book, clock=clock, programmes=programmes, acts=acts),
        office=HearOffice(book, lending, changed=look_up.follow),
        lending=lending,
        recovery=RecoverBook(
            book,
            ids,
            hasher,
            Recovery(book.place, book_id=facts.book_id, key=key, chance=chance),
        ),
        back_up=BackUp(book, clock),
        verify=VerifyBook(BookAuditor(book.read_apart, partial(read_witness, book.place.witness))),
        import_products=import_products,
        import_members=import_members,
        demo=DemoShop(
            book=book,
            clock=clock,
            ids=ids,
            hasher=hasher,
            programmes=programmes,
            import_products=import_products,
            import_members=import_members,
            read=resources.read,
        ),
        follow_members=look_up.follow,
        settle=settle,
        prepare=compile_all,
        close=close,
    )


def _render(receipt: Receipt) -> bytes:
    # Loaded with the first receipt: drawing needs pictures and fonts, opening the book does not.
    from posloyalty.documents.receipt_escpos import receipt_escpos

    return receipt_escpos(receipt)


def _drawer() -> bytes:
    from posloyalty.documents.receipt_escpos import drawer_kick

    return drawer_kick()


def _receipt_reader(book: SqlBook) -> Callable[[bytes], str | None]:
    def read(data: bytes) -> str | None:
        with book.read() as reader:
            known = reader.tokens.keys()
        keys = tuple(key.public_key for key in known)
        return number_in_code(data, facts=book.facts, public_keys=keys)

    return read


def _tell_boot(book: SqlBook, ids: Ids) -> None:
    """The start is journalled, and with it a clock that was set back or a book that was.

    A book that is older than its witness was put back from a copy: what was sold since is not in
    it. Selling goes on; the note stays in the journal for whoever looks after the shop.
    """
    witness = read_witness(book.place.witness)
    with book.write() as unit:
        if witness is not None and contradicts(witness, unit.journal):
            stamp = unit.journal.stamp()
            facts = (("found", str(unit.journal.head().seq)), ("seen", str(witness.seq)))
            unit.journal.append(
                ErrorNote(
                    id=ids.new_id().hex(),
                    at=stamp.at,
                    hlc=stamp.hlc,
                    code="book.behind_witness",
                    facts=facts,
                )
            )
        stamp = unit.journal.stamp()
        unit.journal.append(
            Boot(
                id=ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=UNSET,
                boot=ids.new_id().hex(),
                app=__version__,
            )
        )
        unit.commit()
