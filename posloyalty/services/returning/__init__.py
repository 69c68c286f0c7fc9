"""Taking goods back and exchanging them."""
