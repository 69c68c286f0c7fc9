"""What the screens show and what they do, without Qt: frozen states in, intents out."""
