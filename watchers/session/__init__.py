"""Whether the screen is locked, the machine sleeps, or a video holds the user's attention."""
