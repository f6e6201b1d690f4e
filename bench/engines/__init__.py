"""The engines that are measured, each a small program that reads drawings and writes predictions."""
