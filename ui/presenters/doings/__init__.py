"""What a member can do and use beside buying: one small file for each kind of thing."""
