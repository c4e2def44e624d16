"""Sense: what the user does becomes ActivityWatch events. Knows the operating system, nothing of ours."""
