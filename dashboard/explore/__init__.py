"""Everything the lakehouse holds: looked through, asked in SQL, taken away, corrected."""
