"""What the screen for lost receipts shows, and how it is worded.

Shape: `KeyInState`, worded from a `Work`: the paper, its goods and what was typed of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from posloyalty.domain.shop.basket import QUANTITY_ONE
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.services.selling.key_in_rows import SlipLine
from posloyalty.wording import Words
from ui.presenters.amounts import Figures
from ui.presenters.form import Draft, Field, FieldKind, Form

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Product
    from posloyalty.services.selling.key_in import Checked, Spendable
    from posloyalty.services.selling.lost_papers import LostPaper

Figure = tuple[str, str, str]
MOST = {"time": 8, "day": 10, "member": 40, "used": 200, "gift_card_code": 40, "reference": 40}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """An article of the paper: thousandths, and a unit price where the paper has another."""

    product: Product
    quantity_milli: int = QUANTITY_ONE
    price_minor: int | None = None
    card: str = ""

    @property
    def slip(self) -> SlipLine:
        """As the service takes it."""
        return SlipLine(
            code=self.product.sku,
            quantity_milli=self.quantity_milli,
            price_minor=self.price_minor,
            card=self.card,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A paper in work. `member_id` is somebody whose card was scanned."""

    paper: LostPaper
    spendable: tuple[Spendable, ...] = ()
    goods: tuple[Goods, ...] = ()
    at: int = 0
    member_id: bytes | None = None

    def adding(self, goods: Goods) -> Work:
        """One more article; the same one again is one piece more."""
        for place, one in enumerate(self.goods):
            same = (one.product.id, one.price_minor, one.card) == (goods.product.id, None, "")
            if same and not goods.card and not one.product.weighed and goods.price_minor is None:
                more = replace(one, quantity_milli=one.quantity_milli + goods.quantity_milli)
                return replace(self.changing(place, more), at=place)
        return replace(self, goods=(*self.goods, goods), at=len(self.goods))

    def changing(self, place: int, goods: Goods | None) -> Work:
        """Another article at a place, or none."""
        changed = () if goods is None else (goods,)
        left = (*self.goods[:place], *changed, *self.goods[place + 1 :])
        return replace(self, goods=left, at=max(0, min(self.at, len(left) - 1)))

    @property
    def chosen(self) -> Goods | None:
        """The chosen article."""
        return self.goods[self.at] if self.goods else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsRow:
    """An article as it is shown."""

    name: str
    sub: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyInState:
    """The whole screen. `proved` is what the code says, `figures` what was typed comes to."""

    code: str = ""
    heading: str = ""
    hint: str = ""
    proved: tuple[Figure, ...] = ()
    rows: tuple[GoodsRow, ...] = ()
    chosen: int = -1
    form: Form = field(default_factory=Form)
    figures: tuple[Figure, ...] = ()
    finding: str = ""
    agrees: bool = False
    note: str = ""
    main: str = ""
    ready: bool = False
    busy: bool = False


def fields(work: Work, words: Words) -> Iterator[Field]:
    """What is asked for: nothing that the code proves."""
    kinds = FieldKind
    if work.paper.digest is None:
        yield _field("day", words, kinds.CODES, hint="key_in.day_hint")
        yield _field("total", words, kinds.AMOUNT)
    yield _field("time", words, kinds.TIME, hint="key_in.time_hint")
    if work.paper.digest is None or work.paper.digest.member:
        yield _field("member", words, kinds.CODES, hint="key_in.member_hint")
        for one in work.spendable:
            label = words("key_in.spent", wallet=one.name)
            yield Field(name=f"spent:{one.wallet}", label=label, kind=kinds.AMOUNT, half=True)
    yield _field("used", words, kinds.TEXT, hint="key_in.used_hint")
    yield _field("off", words, kinds.AMOUNT)
    for name in ("card", "qr_wallet", "gift_card"):
        yield _field(name, words, kinds.AMOUNT)
    yield _field("gift_card_code", words, kinds.CODES)


def _field(name: str, words: Words, kind: FieldKind, *, hint: str = "") -> Field:
    return Field(
        name=name,
        label=words(f"key_in.{name}"),
        kind=kind,
        hint=words(hint) if hint else "",
        half=True,
        length_max=MOST.get(name, 14),
    )


def worded(
    work: Work | None,
    draft: Draft,
    checked: Checked | None,
    *,
    code: str,
    finding: str,
    done: tuple[int, int],
    busy: bool,
    figures: Figures,
) -> KeyInState:
    """The state in words. `done` is how many were keyed in since the screen opened, and what they
    came to.
    """
    words = figures.words
    count, total = done
    note = words.counted("key_in.done", count, total=figures.money(total)) if count else ""
    if work is None:
        return KeyInState(
            code=code, hint=words("key_in.hint"), finding=finding, note=note,
            main=words("key_in.read"), ready=bool(code.strip()) and not busy, busy=busy,
        )  # fmt: skip
    agrees = checked is not None and not checked.apart and bool(work.goods)
    return KeyInState(
        code=code,
        heading=_heading(work, words),
        hint=words("key_in.goods_hint"),
        proved=tuple(_proved(work, figures)),
        rows=tuple(_row(one, figures) for one in work.goods),
        chosen=work.at if work.goods else -1,
        form=draft.form(fields(work, words), words, busy=busy),
        figures=() if checked is None else tuple(_comes_to(checked, figures)),
        finding=finding or _apart(checked, words),
        agrees=agrees,
        note=_missing(checked, figures) or note,
        main=words("key_in.book"),
        ready=not busy,
        busy=busy,
    )


def _heading(work: Work, words: Words) -> str:
    paper = work.paper
    code = "key_in.paper_elsewhere" if paper.till else "key_in.paper"
    return words(code, number=paper.number, till=paper.till)


def _proved(work: Work, figures: Figures) -> Iterator[Figure]:
    """What nobody has to type."""
    words, digest = figures.words, work.paper.digest
    if digest is None:
        yield (words("key_in.nothing_proved"), "", "warn")
        return
    yield (words("key_in.proved_day"), digest.day.isoformat(), "ink")
    yield (words("key_in.proved_total"), figures.money(digest.payable_minor), "ink")
    if digest.member:
        yield (words("key_in.proved_points"), f"{digest.earned:,}", "ink")


def _row(one: Goods, figures: Figures) -> GoodsRow:
    shelf = one.product.price_minor if one.price_minor is None else one.price_minor
    pieces = format_fixed(one.quantity_milli, decimals=3, grouping=False).rstrip("0").rstrip(".")
    price = "" if shelf is None else figures.money(shelf)
    sub = " · ".join(part for part in (one.product.sku, f"{pieces} × {price}") if part)
    amount = "" if shelf is None else figures.money(shelf * one.quantity_milli // QUANTITY_ONE)
    return GoodsRow(name=one.product.name, sub=sub, amount=amount)


def _comes_to(checked: Checked, figures: Figures) -> Iterator[Figure]:
    words, quote = figures.words, checked.quote
    tone = "danger" if checked.apart else "ink"
    yield (words("key_in.goods"), figures.money(quote.gross_minor), "ink")
    if quote.offers_minor:
        yield (words("key_in.offers"), f"−{figures.money(quote.offers_minor)}", "ink")
    if quote.redeemed_minor:
        yield (words("key_in.redeemed"), f"−{figures.money(quote.redeemed_minor)}", "ink")
    yield (words("key_in.comes_to"), figures.money(quote.payable_minor), tone)
    for one in quote.earnings:
        if one.points:
            name = words("key_in.earned", wallet=figures.wallet_name(one.wallet))
            yield (name, figures.points(one.wallet, one.points), "ink")


def _apart(checked: Checked | None, words: Words) -> str:
    """The first thing in which paper and typing differ."""
    if checked is None or not checked.apart:
        return ""
    one = checked.apart[0]
    return words(f"refusal.{one.reason}", said=one.said, comes=one.comes)


def _missing(checked: Checked | None, figures: Figures) -> str:
    if checked is None or not checked.missing:
        return ""
    ((wallet, points), *_more) = checked.missing
    return figures.words("key_in.missing", wallet=wallet, points=f"{points:,}")
