"""The HTTP API: drawings in, predictions out, over the server's one connection with the stream."""
