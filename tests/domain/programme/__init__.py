"""Tests of `posloyalty.domain.programme`."""
