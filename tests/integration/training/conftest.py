from tests.unit.training.conftest import digits, mnist_folder, pen_folder

__all__ = ["digits", "mnist_folder", "pen_folder"]
