"""The carrier's REST resources, as far as the hotline uses them."""
