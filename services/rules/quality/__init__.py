"""Signs that data are bad or made up: suspicion for a person to look into, never a proof."""
