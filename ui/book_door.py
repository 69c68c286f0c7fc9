"""`BookDoor`: makes and opens the book of one folder, with the services behind it.

`knock` is quick: the book is unlocked, and who may sign in is known. The services are imported when
the book is opened, behind the first paint: SQLAlchemy and reportlab take longer to import than Qt
does to paint.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from posloyalty.front_door import FrontDoor, MakeHasher
    from posloyalty.services.book.book_keys import Keyring
    from posloyalty.services.book.first_run import Created, FirstRunAnswers
    from posloyalty.services.ports import Chance, Clock, Ids
    from posloyalty.services.till import Till
    from ui.presenters.desks import WizardAnswers
    from ui.presenters.ports import Progress

BOOK_FILE: Final = "till.book"


class BookDoor:
    """Makes and opens the book in one folder. Calls take long: they belong on the writer's lane."""

    def __init__(
        self,
        folder: Path,
        *,
        demo: bool,
        clock: Clock | None = None,
        chance: Chance | None = None,
        hasher: MakeHasher | None = None,
    ) -> None:
        """`clock` and `chance` None are the machine's; `hasher` None costs what PINs deserve."""
        self.folder = folder
        self._clock = clock
        self._chance = chance
        self._demo = demo
        self._hasher = hasher
        self._front: FrontDoor | None = None

    @property
    def clock(self) -> Clock:
        """The clock that the book is opened with."""
        if self._clock is None:
            from datetime import UTC

            from posloyalty.system import SystemClock

            self._clock = SystemClock(UTC)
        return self._clock

    @property
    def chance(self) -> Chance:
        """The randomness that the book is opened with."""
        if self._chance is None:
            from posloyalty.system import SystemChance

            self._chance = SystemChance()
        return self._chance

    @property
    def there(self) -> bool:
        """Whether there is a book."""
        return (self.folder / BOOK_FILE).exists()

    def knock(self) -> FrontDoor:
        """Unlock the book and read who may sign in; raises the `BookError` that says why not.

        The lock is kept until `open` takes it over, or `leave` gives it back.
        """
        from posloyalty.front_door import FrontDoor, unlock
        from posloyalty.services.people.pin_hash import PinHasher

        self.leave()
        unlocked = unlock(self.folder, self._keyring())
        self._front = FrontDoor(unlocked, (self._hasher or PinHasher)(self.chance))
        return self._front

    def leave(self) -> None:
        """Give back the lock of a book that was knocked at and never opened."""
        front, self._front = self._front, None
        if front is not None:
            front.unlocked.lock.release()

    def open(self) -> Till:
        """Open the book; raises the `BookError` that says why not."""
        from posloyalty.bootstrap import open_till

        front, self._front = self._front, None
        return open_till(
            self.folder,
            clock=self.clock,
            ids=self._ids(),
            chance=self.chance,
            keyring=self._keyring() if front is None else None,
            unlocked=None if front is None else front.unlocked,
            **self._hashing(),
        )

    def open_with_code(self, code: str, new_pin: str) -> Till:
        """Open a book whose key is lost, and give the manager a new PIN."""
        from posloyalty.bootstrap import open_with_code

        return open_with_code(
            self.folder,
            code,
            new_pin,
            clock=self.clock,
            ids=self._ids(),
            chance=self.chance,
            keyring=self._keyring(),
            **self._hashing(),
        )

    def make_demo(self, language: str, *, members: int | None = None) -> Till:
        """Make the demo shop's book, and open it."""
        from posloyalty.services.shop.demo_shop import MEMBERS, demo_answers

        answers = demo_answers(language, folder=str((self.folder / "receipts").resolve()))
        self._make_filled(answers, language, members=members or MEMBERS)
        return self.open()

    def _make_filled(
        self,
        answers: FirstRunAnswers,
        language: str,
        *,
        members: int,
        progress: Progress | None = None,
    ) -> Created:
        """Make a book with the demo's goods and members.

        A kill or a full disk in the middle leaves no half shop, and nothing in the way of another
        try: the book gets its place when it is whole.
        """
        import shutil

        making = self.beside("making", demo=self._demo)
        shutil.rmtree(making.folder, ignore_errors=True)
        till, created = making._create(answers)
        try:
            till.demo.fill(created.manager, language, members=members, progress=progress)
            till.follow_members()
        finally:
            till.close()
        self._move_in(making.folder)
        place = created.key_place
        if not place.in_keystore:
            place = replace(place, name=str(self.folder / Path(place.name).name))
        return replace(created, key_place=place)

    def _move_in(self, made: Path) -> None:
        """Give a whole book its place; the book's own file last, for it is what makes a till."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(made.iterdir(), key=lambda one: one.name == BOOK_FILE):
            file.replace(self.folder / file.name)
        made.rmdir()

    def practice(self) -> BookDoor:
        """The door of the training book beside this one; its key lies beside it in a file."""
        return self.beside("practice")

    def beside(self, name: str, *, demo: bool = True) -> BookDoor:
        """The door of another book beside this one; a demo's key lies beside it in a file."""
        return BookDoor(
            self.folder.with_name(f"{self.folder.name}.{name}"),
            demo=demo,
            clock=self.clock,
            chance=self.chance,
            hasher=self._hasher,
        )

    def make_empty(self, answers: FirstRunAnswers) -> Till:
        """Make a book with nothing in it, and open it."""
        return self._create(answers)[0]

    def make_practice(self, real: Till) -> None:
        """Make the training book anew from the shop as it is today."""
        import shutil

        from posloyalty.services.shop.practice import furnish, practice_answers, shop_copy

        door = self.practice()
        shutil.rmtree(door.folder, ignore_errors=True)
        copy = shop_copy(real.book, real.clock.now())
        till, created = door._create(practice_answers(real.shop.details(), self.chance))
        try:
            with till.book.write() as unit:
                furnish(unit, copy, created.manager)
                unit.commit()
        finally:
            till.close()

    def make(self, answers: WizardAnswers, progress: Progress) -> tuple[Till, Created]:
        """Make the book of the wizard's answers, and open it; with the demo's goods if wanted.

        `progress` hears how many of the demo's members have joined.
        """
        from posloyalty.services.shop.demo_shop import MEMBERS, as_demo
        from ui.first_answers import first_answers

        told = first_answers(answers)
        if not answers.demo:
            return self._create(told)
        created = self._make_filled(
            replace(told, shop=as_demo(told.shop)),
            answers.language,
            members=MEMBERS,
            progress=progress,
        )
        return self.open(), created

    def _create(self, answers: object) -> tuple[Till, Created]:
        from posloyalty.bootstrap import create_till
        from posloyalty.services.book.first_run import FirstRunAnswers

        assert isinstance(answers, FirstRunAnswers)
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        return create_till(
            self.folder,
            answers,
            clock=self.clock,
            ids=self._ids(),
            chance=self.chance,
            keyring=self._keyring(),
            **self._hashing(),
        )

    def _ids(self) -> Ids:
        from posloyalty.system import SystemIds

        return SystemIds(
            till=b"", boot=self.chance.token_bytes(16), token_bytes=self.chance.token_bytes
        )

    def _keyring(self) -> Keyring | None:
        """The system's keystore; a demo book keeps its key in a file beside it."""
        if self._demo:
            return None
        from posloyalty.front_door import system_keyring

        return system_keyring()

    def _hashing(self) -> dict[str, Any]:
        return {} if self._hasher is None else {"hasher": self._hasher}
