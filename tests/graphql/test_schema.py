"""The schema offers what the contract promises, and its export is the code's."""

from pathlib import Path

from graphql import build_schema, find_breaking_changes

from mintenance.schema import SCHEMA

CONTRACT = Path(__file__).with_name("contract.graphql")


def test_nothing_of_the_contract_is_missing_or_narrower() -> None:
    promised = build_schema(CONTRACT.read_text())
    offered = build_schema(SCHEMA.as_str())
    changes = find_breaking_changes(promised, offered)
    assert [change.description for change in changes] == []
