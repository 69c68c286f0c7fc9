"""Tests of `posloyalty.domain.ledger`."""
