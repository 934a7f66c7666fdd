"""`huiqun compliance train`: the small model, from the rules' examples."""

from pathlib import Path

import click

from huiqun.compliance.rulebook.loading import all_rules
from huiqun.compliance.rulebook.model.examples import digest_of_examples, texts, trainable
from huiqun.compliance.rulebook.model.report import write
from huiqun.compliance.rulebook.model.training import train
from huiqun.compliance.rulebook.model.weights import WEIGHTS


def run(report: Path) -> None:
    """Train, store the weights beside the code and the report where the documents are."""
    trained_on = digest_of_examples()
    examples = texts()
    click.echo(f"{len(examples)} examples")
    trained = train(examples, trainable(all_rules().values()), trained_on=trained_on, say=click.echo)
    trained.model.save()
    write(report, trained.model, trained.kept, WEIGHTS.stat().st_size)
    click.echo(f"{WEIGHTS}: {WEIGHTS.stat().st_size:,} bytes; {report}")
