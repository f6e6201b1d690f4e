"""The stream at work: what flows, how fast, how well, and on what."""
