"""Many image files at once, also in zip archives, and what the stream reads in them."""
