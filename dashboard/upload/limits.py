"""How much one upload may hold."""

MOST_FILES = 10_000
MOST_BYTES = 2**30
"""Of images, unpacked; they are read one after another and never all in memory."""
MOST_DIRECTORY_BYTES = 8 * 2**20
"""Of an archive's list of files, which is read as a whole: 10,000 names of several hundred characters."""
