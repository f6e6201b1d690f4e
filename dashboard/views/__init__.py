"""The pages, each a script from top to bottom.

In a folder named ``pages`` beside ``app.py`` Streamlit would take them for its older kind of pages, without ``app.py``.
"""
