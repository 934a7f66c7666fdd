"""The language copy is written in: text with ``{{ variable }}`` and simple ``{% if %}``.

A missing variable is an error, never an empty place in a customer's message. Only output,
conditions, comparisons and a few filters are understood: no loops, calls or attributes,
so that copy can neither read what it was not given nor run for long.
"""

from collections.abc import Collection, Mapping
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from huiqun.lib.refusal import Refusal
from huiqun.lib.words import gettext_noop as _

FILTERS = ("default", "upper", "lower", "trim", "truncate")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Keyword,
)  # fmt: skip
LONGEST = 20_000


class TemplateInvalid(Refusal):
    code = "template.invalid"
    sentence = _("The copy cannot be read at line %(line)s: %(problem)s. Correct it and save again.")


class VariableMissing(Refusal):
    code = "template.variable_missing"
    sentence = _("The copy uses %(variable)s, which is not known here. Use one of: %(known)s.")


_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)


def _parse(source: str) -> nodes.Template:
    if len(source) > LONGEST:
        raise TemplateInvalid(line=1, problem=f"longer than {LONGEST} characters")
    try:
        tree = _environment.parse(source)
    except TemplateSyntaxError as error:
        raise TemplateInvalid(line=error.lineno, problem=error.message or "syntax") from None
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise TemplateInvalid(line=node.lineno, problem=f"{type(node).__name__} is not allowed in copy")
        if isinstance(node, nodes.Filter) and node.name not in FILTERS:
            raise TemplateInvalid(line=node.lineno, problem=f"unknown filter {node.name}")
    return tree


def variables(source: str) -> set[str]:
    """The variables that the copy uses. :raises TemplateInvalid"""
    return {node.name for node in _parse(source).find_all(nodes.Name)}


def check_template(source: str, allowed: Collection[str]) -> None:
    """:raises TemplateInvalid, VariableMissing"""
    for name in sorted(variables(source)):
        if name not in allowed:
            raise VariableMissing(variable=name, known=", ".join(sorted(allowed)))


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return _environment.from_string(_parse(source))


def render(source: str, values: Mapping[str, str]) -> str:
    """The copy for one customer. :raises TemplateInvalid, VariableMissing"""
    try:
        return _compiled(source).render(values)
    except UndefinedError:
        missing = sorted(variables(source) - set(values))
        raise VariableMissing(variable=", ".join(missing), known=", ".join(sorted(values))) from None


def outline(source: str, fixed: Mapping[str, str], open_names: Collection[str]) -> str | None:
    """The copy as a pattern for ``str.format_map`` with ``fixed`` filled in and ``open_names`` left open, for copy
    that goes to many. None when it holds more than text and plain variables, or one that nobody knows:
    then it has to be rendered. :raises TemplateInvalid
    """
    parts: list[str] = []
    for node in _parse(source).body:
        if not isinstance(node, nodes.Output):
            return None
        for part in node.nodes:
            if isinstance(part, nodes.TemplateData):
                parts.append(_escaped(part.data))
            elif isinstance(part, nodes.Name) and part.name in open_names:
                parts.append(f"{{{part.name}}}")
            elif isinstance(part, nodes.Name) and part.name in fixed:
                parts.append(_escaped(fixed[part.name]))
            else:
                return None
    return "".join(parts)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
