"""A whole town on one machine: what `make run`, the tests and the benchmarks stand on; never in the image."""
