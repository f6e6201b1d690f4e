"""The API's description in OpenAPI 3.0, the newest that the bundled Swagger UI shows; FastAPI writes 3.1."""

from typing import Any

VERSION = "3.0.3"


def as_openapi_3_0(node: Any) -> Any:
    """A part of a description with what is new in JSON Schema as 3.0 says it."""
    if isinstance(node, list):
        return [as_openapi_3_0(item) for item in node]
    if not isinstance(node, dict):
        return node
    older = {name: as_openapi_3_0(value) for name, value in node.items()}
    if isinstance(examples := older.get("examples"), list):
        del older["examples"]
        older["example"] = examples[0]
    if "const" in older:
        older["enum"] = [older.pop("const")]
    if "prefixItems" in older:
        older["items"] = older.pop("prefixItems")[0]
    return older
