"""Head office without input and output: what it takes in, what it decides, what it tells tills."""
