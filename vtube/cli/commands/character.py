"""`vtube character`: what is wrong with a picture, or make it fit."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "say what is wrong with a character picture, or make it fit the template"


HEAD_HELP = (
    "where the head is, in pixels of the picture: the middle of the square from the hair's top to the chin, its side"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check PICTURE`, `fit PICTURE [OUT]`."""
    actions = parser.add_subparsers(dest="action", metavar="check|fit", required=True)
    check = actions.add_parser("check", help="say in words what is wrong with the picture and what moves")
    check.add_argument("picture", type=Path)
    check.add_argument("--pictures", type=Path, metavar="PNG", help="write what becomes of five poses, to be looked at")
    fit = actions.add_parser("fit", help="scale and place the figure the way the networks expect it")
    fit.add_argument("picture", type=Path)
    fit.add_argument("out", type=Path, nargs="?", help="default: the picture's name with _fit.png")
    for action in (check, fit):
        action.add_argument("--head", metavar="X,Y,SIZE", help=HEAD_HELP)


def run(arguments: argparse.Namespace) -> int:
    """`check` exits with 1 when the picture would not animate."""
    from vtube.avatar.picture.files import check_picture, fit_picture
    from vtube.avatar.picture.head import parse_head

    head = parse_head(arguments.head) if arguments.head else None
    if arguments.action == "fit":
        fine, lines = True, fit_picture(arguments.picture, arguments.out, head)
    else:
        fine, lines = check_picture(arguments.picture, head, arguments.pictures)
    print("\n".join(lines))
    return 0 if fine else 1
