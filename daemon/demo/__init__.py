"""The demo: a scripted piece of real work on a virtual desktop, and what Hunch made of it."""

from daemon.demo.play import play

__all__ = ["play"]
