"""Text of others within Streamlit's Markdown: shown as it is written."""

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!:$<>|~&@^=])")


def literally(text: str) -> str:
    """The text with everything escaped that Markdown, or Streamlit's additions to it, would take for a command."""
    return _SPECIAL.sub(r"\\\1", text)
