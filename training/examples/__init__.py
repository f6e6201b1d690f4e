"""What the CNN learns from: recorded and synthetic handwriting, drawn as people draw, seen as the stream sees it."""
