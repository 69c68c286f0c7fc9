"""Tills and their journals: joining, admission, epochs, what comes in and what is answered."""
