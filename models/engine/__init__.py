"""Language models behind one Protocol (`base`)."""
