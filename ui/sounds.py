"""The till's own sounds, played through Qt when there is a device, silent otherwise.

QtMultimedia is large and optional: it is imported by `warm_up`, after the first paint, and a
machine without it, without its system libraries or without a loudspeaker stays silent. Every sound
is always visible too, so that nothing is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

import resources
from ui.presenters.ports import Sound

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QSoundEffect


class TillSounds:
    """The `Sounds` of the window; `volume` in percent, 0 is mute."""

    def __init__(self, *, volume: int = 80, owner: QObject | None = None) -> None:
        self._volume = volume
        self._owner = owner
        self._voices: dict[Sound, QSoundEffect] = {}

    @property
    def ready(self) -> bool:
        """Whether anything can be heard."""
        return bool(self._voices)

    def warm_up(self) -> None:
        """Load the sounds, so that the first is heard within 50 ms."""
        from PySide6.QtCore import QLoggingCategory, QUrl
        from PySide6.QtGui import QGuiApplication

        if QGuiApplication.platformName() == "offscreen":
            return
        QLoggingCategory.setFilterRules("qt.multimedia*=false")
        try:
            from PySide6.QtMultimedia import QMediaDevices, QSoundEffect
        except ImportError:
            return
        if QMediaDevices.defaultAudioOutput().isNull():
            return
        for sound in Sound:
            effect = QSoundEffect(self._owner)
            file = resources.path(f"sounds/{sound.value}.wav")
            effect.setSource(QUrl.fromLocalFile(str(file)))
            effect.setVolume(self._volume / 100)
            self._voices[sound] = effect

    def set_volume(self, percent: int) -> None:
        """Louder, softer, mute."""
        self._volume = percent
        for effect in self._voices.values():
            effect.setVolume(percent / 100)

    def play(self, sound: Sound) -> None:
        """Start a sound; nothing where there is no device or the till is mute."""
        effect = self._voices.get(sound)
        if effect is not None and self._volume:
            effect.play()
