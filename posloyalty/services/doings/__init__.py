"""What members do beside buying."""
