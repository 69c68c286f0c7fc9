"""The kinds of effects. A new kind is a new file here, and its name in the line below."""

from posloyalty.domain.programme.effects import (
    amount,
    bands,
    bundle,
    buy_get,
    cheapest_free,
    cumulative,
    fixed_price,
    gift,
    percent,
    upgrade,
)
