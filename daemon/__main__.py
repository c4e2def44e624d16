"""`python -P -m daemon` is the command `hunch`: how a child process starts it."""

from daemon.cli import main

main(prog_name="hunch")
