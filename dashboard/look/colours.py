"""The colours that charts and style sheets share."""

ACCENT = "#6366f1"
"""Seen well on the light and on the dark ground of .streamlit/config.toml."""
