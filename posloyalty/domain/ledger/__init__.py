"""Double-entry transfers of points, the lots behind them, and the balances they add up to."""
