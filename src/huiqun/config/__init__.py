"""The only place that knows all: settings, addresses, command line, processes."""
