"""Whether the keyboard writes into a password field, so that none of it is kept."""
