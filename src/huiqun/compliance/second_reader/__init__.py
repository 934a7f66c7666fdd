"""A second reader inside the bank: a language model behind an OpenAI-compatible address. Off by default.

It may add opinions to what the rulebook found; it never removes or blocks anything. Pure of Django.
"""
