"""The receipt of DESIGN 10 as data, with every kind of block."""

from __future__ import annotations

from posloyalty.services.papers.receipt import (
    Bar,
    Footer,
    Heading,
    Item,
    Items,
    Note,
    Phrases,
    Receipt,
    Row,
    Rows,
    Rule,
    SaleCode,
    Table,
    Weight,
)


def sample_receipt(number: str, *, copy: bool = False, width_mm: int = 80) -> Receipt:
    """The receipt of DESIGN 10."""
    bars = (Bar("副本"),) if copy else ()
    return Receipt(
        number=number,
        language="zh_CN",
        width_mm=width_mm,
        copy=copy,
        blocks=(
            *bars,
            Heading(name="晨光便利", lines=("人民路 100 号", "税号 91310000MA1FL0XX0X")),
            Rows((Row(number, "11-22 14:06"),)),
            Rule(),
            Items(
                (
                    Item(
                        quantity="1",
                        name="纯牛奶 250ml×12",
                        unit_price="49.90",
                        amount="44.90",
                        notes=(Note("会员价", "−5.00"),),
                    ),
                    Item(
                        quantity="1.286 kg", name="红富士苹果", unit_price="12.80", amount="16.46"
                    ),
                )
            ),
            Rule(),
            Rows(
                (
                    Row("应收", "136.76", Weight.LARGE),
                    Row("现金", "200.00"),
                    Row("找零", "63.24", Weight.BOLD),
                )
            ),
            Table(("税率", "不含税", "税额"), (("13 %", "121.03", "15.73"),)),
            Phrases(("得 +169", "用 −2,400", "余 249"), Weight.BOLD),
            Phrases(("截至 11-22 14:06", "待入账 120")),
            SaleCode("LR1:" + "Q7Z3M5X2" * 8, "凭此码退换"),
            Footer(("七日内凭小票退换，谢谢光临",)),
            *bars,
        ),
    )
