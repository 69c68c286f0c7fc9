"""What the chain sells: articles and prices that head office keeps, and tells every till."""
