"""What an evaluation is made of: drawings with labels, the scores of their readings, and a report to look at."""
