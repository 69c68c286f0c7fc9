"""What stands on what on the screens, and how much it has to stand out (WCAG 2.2)."""

from __future__ import annotations

from typing import Final

TEXT_CONTRAST: Final = 4.5
EDGE_CONTRAST: Final = 3.0


def pairs() -> tuple[tuple[str, str, float], ...]:
    """Every (foreground, background, least contrast) that widgets may use, by token name."""
    on_grounds = [
        (ink, ground, TEXT_CONTRAST)
        for ink in ("ink", "ink2", "ink3", "idle", "primary", "success", "warn", "danger")
        for ground in ("surface", "sunken", "canvas")
    ]
    on_soft = [
        (ink, ground, TEXT_CONTRAST)
        for ground in ("primary_soft", "success_soft", "warn_soft", "danger_soft")
        for ink in ("ink", "ink2", "ink3")
    ]
    own_soft = [
        (name, f"{name}_soft", TEXT_CONTRAST) for name in ("primary", "success", "warn", "danger")
    ]
    edges = [
        (edge, ground, EDGE_CONTRAST)
        for edge in ("edge", "primary", "focus")
        for ground in ("surface", "sunken", "canvas")
    ]
    return (
        *on_grounds,
        *on_soft,
        *own_soft,
        *edges,
        ("on_primary", "primary", TEXT_CONTRAST),
        ("on_primary", "primary_pressed", TEXT_CONTRAST),
        ("on_warn", "warn_fill", TEXT_CONTRAST),
        ("on_card", "card", TEXT_CONTRAST),
        ("on_card2", "card", TEXT_CONTRAST),
        ("gold", "card", TEXT_CONTRAST),
        ("gold", "card_soft", TEXT_CONTRAST),
        ("on_strip", "strip", TEXT_CONTRAST),
        ("on_strip", "strip_soft", TEXT_CONTRAST),
        ("on_strip2", "strip", TEXT_CONTRAST),
    )


def contrast(one: str, other: str) -> float:
    """The WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
