"""The demo: a scripted piece of real work on a virtual desktop, and what Hunch made of it."""
