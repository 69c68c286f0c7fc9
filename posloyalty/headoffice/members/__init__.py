"""Members at head office: who they are, their profiles, and what is credited to them."""
