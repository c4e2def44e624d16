"""Documents that appear, change or are renamed in chosen folders."""
