"""The sync protocol without input and output: event shapes, the chain, clocks, the digest."""
