"""The proofs of POS Loyalty; folders mirror the source."""
