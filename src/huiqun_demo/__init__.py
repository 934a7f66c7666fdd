"""The demo: a made-up bank, its customers' reactions and its channels. The product never imports it."""
