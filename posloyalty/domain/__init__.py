"""The nouns and rules of the shop and its programme: pure, exact, without clock, file or chance."""
