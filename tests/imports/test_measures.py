"""What Prometheus is told about imports."""

from __future__ import annotations

import re


def counted(client, outcome):
    found = re.search(rf'^trainflow_import_rows_total{{outcome="{outcome}"}} (.+)$', client.get("/metrics").text, re.M)
    return float(found[1]) if found else 0


def test_the_rows_of_a_committed_import_are_counted_by_what_became_of_them(importing, context, run_pending_jobs):
    client = context.test_client()
    before = {outcome: counted(client, outcome) for outcome in ("create", "change", "same")}
    importing.whole("departments", [["Code", "Name"], ["A", "One"], ["B", "Two"]])
    importing.whole("departments", [["Code", "Name"], ["A", "One"], ["B", "Other"], ["C", "Three"]])
    assert {outcome: counted(client, outcome) - number for outcome, number in before.items()} == {
        "create": 3, "change": 1, "same": 1}
    importing.upload("departments", [["Code", "Name"], ["D", "Four"]])
    importing.check()
    assert counted(client, "create") == before["create"] + 3
