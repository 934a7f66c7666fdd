"""What words and context rules cannot reach: a small linear model, trained from the rules' own examples.

It sees a stretch of up to three clauses in two ways: by its characters, which lead, and by what its words mean
(`concepts.yaml`), which holds them back where they only sound alike. It may add findings, never remove one.
"""
