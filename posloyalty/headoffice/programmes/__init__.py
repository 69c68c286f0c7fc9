"""Programmes and policies: kept, tried out, approved by a second person, published, stopped."""
