"""The circulating currencies of ISO 4217: code, minor-unit exponent, symbol.

The exponent is the standard's, not the smallest coin: cash rounding is a rule of the market.
Where several currencies share a sign, the symbol is the one that tells them apart at a till.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency: ISO 4217 code, decimals of its minor unit, symbol for display."""

    code: str
    exponent: int
    symbol: str


class UnknownCurrency(ValueError):
    """A currency code that the table does not hold."""

    def __init__(self, code: str) -> None:
        super().__init__(f"unknown currency {code[:12]!r}")
        self.code = code[:12]


def currency(code: str) -> Currency:
    """The currency of an ISO 4217 code such as "CNY"; raises `UnknownCurrency`."""
    found = CURRENCIES.get(code)
    if found is None:
        raise UnknownCurrency(code)
    return found


# Three columns per entry: code, exponent, symbol.
_TABLE = """
AED 2 AED | AFN 2 ؋   | ALL 2 L   | AMD 2 ֏   | AOA 2 Kz  | ARS 2 AR$ | AUD 2 A$  | AWG 2 Afl.
AZN 2 ₼   | BAM 2 KM  | BBD 2 Bds$ | BDT 2 ৳  | BHD 3 BD  | BIF 0 FBu | BMD 2 BD$ | BND 2 B$
BOB 2 Bs  | BRL 2 R$  | BSD 2 BS$ | BTN 2 Nu. | BWP 2 P   | BYN 2 Br  | BZD 2 BZ$ | CAD 2 CA$
CDF 2 FC  | CHF 2 CHF | CLP 0 CL$ | CNY 2 ¥   | COP 2 CO$ | CRC 2 ₡   | CUP 2 CU$ | CVE 2 Esc
CZK 2 Kč  | DJF 0 Fdj | DKK 2 kr. | DOP 2 RD$ | DZD 2 DA  | EGP 2 E£  | ERN 2 Nfk | ETB 2 ETB
EUR 2 €   | FJD 2 FJ$ | FKP 2 FK£ | GBP 2 £   | GEL 2 ₾   | GHS 2 GH₵ | GIP 2 GI£ | GMD 2 D
GNF 0 FG  | GTQ 2 Q   | GYD 2 G$  | HKD 2 HK$ | HNL 2 HNL | HTG 2 G   | HUF 2 Ft  | IDR 2 Rp
ILS 2 ₪   | INR 2 ₹   | IQD 3 IQD | IRR 2 IRR | ISK 0 Ikr | JMD 2 J$  | JOD 3 JD  | JPY 0 ¥
KES 2 KSh | KGS 2 сом | KHR 2 ៛   | KMF 0 CF  | KPW 2 KP₩ | KRW 0 ₩   | KWD 3 KD  | KYD 2 CI$
KZT 2 ₸   | LAK 2 ₭   | LBP 2 L£  | LKR 2 Rs  | LRD 2 L$  | LSL 2 M   | LYD 3 LD  | MAD 2 DH
MDL 2 MDL | MGA 2 Ar  | MKD 2 ден | MMK 2 K   | MNT 2 ₮   | MOP 2 MOP$ | MRU 2 UM | MUR 2 MUR
MVR 2 Rf  | MWK 2 MK  | MXN 2 MX$ | MYR 2 RM  | MZN 2 MT  | NAD 2 N$  | NGN 2 ₦   | NIO 2 C$
NOK 2 kr  | NPR 2 NPR | NZD 2 NZ$ | OMR 3 OMR | PAB 2 B/. | PEN 2 S/  | PGK 2 PGK | PHP 2 ₱
PKR 2 PKR | PLN 2 zł  | PYG 0 ₲   | QAR 2 QR  | RON 2 lei | RSD 2 RSD | RUB 2 ₽   | RWF 0 FRw
SAR 2 SAR | SBD 2 SI$ | SCR 2 SCR | SDG 2 SDG | SEK 2 SEK | SGD 2 S$  | SHP 2 SH£ | SLE 2 Le
SOS 2 Sh  | SRD 2 SR$ | SSP 2 SS£ | STN 2 Db  | SVC 2 ₡   | SYP 2 LS  | SZL 2 E   | THB 2 ฿
TJS 2 SM  | TMT 2 m   | TND 3 DT  | TOP 2 T$  | TRY 2 ₺   | TTD 2 TT$ | TWD 2 NT$ | TZS 2 TSh
UAH 2 ₴   | UGX 0 USh | USD 2 $   | UYU 2 $U  | UZS 2 сўм | VES 2 Bs. | VND 0 ₫   | VUV 0 VT
WST 2 WS$ | XAF 0 FCFA | XCD 2 EC$ | XCG 2 Cg  | XOF 0 CFA | XPF 0 ₣  | YER 2 YR  | ZAR 2 R
ZMW 2 ZK
"""


def _read_table(table: str) -> dict[str, Currency]:
    entries = (entry.split() for line in table.splitlines() for entry in line.split("|") if entry)
    return {code: Currency(code, int(exponent), symbol) for code, exponent, symbol in entries}


CURRENCIES: Mapping[str, Currency] = MappingProxyType(_read_table(_TABLE))
WRITTEN_WHOLE = frozenset({"TWD"})
"""Currencies whose minor unit ISO 4217 has and shops do not: no coin, and no price tag, is finer
than 1 (market profile `tw`). Amounts are kept in it all the same, and what is no whole amount, such
as the price of a weight, is written with its decimals.
"""
