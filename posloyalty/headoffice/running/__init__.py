"""The server as it runs: processes, lanes, bounds, logs and measures."""
