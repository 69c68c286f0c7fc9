"""Who works at this till, in which language, on which book: what all presenters share.

One `Session` lives as long as the window. The till's services are attached after the first paint,
because opening the book must not delay it; a presenter which needs them earlier subscribes and
waits for `Change.TILL`. Between the two the front door knows the people (`Change.DOOR`).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import TYPE_CHECKING

from posloyalty.wording import Words
from ui.presenters.ports import Lanes, Navigator, Sounds, Timer, Toasts

if TYPE_CHECKING:
    from posloyalty.domain.shop.operator import Operator
    from posloyalty.services.office.send_journal import SendingStatus
    from posloyalty.services.shop.shop_settings import ShopDetails
    from posloyalty.services.till import Till
    from ui.presenters.desks import Desks
    from ui.presenters.ports import FrontDoor


class Change(Enum):
    """What a watcher of the session is told."""

    DOOR = auto()
    TILL = auto()
    OPERATOR = auto()
    LANGUAGE = auto()
    SHOP = auto()
    LOOK = auto()
    HEARD = auto()
    GOODS = auto()
    BOOKED = auto()
    JOINED = auto()
    SENDING = auto()
    NAMES = auto()


class TillNotOpen(Exception):
    """The book is still being opened; nothing but the sign-in's first paint may run now."""


class Session:
    """What is the same on every screen. `look` is light, dark or contrast; `scale` in percent.

    `practice` says that the book is for training and every screen and paper shows it.
    """

    def __init__(
        self,
        *,
        words: Words,
        lanes: Lanes,
        navigator: Navigator,
        toasts: Toasts,
        sounds: Sounds,
        timer: Timer,
        look: str = "light",
        scale: int = 100,
        practice: bool = False,
    ) -> None:
        self.words = words
        self.lanes = lanes
        self.navigator = navigator
        self.toasts = toasts
        self.sounds = sounds
        self.timer = timer
        self.look = look
        self.scale = scale
        self.operator: Operator | None = None
        self.shop: ShopDetails | None = None
        self.practice = practice
        self.desks: Desks | None = None
        self.front: FrontDoor | None = None
        self._till: Till | None = None
        self.sending: SendingStatus | None = None
        self._watchers: list[Callable[[Change], None]] = []

    @property
    def till(self) -> Till:
        """The services; raises `TillNotOpen` before the book is open."""
        if self._till is None:
            raise TillNotOpen
        return self._till

    @property
    def till_open(self) -> bool:
        """Whether the services are there."""
        return self._till is not None

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Tell `callback` every change from now on, until the result is called."""
        self._watchers.append(callback)

        def unsubscribe() -> None:
            if callback in self._watchers:
                self._watchers.remove(callback)

        return unsubscribe

    def meet(self, front: FrontDoor) -> None:
        """Who may sign in is known, and vouched for, until the services are there."""
        self.front = front
        self._tell(Change.DOOR)

    def attach(self, till: Till, shop: ShopDetails) -> None:
        """The book is open: these are its services and its shop."""
        self._till = till
        self.shop = shop
        self.front = None
        self._tell(Change.TILL)

    def sign_in(self, operator: Operator | None) -> None:
        """Somebody signed in, or nobody is any more (the till was locked)."""
        self.operator = operator
        self._tell(Change.OPERATOR)

    def speak(self, language: str) -> None:
        """Change the language of the screens while running."""
        self.words = Words(language)
        self._tell(Change.LANGUAGE)

    def renamed(self) -> None:
        """What the programme calls its wallets in the present language was read, and is new."""
        self._tell(Change.NAMES)

    def shop_changed(self, shop: ShopDetails) -> None:
        """Settings were saved: everything that shows the shop follows."""
        self.shop = shop
        self._tell(Change.SHOP)

    def look_changed(self, *, look: str | None = None, scale: int | None = None) -> None:
        """Another look (light, dark, contrast) or scale (100, 150, 200) while running."""
        self.look = look or self.look
        self.scale = scale or self.scale
        self._tell(Change.LOOK)

    def booked(self) -> None:
        """A sale is on disk, and head office has not heard of it."""
        self._tell(Change.BOOKED)

    def joined(self) -> None:
        """The till has a head office now, which has nothing of its journal yet."""
        self._tell(Change.JOINED)

    def sending_stands(self, status: SendingStatus) -> None:
        """How sending to head office stands; told where it differs from before."""
        if status != self.sending:
            self.sending = status
            self._tell(Change.SENDING)

    def heard(self) -> None:
        """Head office told of members what happened elsewhere."""
        self._tell(Change.HEARD)

    def goods_changed(self) -> None:
        """Products are other than before, by what head office keeps."""
        self._tell(Change.GOODS)

    def _tell(self, change: Change) -> None:
        for watcher in tuple(self._watchers):
            watcher(change)
