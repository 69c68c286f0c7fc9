"""Making a book and opening one: the lock, the key, the file, and what is journalled of a start."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path

from msgspec import UNSET

from posloyalty import __version__
from posloyalty.bootstrap.areas import make_area
from posloyalty.bootstrap.base import Base
from posloyalty.front_door import MakeHasher, Unlocked, locked, unlock
from posloyalty.services.book.book_faults import BadRecoveryCode
from posloyalty.services.book.book_keys import Keyring, MistypedCode
from posloyalty.services.book.first_run import Created, FirstRun, FirstRunAnswers
from posloyalty.services.book.note_fault import note_fault
from posloyalty.services.book.recover_book import check_new_pin, mistyped
from posloyalty.services.office.till_start import STARTS, started
from posloyalty.services.people.pin_hash import PinHasher
from posloyalty.services.ports import Chance, Clock, Ids
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.till import Till
from posloyalty.storage.keys.key_store import KeyStore
from posloyalty.storage.keys.recovery import key_from_code
from posloyalty.storage.new_book import NewBook
from posloyalty.storage.open_book import open_book
from posloyalty.storage.place import BookPlace
from posloyalty.storage.unit_of_work import SqlBook, SqlUnit
from posloyalty.storage.witness import Witness, contradicts
from posloyalty.sync.events import Boot


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
    unlocked: Unlocked | None = None,
) -> Till:
    """Open the book in a folder; raises the `BookError` that says why it cannot be.

    `unlocked` is the same book's lock and key where the front door has them already.
    """
    with ExitStack() as undo:
        held = unlocked or unlock(folder, keyring)
        undo.callback(held.lock.release)
        book = open_book(
            held.place,
            held.key,
            clock=clock,
            make_ids=lambda _till: ids,
            safe=None if keyring is None else KeyStore(keyring),
        )
        undo.callback(book.close)
        base = Base(book, held, ids=ids, chance=chance, hasher=hasher(chance))
        till = Till(base.till_base(), partial(make_area, base))
        till.receipts.recover()
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
        undo.callback(locked(place).release)
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


def _tell_boot(book: SqlBook, ids: Ids) -> None:
    """The start is journalled, and with it a clock that was set back or a book that was.

    A book that is older than a witness was put back from a copy: what was sold since is not in it.
    Selling goes on, in another epoch, so that a receipt number that was used is seen to be; the
    note stays in the journal for whoever looks after the shop.
    """
    with book.write() as unit:
        boot = ids.new_id()
        before = unit.settings.get(STARTS)
        unit.settings.put({STARTS: started(before, boot)})
        seen = [one for one in book.witnesses.at_start if contradicts(one, unit.journal)]
        if seen:
            witness = max(seen, key=lambda one: (one.epoch, one.seq))
            found, told = str(unit.journal.head().seq), str(witness.seq)
            _begin_epoch(unit, ids, witness)
            note_fault(unit, ids, "book.behind_witness", found=found, seen=told)
        stamp = unit.journal.stamp()
        unit.journal.append(
            Boot(
                id=ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=UNSET,
                boot=boot.hex(),
                app=__version__,
            )
        )
        unit.commit()
    if seen:
        # At once: a start after a cut must not find the same witness and open one more.
        book.note_now()


def _begin_epoch(unit: SqlUnit, ids: Ids, witness: Witness) -> None:
    """The book goes on behind what it holds, in an epoch that nobody has seen."""
    # Late: hardly any start needs it.
    from posloyalty.services.office.reanchor import Common, anchor
    from posloyalty.sync.epochs import Cause, next_epoch

    head = unit.journal.head()
    epoch = next_epoch(head.epoch, witness.epoch)
    anchor(unit, ids, Common(seq=head.seq, hash=head.hash), Cause.WITNESS, epoch)
