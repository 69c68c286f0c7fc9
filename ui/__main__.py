"""`posloyalty-till`: the till; without a display, a cashier's journey offscreen."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.options import Options

JOURNEY_FOLDER = Path("demo-run")
# So long may a lane keep Python's lock while the GUI thread wants it. Python's own 5 ms are waited
# for several times a turn, whenever Qt has let go of the lock to draw or to style: with 1 ms, as
# with 0.2, the whole process needs the same time, but a turn waits twice as long.
SWITCH_S = 0.0002


def main() -> int:
    """Run what the command line asks for; the exit code."""
    begin()
    from ui.options import read_options

    options = read_options(sys.argv[1:])
    if options.screenshots is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from ui.screenshots import take

        return take(options.screenshots, every=options.every_screenshot)
    if options.journey is not None or (not display(os.environ) and _wants_journey(options)):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        from ui.journey import ring

        return ring(options, options.journey or JOURNEY_FOLDER)
    from ui.application import run

    return run(options)


def begin() -> None:
    """What comes before all else in a till's process; benchmarks of the till begin with it too."""
    # Nothing made before the first paint is garbage: collecting would only delay it.
    gc.disable()
    sys.setswitchinterval(SWITCH_S)
    from ui.plain_imports import load_qt

    load_qt()


def display(environment: os._Environ[str] | dict[str, str]) -> bool:
    """Whether there is a display to draw on; systems other than Linux always have one."""
    if not sys.platform.startswith("linux"):
        return True
    if environment.get("QT_QPA_PLATFORM"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def _wants_journey(options: Options) -> bool:
    return not options.quit_after_first_paint


if __name__ == "__main__":
    sys.exit(main())
