"""An example of each event that is about tills."""

from __future__ import annotations

from posloyalty.sync import events


def till_examples(
    *, event_id: str, at: str, hlc: tuple[int, int], actor: str
) -> dict[str, events.Event]:
    """The examples, with the common keys of all others."""
    return {
        "till_trust": events.TillTrust(
            id=event_id,
            at=at,
            hlc=hlc,
            actor=actor,
            move="trust",
            till="5a" * 16,
            store="S01",
            code="T03",
            name="人民路店",
            cert="3082" + "00" * 6,
        ),
        "epoch_anchor": events.EpochAnchor(
            id=event_id,
            at=at,
            hlc=hlc,
            was=1,
            seq=214,
            head="9c" * 32,
            cause="witness",
        ),
        "goods": events.Goods(
            id=event_id,
            at=at,
            hlc=hlc,
            articles=(
                events.Article(
                    product="70" * 16, cat="c1" * 16, tags=("drink", "hot"), flags=("no_discount",)
                ),
                events.Article(product="71" * 16),
            ),
        ),
        "profiles_heard": events.ProfilesHeard(id=event_id, at=at, hlc=hlc, n=500),
        "member_met": events.MemberMet(id=event_id, at=at, hlc=hlc, members=("4e" * 16,)),
        "erase_ack": events.EraseAck(id=event_id, at=at, hlc=hlc, members=("4e" * 16, "5a" * 16)),
    }
