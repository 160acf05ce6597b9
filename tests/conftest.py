"""TensorFlow is set up once for all unit tests, as every notebook does."""

from utils import reproducible

reproducible.set_up()
