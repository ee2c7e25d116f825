"""The law as pure functions: values and now in, findings out."""
