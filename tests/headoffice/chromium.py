"""Head office as a process at a port of this machine, and a real headless Chromium that visits it.

The browser is the system's own (`make test` installs one where there is none). It speaks to the
server by itself: this process opens no connection.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.headoffice.forked import Forked
from tests.headoffice.process import Process

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# No sandbox as root in a container, no GPU, nothing of its own over the network.
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
START_S_MAX = 60
# A page is what it is to be at once, and on a machine that does much else a while later.
expect.set_options(timeout=1_000 * START_S_MAX)
TABS_MOST = 80
_NAME = """() => {
  const at = document.activeElement;
  const label = at.labels && at.labels.length ? at.labels[0].innerText : "";
  return (at.getAttribute("aria-label") || label || at.innerText || at.value || "").trim();
}"""


def browser_path() -> str:
    """Where the system's browser is."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, "no Chromium on this machine: `make test` installs it on Debian"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=list(OPTIONS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served_at_a_port(data: Path, url: str = "") -> Iterator[str]:
    """The address of a server of this folder's head office, whose database lies in it or at `url`;
    it is stopped at the end.
    """
    port = free_port()
    log = data / "log"
    log.touch()
    environment = os.environ | {"POSLOYALTY_HEADOFFICE_DATABASE": url}
    process = Forked(["headoffice", "--data", str(data), "--port", str(port)], environment, log)
    try:
        wait_until_it_listens(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


def wait_until_it_listens(process: Process, port: int, log: Path) -> None:
    for _ in range(START_S_MAX * 20):
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(log.read_text("utf-8"))


def focus(page: Page, name: str) -> None:
    """Press Tab until what has this name is in focus, as somebody without a mouse does."""
    seen = []
    for _ in range(TABS_MOST):
        page.keyboard.press("Tab")
        seen.append(str(page.evaluate(_NAME)))
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}, only to {seen}")
