"""Make the till's sounds: `python -m tools.make_sounds` writes resources/sounds/*.wav.

Sine tones, 16-bit mono at 44,100 Hz, with 5 ms ramps so that nothing clicks. The files
are checked in; a test makes them again and compares the bytes.
"""

from __future__ import annotations

import io
import math
import struct
import wave
from pathlib import Path
from typing import Final

RATE: Final = 44_100
RAMP_MS: Final = 5
LOUDNESS: Final = 0.5
FOLDER: Final = Path(__file__).resolve().parents[1] / "resources" / "sounds"

# Each sound is a row of (Hz, milliseconds).
SOUNDS: Final[dict[str, tuple[tuple[int, int], ...]]] = {
    "understood": ((1760, 60),),
    "member_found": ((1320, 60), (1760, 60)),
    "refused": ((440, 120), (330, 120)),
    "sale_complete": ((880, 70), (1109, 70), (1319, 70)),
    "look_here": ((660, 200),),
}


def main() -> None:
    """Write every sound."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, tones in SOUNDS.items():
        (FOLDER / f"{name}.wav").write_bytes(wave_file(tones))


def wave_file(tones: tuple[tuple[int, int], ...]) -> bytes:
    """The bytes of a WAV file of tones, one after another."""
    samples = [sample for hertz, ms in tones for sample in _tone(hertz, ms)]
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return buffer.getvalue()


def _tone(hertz: int, ms: int) -> list[int]:
    count, ramp = RATE * ms // 1000, RATE * RAMP_MS // 1000
    samples = []
    for place in range(count):
        loud = LOUDNESS * min(1.0, place / ramp, (count - 1 - place) / ramp)
        samples.append(round(32_767 * loud * math.sin(2 * math.pi * hertz * place / RATE)))
    return samples


if __name__ == "__main__":
    main()
