"""Stand-ins that behave: lanes, shells, clocks and printers for the tests."""
