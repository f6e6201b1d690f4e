"""Streamlit pages: draw a number, watch the stream read it."""
