"""Run: wires watchers and models together; owns the store, the local server and the command line."""
