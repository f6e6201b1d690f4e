"""How the CNN that ships (``digits.keras``) is made and measured: data sets, stroke rendering, training, evaluation."""
