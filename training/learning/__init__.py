"""The network and how it learns: alone or as one of several workers, resumable, with its curves."""
