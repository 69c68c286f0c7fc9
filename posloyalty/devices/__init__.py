"""Hardware at the counter: scanners and receipt printers, each with a recording twin."""
