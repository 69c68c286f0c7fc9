"""Real purchases through the check-out, beside a reckoning that shares no code with the product."""
