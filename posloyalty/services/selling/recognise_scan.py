"""What a scan means for the till: a product, a member, a receipt, or a refusal that says why.

`scan_code` says what kind of code it is; this service looks it up in the book and, for a member's
card, decides by signature, dates and revocation, with no network. Nothing raises: every
text has an answer. `proof` says how the member was identified: "card" for a card whose signature
was checked, "code" for a typed short code, "foreign" for another scheme's unsigned code.

What `asks` can be said of better by head office: a card whose key or member is not known here, or
whose till was lost. Whoever scans asks there (`AskAboutCard`), and scans again with what was
`said`. Out of reach a card of a lost till identifies its member as a typed code does, since
whoever has the till can make such a card and date it back. So does a phone code, which only head
office can prove.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.members.card_token import (
    TokenReason,
    Verified,
    decode,
    verify,
)
from posloyalty.domain.members.member import Identifier, IdentifierKind, MemberStatus
from posloyalty.domain.shop.basket import Chosen
from posloyalty.domain.shop.product import Product, Unit
from posloyalty.domain.shop.scan_code import (
    EmbeddedCode,
    ForeignMemberCode,
    GiftCardCode,
    Gs1Elements,
    MemberPhoneCode,
    MemberShortCode,
    MemberTokenCode,
    OperatorBadge,
    PlainCode,
    ProductCode,
    ReceiptCode,
    Recognised,
    Refused,
    ScanRules,
    ScanScreen,
    VoucherCode,
    resolve,
)
from posloyalty.domain.values.identifiers import base32_encode
from posloyalty.domain.values.own_codes import (
    GIFT_CARD_PREFIX,
    RECEIPT_PREFIX,
    VOUCHER_PREFIX,
)
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.services.book import signing
from posloyalty.services.members.card_signers import Signers, revocations
from posloyalty.services.members.strangers import Strangers
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import Book, Clock, Reader
from posloyalty.services.selling.find_voucher import FindVoucher, VoucherRefused
from posloyalty.services.selling.scanned import (
    PROOF_CARD,
    PROOF_CODE,
    PROOF_FOREIGN,
    Scanned,
    ScannedGiftCard,
    ScannedMember,
    ScannedProduct,
    ScannedReceipt,
    ScannedVoucher,
    ScanRefused,
    UnknownProduct,
)
from posloyalty.sync.receipt_digest import BadDigest, decode_bytes
from posloyalty.sync.wire.card_keys import Standing

if TYPE_CHECKING:
    from posloyalty.sync.wire.phone_codes import PhoneStanding

    Said = Standing | PhoneStanding
    """What head office says of a card or phone code."""

_STRANGE: Final = "member_unknown"
_NOT_HEARD: Final = "card_not_heard"
_LEFT: Final = "member_left"
_CARD_UNPROVEN: Final = "card_unproven"
_PHONE_UNPROVEN: Final = "phone_unproven"
_GOOD: Final = "good"
"""Of both standings: of a card, and of a phone code."""
_NOBODYS: Final = frozenset({TokenReason.FORGED, TokenReason.UNKNOWN_KEY})
BELIEVED_MAX: Final = 1_000
"""Cards of lost tills that head office vouched for and this program remembers."""
_TENS: Final = (1, 10, 100, 1000, 10_000)


STAND_IN_SKU: Final = "UNKNOWN"
"""The item number of the article under which a shop sells what it does not know."""
ReceiptReader = Callable[[bytes], str | None]
"""The receipt number in the payload of a receipt's code; None when it is not one of ours."""


class RecogniseScan:
    """Saying what a scan means. `rules` gives the shop's scan rules, without its known codes;
    `strangers` are members on the roll, who come into the book with the scan of their card;
    `came` does what comes today of some goods, or of all, and says whether anything did.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: Clock,
        rules: Callable[[], ScanRules],
        read_receipt: ReceiptReader,
        vouchers: FindVoucher,
        strangers: Strangers | None = None,
        came: Callable[[Sequence[str]], bool] = lambda _skus: False,
    ) -> None:
        self._came = came
        self._strangers = strangers
        self._vouchers = vouchers
        self._book = book
        self._clock = clock
        self._rules = rules
        self._read_receipt = read_receipt
        self._believed: dict[str, None] = {}

    def recognise(
        self,
        text: str,
        *,
        screen: ScanScreen,
        aim: str | None = None,
        said: Said | None = None,
    ) -> Scanned:
        """The meaning of a scanned or typed text on a screen; `said` is what head office said of
        this card when it was asked.
        """
        found, code = self._recognised(text, screen, aim, said)
        while isinstance(found, ScannedProduct | UnknownProduct) and self._came(_skus(found)):
            found, code = self._recognised(text, screen, aim, said)
        if isinstance(found, ScanRefused) and found.reason == _STRANGE and self._takes_in(code):
            found, _ = self._recognised(text, screen, aim, said)
        if isinstance(found, ScanRefused) and found.reason == _STRANGE:
            return replace(found, whom=_identifier(code))
        return found

    def _recognised(
        self, text: str, screen: ScanScreen, aim: str | None, said: Said | None
    ) -> tuple[Scanned, Recognised | Refused]:
        with self._book.read() as reader:
            rules = replace(self._rules(), known_codes=_KnownCodes(reader))
            code = resolve(text, rules=rules, screen=screen, aim=aim)
            found = self._meaning(reader, code, rules, said)
            if isinstance(found, UnknownProduct):
                found = replace(found, withdrawn=_withdrawn(reader, found.code))
                if screen is ScanScreen.SALE and not found.withdrawn:
                    return _stood_for(reader, found), code
            return found, code

    def _takes_in(self, code: Recognised | Refused) -> bool:
        """Whether the code is of a member whom the roll has, and the book from now on."""
        if self._strangers is None:
            return False
        if isinstance(code, MemberTokenCode):
            token, _, _ = decode(code.text)  # its signature held
            return self._strangers.take_in(token.member_id)
        if isinstance(code, MemberPhoneCode):
            return self._strangers.take_in(_phone_of(code.text))
        whom = _identifier(code)
        return whom is not None and self._strangers.take_in_by(whom.kind, whom.value)

    def _meaning(
        self, reader: Reader, code: Recognised | Refused, rules: ScanRules, said: Said | None
    ) -> Scanned:
        match code:
            case Refused() | OperatorBadge():
                return _refused(code)
            case MemberTokenCode() | MemberPhoneCode() | MemberShortCode() | ForeignMemberCode():
                return self._member(reader, code, said)
            case ReceiptCode():
                return self._receipt(reader, code.payload)
            case VoucherCode():
                return self._voucher(reader, VOUCHER_PREFIX + base32_encode(code.payload))
            case GiftCardCode():
                return ScannedGiftCard(GIFT_CARD_PREFIX + base32_encode(code.payload))
            case _:
                found = _article(reader, code, rules)
                return self._public(reader, found) if isinstance(code, PlainCode) else found

    def _member(
        self,
        reader: Reader,
        code: MemberTokenCode | MemberPhoneCode | MemberShortCode | ForeignMemberCode,
        said: Said | None,
    ) -> Scanned:
        match code:
            case MemberTokenCode():
                return self._card(reader, code.text, said)
            case MemberPhoneCode():
                return self._phone(reader, code.text, said)
            case MemberShortCode():
                return _member_by(reader, IdentifierKind.CARD, code.code, PROOF_CODE)
            case ForeignMemberCode():
                return _member_by(reader, IdentifierKind.FOREIGN, code.value, PROOF_FOREIGN)

    def _voucher(self, reader: Reader, code: str) -> Scanned:
        found = self._vouchers.by_code(reader, code)
        return ScannedVoucher(found) if isinstance(found, Chosen) else _why_not(found)

    def _public(self, reader: Reader, found: Scanned) -> Scanned:
        """What is no article may be a code for everybody."""
        if not isinstance(found, UnknownProduct):
            return found
        voucher = self._vouchers.public(reader, found.code)
        if voucher is None:
            return found
        return ScannedVoucher(voucher) if isinstance(voucher, Chosen) else _why_not(voucher)

    def _card(self, reader: Reader, text: str, said: Said | None) -> Scanned:
        """Decide about a card by signature, dates and revocation, and find its member."""
        try:
            token, _, _ = decode(text)
        except ValueError:
            return ScanRefused(f"card_{TokenReason.MALFORMED.value}")
        now, signers = self._clock.now(), Signers(reader, token.member_id)
        member_id = reader.profiles.now(token.member_id)
        decided = verify(
            text,
            keys=signers,
            revoked=revocations(reader, token, member_id),
            now=now,
            verify_signature=signing.verify,
        )
        asks = text if signers.joined and said is None else ""
        if isinstance(decided, Verified):
            return self._card_of(reader, decided, member_id, text, asks=asks, said=said)
        if signers.joined and decided.reason in _NOBODYS:
            nobodys = said is Standing.UNKNOWN
            return ScanRefused("card_of_no_till" if nobodys else _NOT_HEARD, asks=asks)
        facts: tuple[tuple[str, object], ...] = ()
        if decided.at is not None:
            facts = (("on", decided.at.astimezone(now.tzinfo).date()),)
        return ScanRefused(f"card_{decided.reason.value}", facts)

    def _card_of(
        self,
        reader: Reader,
        decided: Verified,
        member_id: bytes,
        text: str,
        *,
        asks: str,
        said: Said | None,
    ) -> Scanned:
        """Whose a card is that is good, and what it proves."""
        if said is Standing.LEFT:
            return ScanRefused(_LEFT)
        proven = not decided.doubted or text in self._believed
        if not proven and said is Standing.GOOD:
            proven = True
            self._believed[text] = None
            if len(self._believed) > BELIEVED_MAX:
                del self._believed[next(iter(self._believed))]
        if not proven and said is not None:
            return ScanRefused("card_unheard")
        found = _attach(reader, member_id, PROOF_CARD if proven else PROOF_CODE)
        if isinstance(found, ScanRefused):
            # Who became somebody else, and who joined a minute ago, head office knows of.
            renamed = found.reason == _LEFT and not _is_erased(reader, member_id)
            known_there = renamed or found.reason == _STRANGE
            return replace(found, asks=asks if known_there else "")
        return found if proven else replace(found, asks=asks, unproven=_CARD_UNPROVEN)

    def _phone(self, reader: Reader, text: str, said: Said | None) -> Scanned:
        """Whose a phone code is: nothing here can prove it, and so it is asked about."""
        if said is not None and said.value != _GOOD:
            return ScanRefused(f"phone_{said.value}")
        member_id = reader.profiles.now(_phone_of(text))
        if said is not None:
            return _attach(reader, member_id, PROOF_CARD)
        found = _attach(reader, member_id, PROOF_CODE)
        if isinstance(found, ScannedMember):
            found = replace(found, unproven=_PHONE_UNPROVEN)
        return replace(found, asks=text if has_joined(reader.settings) else "")

    def _receipt(self, reader: Reader, payload: bytes) -> Scanned:
        number = self._read_receipt(payload)
        if number is None:
            return _strange_receipt(payload)
        stored = reader.sales.by_number(number)
        return ScannedReceipt(None if stored is None else number, number)


def _skus(found: ScannedProduct | UnknownProduct) -> tuple[str, ...]:
    return (found.product.sku,) if isinstance(found, ScannedProduct) else ()


def _stood_for(reader: Reader, found: UnknownProduct) -> Scanned:
    """The article at an open price under which a shop sells what it does not know, if it has one.

    Only for a code as goods bear it: what was typed otherwise is more likely a slip.
    """
    product = reader.catalogue.by_sku(STAND_IN_SKU)
    if product is None or not product.active or not found.code.isdecimal():
        return found
    if product.price_minor is not None or product.weighed or product.gift_card:
        return found
    return ScannedProduct(product=product, unknown=found.code)


def _strange_receipt(payload: bytes) -> Scanned:
    """A receipt that this till did not sign: whoever takes goods back says whose it is, or why
    not.
    """
    try:
        decode_bytes(payload)
    except BadDigest:
        return ScanRefused("receipt_unreadable")
    return ScannedReceipt(None, RECEIPT_PREFIX + base32_encode(payload))


class _KnownCodes:
    """Whether the shop sells something under a code, asked of the book only when it matters."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and _by_number(self._reader, code) is not None


def _by_number(reader: Reader, code: str) -> Product | None:
    found = reader.catalogue.by_code(code)
    if found is not None:
        return found
    found = reader.catalogue.by_sku(code)
    return found if found is not None and found.active else None


def _withdrawn(reader: Reader, code: str) -> str:
    """The name of what has a code or number and is sold no more; empty for nothing."""
    found = reader.catalogue.code_owner(code) or reader.catalogue.by_sku(code)
    return "" if found is None or found.active else found.name


def _article(
    reader: Reader, code: ProductCode | PlainCode | EmbeddedCode | Gs1Elements, rules: ScanRules
) -> Scanned:
    match code:
        case ProductCode():
            return _product(reader, code.gtin)
        case PlainCode():
            return _plain(reader, code.text)
        case EmbeddedCode():
            return _label(reader, code)
        case Gs1Elements():
            return _elements(reader, code, rules)


def _product(reader: Reader, gtin: str) -> Scanned:
    found = reader.catalogue.by_code(gtin)
    return UnknownProduct(gtin) if found is None else ScannedProduct(product=found)


def _plain(reader: Reader, text: str) -> Scanned:
    """A number as typed: an article, or a receipt's number."""
    found = _by_number(reader, text) or _by_number(reader, text.upper())
    if found is not None:
        return ScannedProduct(product=found)
    stored = reader.sales.by_number(text.upper())
    if stored is not None:
        return ScannedReceipt(stored.sale.number, text)
    return UnknownProduct(text)


def _label(reader: Reader, label: EmbeddedCode) -> Scanned:
    """A scale's label: the price that it names stands, whatever our own price is."""
    found = _by_number(reader, label.plu)
    if found is None:
        return UnknownProduct(label.plu)
    quantity = label.quantity_milli
    if quantity is None and label.price_minor is not None:
        quantity = _weight_at(found, label.price_minor)
    if quantity == 0 or label.price_minor == 0:
        return ScanRefused("label_empty")
    return ScannedProduct(product=found, quantity_milli=quantity, gross_minor=label.price_minor)


def _weight_at(product: Product, gross_minor: int) -> int:
    """The weight that a price stands for at our price, at least one gram; 1 piece for pieces."""
    if product.unit is Unit.EACH or not product.price_minor:
        return ONE_MILLI
    price = product.price_minor
    return max(1, (2 * gross_minor * ONE_MILLI + price) // (2 * price))


def _elements(reader: Reader, code: Gs1Elements, rules: ScanRules) -> Scanned:
    """A GS1 element string: its article, with weight and price when they are in our units."""
    if code.gtin is None:
        return ScanRefused("no_article_number")
    found = reader.catalogue.by_code(code.gtin)
    if found is None:
        return UnknownProduct(code.gtin)
    ours = (code.unit == "kg") if found.weighed else (code.unit == "each")
    quantity = code.quantity_milli if ours else None
    gross = None
    finer = rules.currency_exponent - code.price_decimals
    # A price in a named currency may be another country's: then our own price counts.
    if code.price_digits and code.price_currency is None and 0 <= finer < len(_TENS):
        gross = code.price_digits * _TENS[finer]
        quantity = quantity or _weight_at(found, gross)
    return ScannedProduct(product=found, quantity_milli=quantity or None, gross_minor=gross)


def _is_erased(reader: Reader, member_id: bytes) -> bool:
    member = reader.members.by_id(member_id)
    return member is not None and member.status is MemberStatus.ERASED


def _identifier(code: Recognised | Refused) -> Identifier | None:
    """By what a code that was typed, or is of another system, names a member."""
    match code:
        case MemberShortCode():
            return Identifier(IdentifierKind.CARD, code.code)
        case ForeignMemberCode():
            return Identifier(IdentifierKind.FOREIGN, code.value)
        case _:
            return None


def _phone_of(text: str) -> bytes:
    """Whose a phone code says that it is."""
    # Late: a till begins to sell without, and most shops never see one.
    from posloyalty.domain.members.phone_code import read_code

    return read_code(text).member_id


def _member_by(reader: Reader, kind: IdentifierKind, value: str, proof: str) -> Scanned:
    found = reader.members.by_identifier(kind, value)
    if not found:
        return ScanRefused(_STRANGE)
    return _attach(reader, found[0], proof)


def _attach(reader: Reader, member_id: bytes, proof: str) -> ScannedMember | ScanRefused:
    member = reader.members.by_id(member_id)
    if member is None or member.status in (MemberStatus.CLOSED, MemberStatus.ERASED):
        return ScanRefused(_STRANGE if member is None else _LEFT)
    return ScannedMember(member_id, proof)


def _why_not(refused: VoucherRefused) -> ScanRefused:
    return ScanRefused(refused.reason, refused.facts)


def _refused(code: Refused | OperatorBadge) -> ScanRefused:
    """A refusal of the resolver, with the numbers that its message names."""
    if isinstance(code, OperatorBadge):
        return ScanRefused("badge_not_taken")
    facts: list[tuple[str, object]] = []
    if code.position is not None:
        facts.append(("position", code.position + 1))
    for name in ("expected", "length", "length_expected", "element", "scheme"):
        value = getattr(code, name)
        if value is not None:
            facts.append((name, value))
    return ScanRefused(code.reason.value, tuple(facts))
