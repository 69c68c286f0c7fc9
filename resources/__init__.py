"""Files that ship with the program, found alike from a checkout, a wheel and the frozen app.

A name is a path with forward slashes under this package, such as `fonts/NotoSansSC-Bold.ttf`.
`read` gives the bytes, `text` the decoded text, `path` a real file for those who want one
(reportlab, Qt). A name that is absolute or climbs out is refused with ValueError; a name that is
not there raises FileNotFoundError with the name in it.
"""

from pathlib import Path, PurePosixPath

_FOLDER = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Give the real file or folder behind `name`.

    The program is always installed unpacked (wheel, checkout, one-folder app), so a real path
    exists and nothing has to be copied to a temporary folder first.
    """
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or "\\" in name:
        raise ValueError(f"not a resource name: {name!r}")
    found = _FOLDER.joinpath(*parts)
    if not found.exists():
        raise FileNotFoundError(f"resource not found: {name!r}")
    return found


def read(name: str) -> bytes:
    """Give the bytes of the resource `name`."""
    return path(name).read_bytes()


def text(name: str) -> str:
    """Give the resource `name` decoded as UTF-8."""
    return path(name).read_text(encoding="utf-8")
