"""Commands run in a shell: hooks for bash, zsh and fish, and what makes them."""
