"""Handwriting of the project's own making: digits and scrawls as pen strokes, by writers who never were."""
