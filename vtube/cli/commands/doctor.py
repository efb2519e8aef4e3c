"""`vtube doctor`: what this computer has, and what to do about what it lacks."""

from __future__ import annotations

import argparse

from rich.markup import escape
from rich.table import Table

from vtube.cli.doctor import Level, examine
from vtube.cli.tables import print_table

HELP = "say what this computer has for the camera, and what to do about what it lacks"
_STYLES = {Level.GOOD: "green", Level.NOTE: "yellow", Level.BAD: "red"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(_: argparse.Namespace) -> int:
    """Print one line per finding; 1 when something makes the camera impossible."""
    findings = examine()
    table = Table(box=None, pad_edge=False, show_header=False)
    for finding in findings:
        advice = f"\n→ {finding.advice}" if finding.advice else ""
        level = f"[{_STYLES[finding.level]}]{finding.level}[/]"
        table.add_row(level, finding.subject, escape(finding.text + advice))
    print_table(table)
    return 1 if any(finding.level is Level.BAD for finding in findings) else 0
