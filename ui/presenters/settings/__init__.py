"""Settings, one small presenter a section; `screen` holds them together."""
