"""What the subcommands of `huiqun` do; each module is imported only when its command runs."""
