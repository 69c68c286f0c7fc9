"""The sounds: made by the tool, silent without a device, five meanings."""

from __future__ import annotations

import wave

from pytestqt.qtbot import QtBot

import resources
from tools import make_sounds
from ui.presenters.ports import Sound
from ui.sounds import TillSounds


def test_the_checked_in_files_are_what_the_tool_makes() -> None:
    for name, tones in make_sounds.SOUNDS.items():
        assert resources.read(f"sounds/{name}.wav") == make_sounds.wave_file(tones), name


def test_every_sound_has_its_file_and_length() -> None:
    for sound in Sound:
        with wave.open(str(resources.path(f"sounds/{sound.value}.wav"))) as file:
            ms = file.getnframes() * 1000 // file.getframerate()
        assert ms == sum(length for _, length in make_sounds.SOUNDS[sound.value])


def test_playing_before_anything_is_loaded_is_silent(qtbot: QtBot) -> None:
    sounds = TillSounds(volume=0)
    for sound in Sound:
        sounds.play(sound)
    assert not sounds.ready
