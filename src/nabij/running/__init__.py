"""From a study to its result."""
