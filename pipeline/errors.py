"""What goes wrong in a way that the user can mend."""


class InkstreamError(RuntimeError):
    """A sentence for the user: what is wrong, and what to do next."""
