"""What is laid beside the works of the product."""
