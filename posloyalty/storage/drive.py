"""Whether a folder lies on a network drive, where locks do not hold and a book would be lost.

Linux: the file system's type in /proc/self/mountinfo (proc(5)); Windows: the drive's type; macOS:
what `mount` prints. Where nothing can be found out the folder is taken as local.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from posloyalty.services.book.book_faults import NetworkPlace

NETWORK_KINDS: Final = frozenset(
    "nfs nfs4 cifs smb2 smb3 smbfs afpfs webdav davfs fuse.sshfs fuse.davfs2 9p afs ceph "
    "glusterfs fuse.glusterfs lustre ncpfs ocfs2 gfs2 beegfs".split()
)
_DRIVE_REMOTE: Final = 4


def refuse_network(folder: Path) -> None:
    """Raise `NetworkPlace` for a folder on a network drive."""
    kind = network_kind(folder)
    if kind is not None:
        raise NetworkPlace(place=str(folder), kind=kind)


def network_kind(folder: Path) -> str | None:
    """The network file system's name, or None for a local folder."""
    if sys.platform == "win32":
        return _windows_kind(folder)
    if sys.platform == "darwin":
        listed = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return kind_among(_macos_mounts(listed), folder)
    mounts = Path("/proc/self/mountinfo")
    if not mounts.exists():
        return None
    return kind_among(linux_mounts(mounts.read_text("utf-8", errors="replace")), folder)


def linux_mounts(text: str) -> list[tuple[Path, str]]:
    """(mount point, type) of each line of mountinfo; later ones cover earlier ones."""
    mounts = []
    for line in text.splitlines():
        fields, dash, rest = line.partition(" - ")
        words = fields.split()
        if dash and len(words) > 4:
            point = words[4].replace("\\040", " ").replace("\\011", "\t")
            mounts.append((Path(point), rest.split()[0]))
    return mounts


def _macos_mounts(text: str) -> list[tuple[Path, str]]:
    mounts = []
    for line in text.splitlines():
        _device, on, rest = line.partition(" on ")
        point, bracket, options = rest.rpartition(" (")
        if on and bracket:
            mounts.append((Path(point), options.split(",")[0].rstrip(")")))
    return mounts


def kind_among(mounts: list[tuple[Path, str]], folder: Path) -> str | None:
    """The network file system under a folder, of the deepest mount point above it."""
    whole = folder.resolve()
    above = {whole, *whole.parents}
    best: tuple[int, str] | None = None
    for point, kind in mounts:
        if point in above:
            depth = len(point.parts)
            if best is None or depth >= best[0]:
                best = (depth, kind)
    return best[1] if best is not None and best[1] in NETWORK_KINDS else None


def _windows_kind(folder: Path) -> str | None:
    if sys.platform == "win32":
        import ctypes

        anchor = folder.resolve().anchor
        if anchor.startswith("\\\\"):
            return "smb"
        if ctypes.windll.kernel32.GetDriveTypeW(anchor) == _DRIVE_REMOTE:
            return "smb"
    return None
