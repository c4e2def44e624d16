"""Training and benchmarks: a leaf, imported by the commands that start it alone."""
