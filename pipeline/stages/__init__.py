"""The stages of the stream, each a thin transform over pure functions."""
