"""Who works here: signing in, approving, and what is written down of it."""
