"""Make the two faces of `resources/fonts` from the variable Noto Sans SC of the dev extra.

    .venv/bin/python tools/make_fonts.py [FOLDER]

Writes `NotoSansSC-Regular.ttf`, `NotoSansSC-Bold.ttf` and their licence. Static faces are made,
because reportlab silently takes the thinnest weight of a variable font. The faces are not subset:
members' names need more than GB2312. The same versions of the dev extra give the same bytes, which
are checked in so that neither building nor running has to wait half a minute for them.
"""

import shutil
import sys
from pathlib import Path

import justmytype_intl_cjk
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

WEIGHTS = {"Regular": 400, "Bold": 700}
SOURCE = Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc"
TARGET = Path(__file__).parent.parent / "resources" / "fonts"


def main(arguments: list[str]) -> None:
    """Write both faces and the licence into the folder named, or into the checkout's."""
    target = Path(arguments[0]) if arguments else TARGET
    target.mkdir(parents=True, exist_ok=True)
    for style, weight in WEIGHTS.items():
        face = make_face(SOURCE / "NotoSansSC[wght].ttf", style, weight)
        path = target / f"NotoSansSC-{style}.ttf"
        face.save(path)
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    shutil.copyfile(SOURCE / "OFL.txt", target / "OFL.txt")


def make_face(variable: Path, style: str, weight: int) -> TTFont:
    """Pin the weight axis of `variable`, and make every table agree on the style's name."""
    font = TTFont(variable, recalcTimestamp=False)
    font = instancer.instantiateVariableFont(font, {"wght": weight}, static=True)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = weight
    # fsSelection bit 5 is bold and bit 6 regular; macStyle bit 0 is bold. Windows groups by them.
    font["OS/2"].fsSelection = font["OS/2"].fsSelection & ~0b110_0000 | (1 << 5 if bold else 1 << 6)
    font["head"].macStyle = 1 if bold else 0
    names = font["name"]
    family = "Noto Sans SC"
    for name_id, value in (
        (1, family),
        (2, style),
        (3, f"{family} {style}; static"),
        (4, f"{family} {style}"),
        (6, f"NotoSansSC-{style}"),
    ):
        names.setName(value, name_id, 3, 1, 0x409)
    for name_id in (16, 17, 25):  # typographic family and the prefix of variations
        names.removeNames(nameID=name_id)
    return font


if __name__ == "__main__":
    main(sys.argv[1:])
