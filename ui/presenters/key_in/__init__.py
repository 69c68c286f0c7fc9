"""Keying in lost receipts."""
