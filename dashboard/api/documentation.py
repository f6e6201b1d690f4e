"""``/api/docs``: a page to read about the API and to try it, all of whose files come from this server."""

from functools import cache

from fastapi import FastAPI, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.staticfiles import StaticFiles
from swagger_ui_bundle import swagger_ui_path

from dashboard.api import openapi

FILES = "/docs-files"


def add_documentation(api: FastAPI) -> None:
    """Add the page; FastAPI's own loads its scripts from the internet."""
    api.openapi_version = openapi.VERSION
    describe = api.openapi
    api.openapi = cache(lambda: openapi.as_openapi_3_0(describe()))  # type: ignore[method-assign]
    api.mount(FILES, StaticFiles(directory=swagger_ui_path))

    @api.get("/", include_in_schema=False)
    async def find_documentation(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")

    @api.get("/docs", include_in_schema=False)
    async def show_documentation(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "")
        return get_swagger_ui_html(
            openapi_url=f"{root}{api.openapi_url}",
            title="Inkstream API",
            swagger_js_url=f"{root}{FILES}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{FILES}/swagger-ui.css",
            swagger_favicon_url=f"{root}{FILES}/favicon-32x32.png",
        )
