"""The till as a program: paints the sign-in first, opens the book behind it, puts all together.

Order of a start: options, faces, window with the sign-in (or the wizard where there is no book
yet); after the first paint the book is unlocked and the names are shown (`BookDoor.knock`); then
the services are imported and the book is opened, all on the writer's lane. SQLAlchemy and reportlab
take longer to import than Qt does to paint, so nothing here may import them at the top.

A book that is in use, damaged or without its key is said in the window and on the console, with one
way on. `close` ends every lane and gives the book back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from posloyalty.wording import Words
from ui import qt_classes
from ui.appearance import Appearance, layout_of
from ui.appearance.fonts import load_faces
from ui.background import Runner
from ui.book_door import BookDoor
from ui.collector import Collector
from ui.main_window import MainWindow
from ui.options import Options
from ui.plain_imports import keep_loaded
from ui.preferences import (
    Preferences,
    language_of_system,
    read_preferences,
    write_preferences,
)
from ui.presenters.ports import Screen, ToastKind
from ui.presenters.session import Change, Session
from ui.sounds import TillSounds
from ui.timer import WindowTimer

if TYPE_CHECKING:
    from datetime import datetime

    from posloyalty.services.office.send_journal import SendingStatus
    from posloyalty.services.shop.shop_settings import ShopDetails
    from posloyalty.services.till import Till
    from ui.ending_pump import EndingPump
    from ui.hear_pump import HearPump
    from ui.presenters.desks import MadeBook, WizardAnswers
    from ui.presenters.ports import FrontDoor, Progress
    from ui.presenters.strip import StripPresenter
    from ui.print_pump import PrintPump
    from ui.send_pump import SendPump

DEFAULT_SIZE: Final = (1366, 768)
DEMO_FOLDER: Final = "demo-book"
EXIT_REFUSED: Final = 3
SOON_MS: Final = 100
CALM_MS: Final = 700


class TillApplication(QObject):
    """The running till: window, lanes, session, desks."""

    def __init__(
        self,
        options: Options,
        door: BookDoor,
        *,
        now_ms: Callable[[], int] | None = None,
        key_stamp: Callable[[object], int] | None = None,
        practice: bool = False,
    ) -> None:
        """`practice` says that the door is that of a training book."""
        super().__init__()
        self.turned = False
        self._options = options
        self._door = door
        self._till: Till | None = None
        self._shop: ShopDetails | None = None
        self._painted = False
        self.fault = ""
        chosen = read_preferences(door.folder)
        self._chosen_before = chosen is not None
        prefer = chosen or Preferences(options.language or _language_of_system())
        language = options.language or prefer.language
        look, scale = options.look or prefer.look, options.scale or prefer.scale
        width, height = options.size or DEFAULT_SIZE
        words = Words(language)
        appearance = Appearance(language=language).with_(
            look=look, scale=scale, layout=layout_of(width, height, scale)
        )
        self.window = MainWindow(
            appearance, words, now_ms=now_ms or _stopwatch(), key_stamp=key_stamp
        )
        self.window.resize(width, height)
        self.runner = Runner()
        self.sounds = TillSounds(owner=self.window)
        self.timer = WindowTimer(self.window)
        self.collector = Collector(self.timer, self._when_quiet)
        self.session = Session(
            words=words,
            lanes=self.runner,
            navigator=self.window.navigator,
            toasts=self.window.toasts,
            sounds=self.sounds,
            timer=self.timer,
            look=look,
            scale=scale,
            practice=practice,
        )
        self._strip: StripPresenter | None = None
        self._pump: PrintPump | None = None
        self._sender: SendPump | None = None
        self._hearer: HearPump | None = None
        self._ender: EndingPump | None = None
        self.session.subscribe(self._changed)
        self.window.begin(self.session)
        self.window.installEventFilter(self)

    @property
    def folder(self) -> Path:
        """The book's folder."""
        return self._door.folder

    def start(self) -> None:
        """Show the sign-in, or the wizard where there is neither a book nor a demo to make."""
        if self._door.there or self._options.demo:
            self.window.navigator.show(Screen.SIGN_IN)
        else:
            self._set_desks()
            self.window.navigator.show(Screen.WIZARD)
        qt_classes.make_for_painting()
        self.window.show()

    def close(self) -> None:
        """End lanes and timers and give the book back."""
        self.window.removeEventFilter(self)
        for pump in (self._pump, self._sender, self._hearer, self._ender):
            if pump is not None:
                pump.stop()
        self.window.end()
        self.timer.stop()
        self.runner.close()
        if self._sender is not None and "sending" not in self.runner.alive:
            self._sender.end()
        if self._hearer is not None and "hearing" not in self.runner.alive:
            self._hearer.end()
        if self._till is not None:
            self._till.close()
            self._till = None
        self._door.leave()
        keep_loaded()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """After the window's first paint the rest begins."""
        if not self._painted and watched is self.window and event.type() is QEvent.Type.Paint:
            self._painted = True
            QTimer.singleShot(0, self._after_first_paint)
        return False

    # Opening

    def _after_first_paint(self) -> None:
        self.collector.painted()
        if self._options.quit_after_first_paint:
            print(flush=True)  # an empty line tells whoever measures that the window is painted
            QApplication.quit()
            return
        from ui import warm_up

        idle = self.window.idle
        idle.then(qt_classes.make_in_turns)
        idle.then(lambda: warm_up.load_in_turns(warm_up.LISTENING))
        idle.then(self._listen)
        # Behind the listening: two threads that import at once keep each other waiting.
        idle.then(self.open_book)

    def _listen(self) -> None:
        """Keys, scans, the strip and what goes out: from now on the window answers."""
        from ui.ending_pump import EndingPump
        from ui.hear_pump import HearPump
        from ui.presenters.strip import StripPresenter
        from ui.print_pump import PrintPump
        from ui.send_pump import SendPump

        self._strip = StripPresenter(self.session, self._now)
        self._pump = PrintPump(self.session, self._strip.refresh)
        self._sender = sender = SendPump(self.session, self._sent)
        self._hearer = HearPump(self.session, sender.turn)
        self._ender = EndingPump(self.session)
        self.window.listen(self._strip)
        self._strip.start()
        self.timer.after(200, self.sounds.warm_up)

    def _sent(self, status: SendingStatus) -> None:
        self.session.sending_stands(status)
        if self._strip is not None:
            self._strip.sent(status)
        if self._hearer is not None:
            self._hearer.sent(status)

    def open_book(self) -> None:
        """Open the book, or make the demo's, on the writer's lane."""
        door, language = self._door, self.session.words.language
        if door.there:
            self.runner.write(door.knock, self._met, self._not_opened)
        elif self._options.demo:
            self._write_open(lambda: door.make_demo(language))

    def _met(self, front: FrontDoor) -> None:
        """The names first; the services, which take longer, while a PIN is typed."""
        self.session.meet(front)
        self._write_open(self._door.open)

    def _write_open(self, make: Callable[[], Till]) -> None:
        def job() -> Till:
            from ui import warm_up

            # Kept at once: the window may be closed before the answer is heard.
            self._till = make()
            self._shop = self._till.shop.details()
            self._till.ready_to_sell()
            warm_up.load(warm_up.DESKS)
            return self._till

        self.runner.write(job, self._opened, self._not_opened)

    def _opened(self, till: Till) -> None:
        self._till = till
        self._set_desks()
        shop = self._shop or till.shop.details()
        self._follow_shop(shop)
        self.session.attach(till, shop)
        # A moment later: who types a PIN at once finds the lanes and the sale's screen unhindered.
        self.timer.after(SOON_MS, lambda: self._behind_the_sale(till))
        self.timer.after(CALM_MS, lambda: self._warm_up(till, shop.currency))

    def _behind_the_sale(self, till: Till) -> None:
        """Check the book, and make the services that no sale needs to open, before they are asked
        for.
        """
        self.runner.long(
            lambda _progress: _settle(till), self._settled, self._not_settled, lambda *_: None
        )
        self.runner.write(till.ready, lambda _: None, lambda _fault: None)

    def _warm_up(self, till: Till, currency: str) -> None:
        """Import, make and draw what was not asked for yet, in idle moments and on a lane."""
        from ui import warm_up

        def plain() -> None:
            warm_up.load_plain()
            warm_up.know_money(currency)
            till.prepare()

        self.window.idle.then(lambda: warm_up.load_in_turns(warm_up.VIEWS))
        self._beside(plain, lambda _: self.window.prepare(self._warm))

    def _warm(self) -> None:
        """Everything is there but what the first receipt needs."""
        from ui.warm_up import know_paper

        self._beside(know_paper, lambda _: self.collector.warm())
        self._beside(keep_loaded, lambda _: None)

    def _beside(self, job: Callable[[], object], then: Callable[[object], None]) -> None:
        """Do on a lane what the till can do without."""
        self.runner.long(lambda _progress: job(), then, lambda _fault: None, lambda *_: None)

    def _when_quiet(self, act: Callable[[], None]) -> None:
        self.window.idle.then(act)

    def _not_opened(self, fault: Exception) -> None:
        from posloyalty.services.book.book_faults import BookError, KeyMissing, WrongKey

        self._set_desks()
        if isinstance(fault, (KeyMissing, WrongKey)):
            self.window.navigator.show(Screen.RECOVERY, cause="key")
            return
        words = self.session.words
        if isinstance(fault, BookError):
            reason = words(fault.code, **fault.facts)
        else:
            reason = words("book.fault")
            import traceback

            traceback.print_exception(fault)
        self.fault = reason
        print(f"{words('app.cannot_open')} {reason}", file=sys.stderr)
        self.window.ask(
            title=words("app.cannot_open"),
            text=reason,
            answers=(words("app.try_again"), words("app.quit")),
            answered=self._after_fault,
        )

    def _after_fault(self, place: int) -> None:
        if place == 0:
            self.fault = ""
            self.open_book()
        else:
            QApplication.exit(EXIT_REFUSED)

    def _settled(self, room: bool) -> None:
        """Without room for the day on which the disk is full, somebody has to make some."""
        if not room:
            self.window.toasts.say(self.session.words("book.disk_low"), ToastKind.LOOK)

    def _not_settled(self, fault: Exception) -> None:
        """The quick check found the book damaged: said before anybody sells into it."""
        self._not_opened(fault)

    # What the wizard and the recovery ask for

    def make(self, answers: WizardAnswers, progress: Progress) -> MadeBook:
        """Make the book of the wizard's answers; runs on the long lane."""
        from ui.presenters.desks import MadeBook

        till, created = self._door.make(answers, progress)
        self._till = till
        return MadeBook(
            recovery_code=created.recovery_code,
            in_keystore=created.key_place.in_keystore,
            key_place=created.key_place.name,
        )

    @property
    def door(self) -> BookDoor:
        """The way to the book."""
        return self._door

    def open(self) -> None:
        """Show the sign-in of the book that was made."""
        self._show_made()

    def open_with_code(self, code: str, new_pin: str) -> None:
        """Open with a recovery code, or set the open book's manager PIN with it."""
        if self._till is not None:
            self._till.recovery.open_with_code(code, new_pin)
        else:
            self._till = self._door.open_with_code(code, new_pin)

    def opened(self) -> None:
        """The book is open: attach its services and show the sign-in."""
        self._show_made()

    def begin_practice(self) -> None:
        """Make the training book, note in the real one who went there, and leave for it."""
        from posloyalty.domain.shop.deeds import Deed, DeedKind

        till, operator, door = self.session.till, self.session.operator, self._door
        if operator is None or self.session.practice:
            return
        self.window.toasts.say(self.session.words("app.practice_making"), ToastKind.NEWS)

        def make() -> None:
            door.make_practice(till)
            till.deeds.note([Deed(kind=DeedKind.TRAINING_BEGUN)], operator)

        self.runner.write(make, lambda _none: self.end_practice(), self._not_practised)

    def end_practice(self) -> None:
        """Leave for the other book; whoever runs the till opens it."""
        self.turned = True
        QApplication.quit()

    def _not_practised(self, fault: Exception) -> None:
        from ui.presenters.faults import fault_text

        self.window.toasts.say(fault_text(fault, self.session.words), ToastKind.REFUSED)

    def _show_made(self) -> None:
        if self._till is not None and not self.session.till_open:
            self._opened(self._till)
        self.window.navigator.show(Screen.SIGN_IN)

    def _set_desks(self) -> None:
        if self.session.desks is not None:
            return
        from ui.back_room import back_room

        self.session.desks = back_room(self.session, self._door.folder, wizard=self)

    # What changes while running

    def _changed(self, change: Change) -> None:
        session = self.session
        if change in (Change.LANGUAGE, Change.LOOK):
            told = Preferences(session.words.language, session.look, session.scale)
            self.runner.write(
                lambda: write_preferences(self._door.folder, told),
                lambda _: None,
                lambda _fault: None,
            )
        elif change is Change.SHOP and session.shop is not None:
            self.sounds.set_volume(session.shop.volume)

    def _follow_shop(self, shop: ShopDetails) -> None:
        """Where nobody chose anything on this till yet, the shop's settings count."""
        self.sounds.set_volume(shop.volume)
        options = self._options
        if self._chosen_before:
            return
        if options.language is None and shop.language != self.session.words.language:
            self.session.speak(shop.language)
        look, scale = options.look or shop.look, options.scale or shop.scale_percent
        if (look, scale) != (self.session.look, self.session.scale):
            self.session.look_changed(look=look, scale=scale)

    def _now(self) -> datetime:
        if self.session.till_open:
            return self.session.till.clock.now()
        return self._door.clock.now().astimezone()


def book_folder(options: Options) -> Path:
    """Where the book lies; a demo has one of its own. Raises `BadSettings`."""
    if options.data is not None:
        return options.data.resolve()
    from posloyalty.settings import read_settings

    folder = read_settings(os.environ).book_folder
    return folder.with_name(DEMO_FOLDER) if options.demo else folder


def run(options: Options) -> int:
    """Run the till until its window closes; the exit code."""
    try:
        folder = book_folder(options)
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return EXIT_REFUSED
    application = make_qt_application()
    real = BookDoor(folder, demo=options.demo)
    practice = False
    while True:
        door = real.practice() if practice else real
        till = TillApplication(options, door, practice=practice)
        till.window.closing.connect(application.quit)
        till.start()
        code = application.exec()
        till.close()
        if not till.turned:
            return EXIT_REFUSED if till.fault else code
        options = as_left(till, options)
        till.window.hide()
        till.window.deleteLater()
        till.collector.over()
        practice = not practice


def as_left(till: TillApplication, options: Options) -> Options:
    """The options with the language, look and size in which a till was left."""
    session, window = till.session, till.window
    return replace(
        options,
        language=session.words.language,
        look=session.look,
        scale=session.scale,
        size=(window.width(), window.height()),
    )


def make_qt_application() -> QApplication:
    """Qt with our faces; the style is the same on every system."""
    present = QApplication.instance()
    if isinstance(present, QApplication):
        application = present
    else:
        # As an argument: `setStyle` hands a QStyle back, and making its enumerations takes time.
        application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    application.setApplicationName("posloyalty")
    load_faces()
    return application


def _settle(till: Till) -> bool:
    """What may wait at the start; whether there is room for the day on which the disk is full."""
    till.settle()
    return till.hold_room()


def _stopwatch() -> Callable[[], int]:
    watch = QElapsedTimer()
    watch.start()
    return watch.elapsed


def _language_of_system() -> str:
    from PySide6.QtCore import QLocale

    return language_of_system(tuple(QLocale.system().uiLanguages()))
