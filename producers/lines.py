"""The lines that ``submit`` prints, one a drawing, to be read by other programs."""

from dataclasses import asdict
from typing import Any

import orjson

from pipeline.messages import Prediction, Rejection

_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def sent_line(file: str, drawing_id: str, as_json: bool) -> str:
    """``FILE<TAB>ID``, or a JSON object."""
    return _json(file, drawing_id=drawing_id) if as_json else f"{escaped(file)}\t{drawing_id}"


def prediction_line(file: str, prediction: Prediction, as_json: bool) -> str:
    """``FILE<TAB>NUMBER<TAB>CONFIDENCE``, or a JSON object of the file and the whole prediction."""
    if as_json:
        return _json(file, **asdict(prediction))
    return f"{escaped(file)}\t{prediction.number}\t{prediction.confidence:.4f}"


def rejection_json(file: str, rejection: Rejection) -> str:
    """A JSON object of the file and why it was rejected, without the rejected bytes."""
    return _json(file, drawing_id=rejection.drawing_id, code=rejection.code, reason=rejection.reason)


def escaped(file: str) -> str:
    """A file name that breaks no line and no column; bytes that are no UTF-8 are escaped too."""
    return _encodable(file.translate(_ESCAPES))


def _json(file: str, **fields: Any) -> str:
    return orjson.dumps({"file": _encodable(file), **fields}).decode()


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
