"""The book itself: made, opened, copied, proved; keys and time."""
