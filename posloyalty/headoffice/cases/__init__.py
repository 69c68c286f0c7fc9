"""What people have to decide, and the log of what they did."""
