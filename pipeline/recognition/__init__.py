"""From an image to the number in it: pure functions on arrays, shared by training and the stream."""
