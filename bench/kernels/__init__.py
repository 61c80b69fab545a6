"""The limits: bare kernels written by hand, which leave behind exactly what our side leaves behind, and no more."""
