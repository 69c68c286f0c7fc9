"""Taking goods back at the counter: what comes back, what it comes to, and how it is worded."""
