"""Mirrors `posloyalty.domain.shop.scan_code`."""
