"""What the till says over the network, and how it knows who answers."""
