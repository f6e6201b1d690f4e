"""How fast it is beside what one would write or pick instead: ``python -m bench``; ``bench.soak``; ``bench.growth``."""
