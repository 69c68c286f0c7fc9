"""Tests of `posloyalty.domain.engine`."""
