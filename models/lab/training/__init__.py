"""Scripts that make the weights."""
