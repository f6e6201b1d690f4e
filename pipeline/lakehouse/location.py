"""Where the lakehouse's tables are: the corrections beside the predictions."""

from pathlib import Path, PurePath

PREDICTIONS, CORRECTIONS = "predictions", "corrections"


def absolute(path: str) -> str:
    """A file or folder as it is called in any folder; a URL stays as it is, and so does an empty text."""
    return str(Path(path).resolve()) if path and "://" not in path else path


def corrections_beside(predictions: str) -> str:
    """URI of the table of corrections, a sibling of the table of predictions (a folder or a URL).

    Beside ``…/predictions`` it is ``…/corrections``, beside any other ``…/name`` it is ``…/name-corrections``.

    Raises:
        ValueError: a sibling of ``predictions`` would be another bucket or nowhere; says what is wanted.
    """
    scheme, separator, path = predictions.rpartition("://")
    folder = PurePath(path)
    if not folder.name or (separator and len(folder.parts) < 2):
        raise ValueError(f"{predictions} cannot have the corrections beside it; a folder in it can")
    name = CORRECTIONS if folder.name == PREDICTIONS else f"{folder.name}-{CORRECTIONS}"
    return f"{scheme}{separator}{folder.with_name(name)}"
