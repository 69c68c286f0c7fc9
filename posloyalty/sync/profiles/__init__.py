"""Members' profiles as they travel between tills through head office; sans-IO."""
