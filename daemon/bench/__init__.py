"""Measures the running program: how much it takes in, how fast it answers, what it costs the machine.

Peers run side by side in the same run. Nothing of the daemon imports this package; the command
`hunch bench speed` starts it.
"""
