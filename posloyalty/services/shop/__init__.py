"""The shop as a manager keeps it: goods, prices, markets, imports, demo and practice."""
