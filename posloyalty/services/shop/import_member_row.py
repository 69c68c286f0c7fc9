"""One row of a members' file: its columns, and what its cells say.

Shape: `read_row` gives a frozen `MemberRow` and notes at the cells what is wrong; nothing here asks
the book. `key` is how the row is known again: the number of the earlier system, else the phone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.members.phone import phone_digits, phone_is_plausible
from posloyalty.domain.members.short_code import parse_short_code
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.tier_scheme import Level, TierScheme
from posloyalty.domain.values.fixed_point import BadNumber, narrow, parse_fixed
from posloyalty.services.members.enrol_member import NAME_MOST, NOTE_MOST, TERMS
from posloyalty.services.shop.import_columns import Cells

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("member_id", "member", "会员号", "會員編號", "会员编号", "會員號"),
    "name": ("姓名", "名字", "会员姓名", "會員姓名"),
    "phone": ("mobile", "手机", "手機", "手机号", "手機號碼", "电话", "電話"),
    "card": ("card_number", "卡号", "卡號", "会员卡号", "會員卡號"),
    "email": ("e-mail", "邮箱", "電子郵件", "信箱"),
    "language": ("语言", "語言"),
    "birthday": ("birth_date", "生日"),
    "joined": ("joined_on", "入会日期", "入會日期", "注册日期", "註冊日期"),
    "terms": ("条款", "條款"),
    "marketing": ("短信营销", "簡訊行銷"),
    "notes": ("消费提示", "消費提示"),
    "points": ("balance", "积分", "點數", "积分余额", "點數餘額"),
    "points_last_day": ("points_expire", "积分有效期", "點數到期日"),
    "tier": ("level", "等级", "等級"),
    "tier_through": ("tier_valid_to", "等级有效期", "等級到期日"),
    "note": ("备注", "備註"),
}
CONSENTS: Final = ((TERMS, TERMS, ""), ("marketing", "marketing", "sms"), ("notes", "notes", ""))
LANGUAGES: Final = {
    "zh_cn": "zh_CN",
    "zh-cn": "zh_CN",
    "zh": "zh_CN",
    "简体中文": "zh_CN",
    "zh_tw": "zh_TW",
    "zh-tw": "zh_TW",
    "繁體中文": "zh_TW",
    "en": "en",
    "english": "en",
}
ID_MOST: Final = 60
EMAIL_MOST: Final = 120
POINTS_MOST: Final = 10**12
OLDEST_YEAR: Final = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Points in the first wallet's minor units and a level; days as the file gives them."""

    points: int
    last_day: date | None
    level: str | None
    scheme: TierScheme | None
    through: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """A member as a row describes them. `foreign` are numbers that the earlier system gave."""

    key: str
    name: str
    phone: str
    short_code: str | None
    foreign: tuple[str, ...]
    email: str
    language: str
    birthday: Birthday | None
    joined: date | None
    consents: tuple[tuple[str, str, bool], ...]
    note: str
    brought: Brought


def read_row(cells: Cells, programme: Programme | None, today: date) -> MemberRow:
    """The row's member; what is wrong with it goes to the cells' faults."""
    number = cells.text("id", most=ID_MOST)
    phone = _phone(cells)
    card = cells.text("card", most=ID_MOST)
    own = parse_short_code(card) if card else None
    if not number and not phone and not card:
        cells.fault("id", "NOBODY")
    foreign = (number, "" if own else card)
    return MemberRow(
        key=number or (f"phone:{phone}" if phone else f"card:{card}"),
        name=cells.text("name", most=NAME_MOST),
        phone=phone,
        short_code=own,
        foreign=tuple(dict.fromkeys(value for value in foreign if value)),
        email=_email(cells),
        language=cells.choice("language", LANGUAGES, default=""),
        birthday=_birthday(cells, today),
        joined=_joined(cells, today),
        consents=tuple(
            (purpose, channel, cells.truth(column, default=False))
            for column, purpose, channel in CONSENTS
            if cells.raw(column)
        ),
        note=cells.text("note", most=NOTE_MOST),
        brought=_brought(cells, programme),
    )


def _phone(cells: Cells) -> str:
    typed = cells.raw("phone")
    digits = phone_digits(typed)
    if typed and not phone_is_plausible(digits):
        cells.fault("phone", "PHONE_NOT_PLAUSIBLE", digits=len(digits))
    return digits


def _email(cells: Cells) -> str:
    email = cells.text("email", most=EMAIL_MOST).lower()
    name, at, host = email.partition("@")
    if email and not (name and at and "." in host.strip(".") and " " not in email):
        cells.fault("email", "NO_EMAIL", given=email)
    return email


def _birthday(cells: Cells, today: date) -> Birthday | None:
    """A whole day, or month and day such as 03-15 for those who keep the year to themselves."""
    typed = narrow(cells.raw("birthday"))
    parts = typed.replace("/", "-").replace(".", "-").split("-")
    if len(parts) == 2 and all(part.isdecimal() and len(part) <= 2 for part in parts):
        month, day = (int(part) for part in parts)
        try:
            # A leap year, because 29 February is somebody's birthday.
            date(2000, month, day)
        except ValueError:
            cells.fault("birthday", "NO_SUCH_DAY", given=typed)
        return Birthday(month, day)
    whole = cells.day("birthday")
    if whole is None:
        return None
    if not OLDEST_YEAR <= whole.year or whole > today:
        cells.fault("birthday", "NO_SUCH_DAY", given=typed)
    return Birthday(whole.month, whole.day, whole.year)


def _joined(cells: Cells, today: date) -> date | None:
    joined = cells.day("joined")
    if joined is not None and (joined > today or joined.year < OLDEST_YEAR):
        cells.fault("joined", "DAY_AHEAD", given=joined.isoformat())
    return joined


def _brought(cells: Cells, programme: Programme | None) -> Brought:
    points = _points(cells, programme)
    scheme, level = _tier(cells, programme)
    return Brought(
        points=points,
        last_day=cells.day("points_last_day"),
        level=None if level is None else level.id,
        scheme=scheme,
        through=cells.day("tier_through"),
    )


def _points(cells: Cells, programme: Programme | None) -> int:
    typed = cells.raw("points")
    if not typed or not narrow(typed).strip("0.,"):
        return 0
    if programme is None or not programme.wallets:
        cells.fault("points", "NO_PROGRAMME")
        return 0
    scale = programme.wallets[0].scale
    try:
        points = parse_fixed(typed, decimals=scale)
    except BadNumber:
        cells.fault("points", "BAD_POINTS", given=typed, decimals=scale)
        return 0
    if not 0 <= points <= POINTS_MOST:
        cells.fault("points", "OUT_OF_BOUNDS", given=typed, least=0, most=POINTS_MOST)
    return points


def _tier(cells: Cells, programme: Programme | None) -> tuple[TierScheme | None, Level | None]:
    wanted = cells.text("tier").casefold()
    if not wanted:
        return None, None
    schemes = () if programme is None else programme.tier_schemes
    for scheme in schemes:
        if wanted in _called("", scheme.base_names):
            return None, None
        for level in scheme.levels:
            if wanted in _called(level.id, level.names):
                return scheme, level
    known = ", ".join(level.id for scheme in schemes for level in scheme.levels)
    cells.fault("tier", "NOT_ONE_OF", given=cells.raw("tier"), known=known)
    return None, None


def _called(name: str, names: Names) -> set[str]:
    return {text.casefold() for text in (name, names.text, *(t for _, t in names.languages))}
