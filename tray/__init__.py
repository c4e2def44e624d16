"""The icon and the popup: a client of the daemon's local API. Imports none of the other packages."""
