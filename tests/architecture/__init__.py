"""Rules about the source itself, walked as syntax trees."""
