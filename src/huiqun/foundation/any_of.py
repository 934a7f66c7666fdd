"""``field__any_of=[…]``: what ``__in`` means, with one array in place of a parameter for each value.

For the thousands of values that files bring: an ``IN`` of that many takes longer to write than to run.
"""

from typing import TYPE_CHECKING, Any

from django.db.models import BigAutoField, CharField, ForeignKey, Lookup

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup


@CharField.register_lookup
@BigAutoField.register_lookup
@ForeignKey.register_lookup
class AnyOf(AnyLookup):
    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, params = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*params, list(self.rhs))
