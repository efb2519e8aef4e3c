"""`vtube character`: what is wrong with a picture, or make it fit."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "say what is wrong with a character picture, or make it fit the template"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check PICTURE`, `fit PICTURE [OUT]`."""
    actions = parser.add_subparsers(dest="action", metavar="check|fit", required=True)
    check = actions.add_parser("check", help="say in words what is wrong with the picture")
    check.add_argument("picture", type=Path)
    fit = actions.add_parser("fit", help="scale and place the figure the way the networks expect it")
    fit.add_argument("picture", type=Path)
    fit.add_argument("out", type=Path, nargs="?", help="default: the picture's name with _fit.png")


def run(arguments: argparse.Namespace) -> int:
    """`check` exits with 1 when the picture would not animate."""
    from vtube.avatar.picture.files import check_picture, fit_picture

    if arguments.action == "fit":
        fine, lines = True, fit_picture(arguments.picture, arguments.out)
    else:
        fine, lines = check_picture(arguments.picture)
    print("\n".join(lines))
    return 0 if fine else 1
