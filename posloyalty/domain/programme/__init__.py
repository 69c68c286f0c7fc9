"""The programme language: a TOML file of wallets, earning, tiers and offers, read into values."""
