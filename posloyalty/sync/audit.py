"""What of the journal is for the audit: one entry an event, reckoned from the event alone.

An event is listed when somebody must be able to ask about it later: deeds, money that went back,
copies, points and levels by hand, members erased and records joined, refused PINs, changed
settings, jumps of the clock, and whatever somebody else had to approve. `entry_of` is pure, so the
table of entries is made again from the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from msgspec import UNSET, UnsetType

from posloyalty.sync import events

APPROVED: Final = "approved"
AMOUNTS: Final = ("off_minor", "gross_minor", "amount_minor")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit. `about` is an article, a receipt's number, a setting.

    `amount_minor` is what it was about in money; `undone` that undo took it back.
    """

    kind: str
    operator: bytes | None
    approver: bytes | None
    reason: str = ""
    about: str = ""
    amount_minor: int | None = None
    undone: bool = False


def entry_of(event: events.Event) -> AuditEntry | None:
    """What the audit lists of an event; None when that is nothing."""
    parts = _PARTS.get(type(event))
    told = None if parts is None else parts(event)
    if told is None:
        if isinstance(event.ok, UnsetType):
            return None
        told = {"kind": f"{APPROVED}_{events.kind(event)}"}
    operator = told.pop("operator", event.actor)
    return AuditEntry(operator=_id(operator), approver=_id(event.ok), **told)


Told = dict[str, Any]


def _deed(event: events.Deed) -> Told:
    facts = dict(event.facts)
    return {
        "kind": event.kind,
        "reason": _text(event.reason),
        "about": _text(event.what),
        "amount_minor": next((facts[name] for name in AMOUNTS if name in facts), None),
        "undone": event.undoes is True,
    }


def _refund(event: events.Refund) -> Told:
    return {
        "kind": event.kind,
        "reason": event.cause,
        "about": f"{event.no} {event.of}".strip(),
        "amount_minor": event.total,
    }


def _sale(event: events.Sale) -> Told | None:
    if isinstance(event.ok, UnsetType):
        return None
    return {"kind": f"{APPROVED}_sale", "about": event.no, "amount_minor": event.total}


def _act(event: events.Act) -> Told | None:
    if event.out is not UNSET:
        card = next((dict(told.facts).get("card", "") for told in event.told), "")
        return {
            "kind": "act_pay_out",
            "reason": _text(event.out.seen),
            "about": str(card),
            "amount_minor": event.out.given,
        }
    if event.kind in ("erase", "merge"):
        return {"kind": f"act_{event.kind}"}  # of whom is nobody's business any more
    if event.kind not in ("adjust", "undo", "tier_grant", "tier_withdraw"):
        return None
    facts = dict(event.facts)
    return {"kind": f"act_{event.kind}", "reason": facts.get("cause", ""), "about": event.what}


def _copy(event: events.ReceiptCopy) -> Told:
    return {"kind": "receipt_copy", "about": event.no}


def _pin(event: events.PinRefused) -> Told:
    return {"kind": "pin_refused", "operator": event.operator}


def _settings(event: events.SettingsChange) -> Told:
    return {"kind": "settings_change", "about": f"{event.kind}: {', '.join(event.fields)}"}


def _key(event: events.KeyRotate) -> Told:
    return {"kind": "key_rotate", "about": event.kind}


def _payment(event: events.Payment) -> Told | None:
    """Only what somebody said of it, or gave back: what a terminal answers is its own affair."""
    if event.step not in ("took", "took_not", "given_back"):
        return None
    return {
        "kind": f"{'payment' if event.back is UNSET else 'money_back'}_{event.step}",
        "reason": _text(event.why),
        "about": _text(event.ref),
        "amount_minor": event.n,
    }


def _clock(_event: events.ClockJump) -> Told:
    return {"kind": "clock_jump"}


def _cash(event: events.CashMoved) -> Told:
    return {"kind": "cash_move", "reason": event.cause, "amount_minor": event.n}


def _closed(event: events.ShiftClosed) -> Told:
    """What was counted more (or less) than was due is what it is about."""
    return {
        "kind": "shift_close",
        "reason": _text(event.cause),
        "about": f"Z {event.z}",
        "amount_minor": event.counted - event.due,
    }


def _trust(event: events.TillTrust) -> Told:
    kind = "till_trusted" if event.move == "trust" else "till_revoked"
    if event.gone is True:
        kind = "till_gone"
    return {"kind": kind, "about": f"{event.store}-{event.code}"}


def _epoch(event: events.EpochAnchor) -> Told:
    return {"kind": "epoch_anchor", "reason": event.cause, "about": str(event.was + 1)}


_PARTS: Final[dict[type[events.Event], Callable[[Any], Told | None]]] = {
    events.Deed: _deed,
    events.Refund: _refund,
    events.Sale: _sale,
    events.Act: _act,
    events.ReceiptCopy: _copy,
    events.PinRefused: _pin,
    events.SettingsChange: _settings,
    events.KeyRotate: _key,
    events.ClockJump: _clock,
    events.CashMoved: _cash,
    events.ShiftClosed: _closed,
    events.Payment: _payment,
    events.TillTrust: _trust,
    events.EpochAnchor: _epoch,
}


def _id(text: str | UnsetType) -> bytes | None:
    return None if isinstance(text, UnsetType) else bytes.fromhex(text)


def _text(text: str | UnsetType) -> str:
    return "" if text is UNSET else str(text)
