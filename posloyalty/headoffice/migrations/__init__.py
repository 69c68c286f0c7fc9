"""Steps from one release's tables of head office to the next one's."""
