"""A deterministic world of tills and head office: the real core, seeded clocks and network."""
