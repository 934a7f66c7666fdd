"""Neighbours meet through actions, queries and facts; what import-linter's layers do not say."""

import grimp

DOORS_BETWEEN_DOMAINS = {"actions", "queries", "events", "rules"}
"""``rules`` are pure decisions over plain values, safe for anybody above."""
OPEN_TO_ALL = {"lib", "foundation"}
KNOWS_ALL = {"config"}


def test_neighbours_import_only_what_is_meant_for_them():
    graph = grimp.build_graph("huiqun")
    wrong = []
    for module in sorted(graph.modules):
        domain = module.split(".")[1] if "." in module else ""
        if domain in KNOWS_ALL | {""}:
            continue
        for target in sorted(graph.find_modules_directly_imported_by(module)):
            _, other, *inside = target.split(".")
            if other == domain or other in OPEN_TO_ALL:
                continue
            if inside and inside[0] not in DOORS_BETWEEN_DOMAINS:
                wrong.append(f"{module} imports {target}")
    assert wrong == []
