"""What ships with the program is found, and is what it should be."""
