"""A made-up bank, generated from a seed.

Nothing here is a person: names are drawn from lists, telephone numbers lie in one block, identity numbers
carry an area code that was never given out, mail addresses end in example.com.
"""
