"""The small model was trained from the examples as they are now."""

from huiqun.compliance.rulebook.model.examples import digest_of_examples
from huiqun.compliance.rulebook.model.weights import the_model


def test_the_model_knows_the_examples():
    assert the_model().trained_on == digest_of_examples(), (
        "Examples or concepts have changed since the model was trained. Run: huiqun compliance train"
    )
