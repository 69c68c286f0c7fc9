"""The section "look and language": every choice takes effect at once, and is saved with it.

Shape: look (light, dark, contrast), scale in percent, language, volume in percent. The session
tells every screen first, so that the effect is seen without waiting for the disk.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.wording import LANGUAGES
from ui.presenters.form import Choice, Field, FieldKind
from ui.presenters.ports import Sound
from ui.presenters.settings.section import Act, Section, SectionState
from ui.presenters.sign_in import LANGUAGE_NAMES

if TYPE_CHECKING:
    from posloyalty.services.shop.shop_settings import ShopDetails

LOOKS: Final = ("light", "dark", "contrast")
SCALES: Final = (100, 150, 200)
VOLUMES: Final = (("0", "off"), ("30", "low"), ("60", "middle"), ("100", "high"))


class LookSection(Section):
    """Look, size, language and sound."""

    def opened(self, **arguments: object) -> None:
        """Show what is set."""
        self.tell()

    def change(self, name: str, value: str) -> None:
        """Take a choice at once."""
        shop, session = self.session.shop, self.session
        if shop is None:
            return
        if name == "look":
            session.look_changed(look=value)
            shop = replace(shop, look=value)
        elif name == "scale":
            session.look_changed(scale=int(value))
            shop = replace(shop, scale_percent=int(value))
        elif name == "language":
            session.speak(value)
            shop = replace(shop, language=value)
        elif name == "volume":
            shop = replace(shop, volume=int(value))
        session.shop_changed(shop)
        till, changed = session.till, shop
        self.write(lambda operator: till.shop.save(changed, operator), self._done)
        self.tell()

    def act(self, name: str, path: str = "") -> None:
        """Listen to a sound at the chosen volume."""
        self.session.sounds.play(Sound.MEMBER_FOUND)

    def _done(self, shop: ShopDetails) -> None:
        self.session.shop_changed(shop)
        self.tell()

    def tell(self) -> None:
        """Word the choices."""
        words, session = self.session.words, self.session
        shop = session.shop
        if shop is None:
            return
        self.draft.load(
            {
                "look": session.look,
                "scale": str(session.scale),
                "language": words.language,
                "volume": _nearest_volume(shop.volume),
            }
        )
        self._show(
            SectionState(
                title=words("settings.section_look"),
                text=words("settings.look_at_once"),
                form=self.draft.form(self._fields(), words),
                acts=(Act(name="listen", label=words("settings.look_try_sound"), icon="sound"),),
                busy=self.busy,
            )
        )

    def _fields(self) -> tuple[Field, ...]:
        words = self.session.words
        looks = tuple(Choice(look, words(f"settings.look_{look}")) for look in LOOKS)
        scales = tuple(Choice(str(n), words("settings.look_scale_percent", n=n)) for n in SCALES)
        languages = tuple(Choice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES)
        volumes = tuple(Choice(v, words(f"settings.look_volume_{key}")) for v, key in VOLUMES)

        def choice(name: str, code: str, of: tuple[Choice, ...]) -> Field:
            return Field(
                name=name, label=words(f"settings.{code}"), kind=FieldKind.CHOICE, choices=of
            )

        return (
            choice("look", "look_look", looks),
            choice("scale", "look_scale", scales),
            choice("language", "look_language", languages),
            choice("volume", "look_volume", volumes),
        )


def _nearest_volume(percent: int) -> str:
    return min((value for value, _ in VOLUMES), key=lambda value: abs(int(value) - percent))
