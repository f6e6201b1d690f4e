"""Draw a number, and see it read where the eye is."""
