"""What till and head office say to one another: bytes, signatures and messages; sans-IO."""
