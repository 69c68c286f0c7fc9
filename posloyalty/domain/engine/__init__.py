"""The engine: a programme, a basket and a member at an instant give a quote, and nothing else."""
