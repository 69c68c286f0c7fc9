"""Members: who they are, what proves it, and what they agreed to."""
