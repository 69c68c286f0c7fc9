"""Tests of `posloyalty.insight`."""
