"""The line to head office: joining, sending, hearing, and coming back from a copy."""
