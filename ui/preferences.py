"""How this till looked and spoke last time, in a small file that is read before the book is open.

Shape: `screen.json` in the book's folder: language, look, scale in percent. It holds nothing
personal. A file that is missing or damaged is as good as none: the shop's own settings count then.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from posloyalty.wording import LANGUAGES
from ui.appearance.metrics import SCALES
from ui.appearance.tokens import LOOKS

FILE: Final = "screen.json"


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was chosen on this till."""

    language: str
    look: str = "light"
    scale: int = 100


def read_preferences(folder: Path) -> Preferences | None:
    """What was chosen, or None."""
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    import json

    try:
        told = json.loads(text)
        made = Preferences(told["language"], told["look"], told["scale"])
    except (ValueError, KeyError, TypeError):
        return None
    known = made.language in LANGUAGES and made.look in LOOKS and made.scale in SCALES
    return made if known else None


def write_preferences(folder: Path, preferences: Preferences) -> None:
    """Keep what was chosen; without the folder there is nothing to keep it for."""
    if not folder.is_dir():
        return
    import json

    try:
        (folder / FILE).write_text(json.dumps(asdict(preferences)), encoding="utf-8")
    except OSError:
        return


def language_of_system(names: tuple[str, ...]) -> str:
    """The nearest of our languages to those that the system names, such as "zh-Hant-TW"."""
    for name in names:
        tag = name.replace("_", "-").lower()
        if tag.startswith("zh"):
            traditional = any(part in tag for part in ("hant", "-tw", "-hk", "-mo"))
            return "zh_TW" if traditional else "zh_CN"
        if tag.startswith("en"):
            return "en"
    return "en"
