"""Makes what the small language model is trained on: notes with their sentences, moments with their answers."""
