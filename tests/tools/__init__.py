"""The scripts that make environment, locks and installer."""
