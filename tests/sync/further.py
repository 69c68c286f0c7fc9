"""Further events of a type, frozen too: with keys that its first example does without."""

from __future__ import annotations

from msgspec import UNSET, structs

from posloyalty.sync import events
from tests.sync.examples import EXAMPLES

FURTHER: dict[str, events.Event] = {
    "refund_elsewhere": structs.replace(
        EXAMPLES["refund"], of="S01-T03-1-0042", receipt="LR1:" + "A" * 173
    ),
    "till_trust_revoke": structs.replace(EXAMPLES["till_trust"], move="revoke", cert=UNSET),
}
