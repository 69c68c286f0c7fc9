"""What the command line of `posloyalty-till` may say; see `--help`."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from posloyalty import __version__
from posloyalty.wording import LANGUAGES
from ui.appearance.metrics import SCALES
from ui.appearance.tokens import LOOKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The command line, read. None means: as it was last time, or as the shop has it."""

    demo: bool = False
    data: Path | None = None
    journey: Path | None = None
    screenshots: Path | None = None
    every_screenshot: bool = False
    language: str | None = None
    look: str | None = None
    scale: int | None = None
    size: tuple[int, int] | None = None
    quit_after_first_paint: bool = False


def read_options(arguments: list[str]) -> Options:
    """The options; ends the program with a message when they make no sense."""
    parser = argparse.ArgumentParser(
        prog="posloyalty-till", description="The till of POS Loyalty.", allow_abbrev=False
    )
    add = parser.add_argument
    add("--version", action="version", version=__version__)
    add("--demo", action="store_true", help="sell in a demo shop, with a book of its own")
    add("--data", type=Path, metavar="DIR", help="the folder of the book")
    add(
        "--journey",
        type=Path,
        metavar="OUT",
        help="ring a cashier's journey offscreen and leave pictures, receipt and book in OUT",
    )
    add("--screenshots", type=Path, metavar="OUT", help="draw the screens into OUT")
    add("--all", action="store_true", help="with --screenshots: in every language, look and size")
    add("--language", choices=LANGUAGES)
    add("--look", choices=tuple(LOOKS))
    add("--scale", type=int, choices=SCALES, help="percent")
    add("--size", type=_size, metavar="WxH", help="the window's size, such as 1366x768")
    add("--quit-after-first-paint", action="store_true", help="for measuring the start")
    told = parser.parse_args(arguments)
    return Options(
        demo=told.demo,
        data=told.data,
        journey=told.journey,
        screenshots=told.screenshots,
        every_screenshot=told.all,
        language=told.language,
        look=told.look,
        scale=told.scale,
        size=told.size,
        quit_after_first_paint=told.quit_after_first_paint,
    )


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) >= 640 and int(height) >= 480):
        raise argparse.ArgumentTypeError(f"{text}: write width x height, at least 640x480")
    return int(width), int(height)
