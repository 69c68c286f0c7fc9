"""Wallets that nothing fills, or from which nothing is ever taken."""

from __future__ import annotations

from collections.abc import Iterator

from posloyalty.domain.programme.toml_file import Found
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.warnings.warning import found, warns


def named_wallets(draft: Draft) -> set[str]:
    """The wallets that things of declared kinds name, for whatever they do with them."""
    declared = draft.programme.declared
    return {
        named
        for path, kind, named in draft.loaded.references
        if kind == "wallet" and path and path[0] in declared
    }


def fed_wallets(draft: Draft) -> set[str]:
    """The wallets into which points can come."""
    return named_wallets(draft) | {rule.wallet for rule in draft.programme.earn_rules}


@warns
def _not_fed(draft: Draft) -> Iterator[Found]:
    fed = fed_wallets(draft)
    for place, wallet in enumerate(draft.programme.wallets):
        if wallet.id not in fed:
            yield found(("wallet", place), "NOT_FED", id=wallet.id)


@warns
def _not_spent(draft: Draft) -> Iterator[Found]:
    """A wallet that only a level looks at is one of status, which is never spent."""
    schemes = draft.programme.tier_schemes
    used = named_wallets(draft) | {scheme.wallet for scheme in schemes}
    used |= {measure.of for scheme in schemes for measure in scheme.measures}
    for place, wallet in enumerate(draft.programme.wallets):
        if wallet.spend is None and wallet.id not in used:
            yield found(("wallet", place), "NOT_SPENT", id=wallet.id)


@warns
def _multiplies_nothing(draft: Draft) -> Iterator[Found]:
    raised = {rule.wallet for rule in draft.programme.earn_rules if rule.earning.multiplied}
    for place, one in enumerate(draft.programme.multipliers):
        if one.wallet not in raised:
            path = ("multiplier", place)
            yield found(path, "MULTIPLIES_NOTHING", id=one.id, wallet=one.wallet)
