"""Long proofs: hundreds of kills, and every property with thousands of examples."""
