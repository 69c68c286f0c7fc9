"""Tests of `posloyalty.scenario`, and of every scenario that ships."""
