"""Imports all that the pages will, before the first visitor has to wait for it."""

import gc
from importlib import import_module
from pkgutil import walk_packages

import dashboard

RUN_WHEN_IMPORTED = ("dashboard.app", "dashboard.views")


def preload() -> None:
    """Import every module of the dashboard but its pages, which Streamlit runs for each visitor.

    What is loaded by then stays: Streamlit collects garbage after every run of a script, which took longer than most
    runs as long as it went through all modules.
    """
    for module in walk_packages(dashboard.__path__, "dashboard."):
        if not module.name.startswith(RUN_WHEN_IMPORTED):
            import_module(module.name)
    gc.collect()
    gc.freeze()
