"""The short form of a stretch: of each event only what nobody could expect."""
