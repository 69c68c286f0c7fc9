"""What is laid beside the declarations of the product."""
