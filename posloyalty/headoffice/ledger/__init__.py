"""The ledger: filing and folding what came in, lending from it, and proving it."""
