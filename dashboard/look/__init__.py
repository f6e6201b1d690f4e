"""What all pages share in look."""
