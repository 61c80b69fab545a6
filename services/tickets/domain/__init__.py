"""What the desk decides: pure functions on frozen values, one file per noun."""
