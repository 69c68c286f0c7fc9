"""The installer takes along what the till reads at run time, leaves Qt's ballast, and is tried."""

import runpy
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from PyInstaller.utils import hooks

from tools import try_installer

ROOT = Path(__file__).parent.parent.parent
QT = "PySide6/Qt"


@dataclass
class Spec:
    """What the spec asked of PyInstaller, whose own work takes minutes."""

    settings: list[dict[str, object]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    collected: list[object] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def analysis(self, scripts: list[str], **settings: object) -> SimpleNamespace:
        self.settings.append(settings | {"scripts": scripts})
        found = [(name, name, "BINARY") for name in COLLECTED]
        return SimpleNamespace(scripts=scripts, pure=[], binaries=found, datas=[])

    def exe(self, *parts: object, name: str, **settings: object) -> str:
        self.names.append(name)
        return name

    def collect(self, *parts: object, **settings: object) -> None:
        self.kept = [
            entry[0] for part in parts if isinstance(part, list) for entry in part if entry
        ]


COLLECTED = {
    "libpython3.11.so.1.0": True,
    "sqlcipher3/_sqlite3.so": True,
    f"{QT}/lib/libQt6Widgets.so.6": True,
    f"{QT}/lib/libQt6Quick.so.6": False,
    f"{QT}/lib/libQt6WebEngineCore.so.6": False,
    f"{QT}/lib/libQt6Pdf.so.6": False,
    "libQt6EglFSDeviceIntegration.so.6": False,
    f"{QT}/plugins/imageformats/libqpdf.so": False,
    f"{QT}/plugins/imageformats/libqsvg.so": True,
    f"{QT}/plugins/platforms/libqoffscreen.so": True,
    f"{QT}/plugins/platforms/libqxcb.so": True,
    f"{QT}/plugins/platforms/libqeglfs.so": False,
    f"{QT}/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so": False,
    f"{QT}/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so": True,
    f"{QT}/translations/qtbase_zh_CN.qm": True,
    f"{QT}/translations/qtbase_zh_TW.qm": True,
    f"{QT}/translations/qtbase_de.qm": False,
    "PySide6\\Qt6Qml.dll": False,
    "PySide6\\plugins\\platforms\\qwindows.dll": True,
}


@pytest.fixture
def spec(monkeypatch: pytest.MonkeyPatch) -> Spec:
    record = Spec()
    monkeypatch.setattr(sys, "path", list(sys.path))
    parts = ("all", "headoffice", "headoffice.server")
    monkeypatch.setattr(
        hooks, "collect_submodules", lambda package: [f"{package}.{part}" for part in parts]
    )
    runpy.run_path(
        str(ROOT / "installer.spec"),
        init_globals={
            "SPECPATH": str(ROOT),
            "Analysis": record.analysis,
            "PYZ": lambda pure: "pyz",
            "EXE": record.exe,
            "COLLECT": record.collect,
        },
    )
    return record


def test_the_app_and_the_console_share_one_folder(spec: Spec) -> None:
    assert spec.names == ["posloyalty-till", "posloyalty"]
    assert all(Path(str(script)).suffix == ".py" for each in spec.settings
               for script in each["scripts"])  # fmt: skip


def test_what_is_read_at_run_time_travels_along(spec: Spec) -> None:
    taken = {Path(source).name for source, _target in spec.settings[0]["datas"]}  # type: ignore[attr-defined]
    assert {"NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "OFL.txt"} <= taken
    assert "capabilities.json" in taken


def test_the_till_goes_without_the_server(spec: Spec) -> None:
    for each in spec.settings:
        assert {"fastapi", "posloyalty.headoffice", "psycopg"} <= set(each["excludes"])  # type: ignore[call-overload]
        assert "posloyalty.all" in each["hiddenimports"]  # type: ignore[operator]
        assert not [name for name in each["hiddenimports"] if "posloyalty.headoffice" in name]  # type: ignore[attr-defined]


def test_the_console_goes_without_qt(spec: Spec) -> None:
    assert "PySide6" in spec.settings[1]["excludes"]  # type: ignore[operator]
    assert "PySide6" not in spec.settings[0]["excludes"]  # type: ignore[operator]


@pytest.mark.parametrize(("name", "wanted"), COLLECTED.items())
def test_only_those_parts_of_qt_stay_that_a_till_uses(spec: Spec, name: str, wanted: bool) -> None:
    assert (name in spec.kept) is wanted


def app(folder: Path, script: str, console: str = "") -> Path:
    """A built app whose till does what a script says, with a console beside it that knows all
    kinds, or does what another one says.
    """
    knows = f'cd {ROOT} && exec {sys.executable} -m posloyalty "$@"'
    for name, lines in (("posloyalty-till", script), ("posloyalty", console or knows)):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
    return folder / "posloyalty-till"


JOURNEY = 'mkdir -p "$3" "$5" && touch "$3/1.png" "$3/receipt.pdf" "$5/till.book"'


def test_a_journey_that_leaves_everything_passes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert try_installer.main([str(app(tmp_path, JOURNEY))]) == 0
    assert "works" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("exit 3", "it ended with 3"),
        (f"{JOURNEY}; rm $3/1.png", "no screenshots"),
        (f"{JOURNEY}; rm $3/receipt.pdf", "no receipt"),
        (f"{JOURNEY}; rm $5/till.book", "no book"),
    ],
)
def test_a_journey_that_falls_short_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], script: str, problem: str
) -> None:
    assert try_installer.main([str(app(tmp_path, script))]) == 1
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize(
    ("console", "problem"),
    [
        ("echo no module >&2; exit 1", "ended with 1: b'no module"),
        ("echo '{}'", "does not know the kinds of this checkout"),
    ],
)
def test_a_console_that_does_not_start_or_lacks_a_kind_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], console: str, problem: str
) -> None:
    assert try_installer.main([str(app(tmp_path, JOURNEY, console))]) == 1
    assert problem in capsys.readouterr().err


def test_the_app_is_tried_without_this_python_and_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "checkout")
    monkeypatch.setenv("XDG_DATA_HOME", "mine")

    environment = try_installer.bare_environment(Path("empty"))

    assert not {"PYTHONPATH", "XDG_DATA_HOME"} & environment.keys()
    assert environment["HOME"] == str(Path("empty/home"))
    assert environment["QT_QPA_PLATFORM"] == "offscreen"
