"""Sense: what the user does becomes ActivityWatch events. Knows the system, nothing of ours."""
