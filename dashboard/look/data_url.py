"""Pictures that a page holds in itself."""

import base64


def data_url(picture: bytes, kind: str = "png") -> str:
    """A URL that holds an encoded picture of a ``kind`` that browsers know."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"
