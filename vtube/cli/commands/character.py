"""`vtube character`: what is wrong with a picture, make it fit, or keep it by name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from vtube.text import as_called_here, printable

if TYPE_CHECKING:
    from vtube.avatar.picture.head import Head

HELP = "say what is wrong with a character picture, make it fit the template, or keep it by name"


HEAD_HELP = (
    "where the head is, in pixels of the picture: the middle of the square from the hair's top to the chin, its side"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`check PICTURE`, `fit PICTURE [OUT]`, `list`, `add PICTURE [NAME]`, `remove NAME`."""
    actions = parser.add_subparsers(dest="action", metavar="check|fit|list|add|remove", required=True)
    check = actions.add_parser("check", help="say in words what is wrong with the picture and what moves")
    check.add_argument("picture", type=Path)
    check.add_argument("--pictures", type=Path, metavar="PNG", help="write what becomes of five poses, to be looked at")
    fit = actions.add_parser("fit", help="scale and place the figure the way the networks expect it")
    fit.add_argument("picture", type=Path)
    fit.add_argument("out", type=Path, nargs="?", help="default: the picture's name with _fit.png")
    actions.add_parser("list", help="the characters that are kept by name, and how far their puppets are")
    add = actions.add_parser("add", help="keep a picture by a name, for `run --character NAME` and the control page")
    add.add_argument("picture", type=Path)
    add.add_argument("name", nargs="?", help="default: the picture's name")
    add.add_argument("--force", action="store_true", help="although it has a problem")
    remove = actions.add_parser("remove", help="forget a character that is kept; its puppet stays")
    remove.add_argument("name")
    for action in (check, fit, add):
        action.add_argument("--head", metavar="X,Y,SIZE", help=HEAD_HELP)


def run(arguments: argparse.Namespace) -> int:
    """`check` exits with 1 when the picture would not animate."""
    fine, lines = ACTIONS[arguments.action](arguments)
    print("\n".join(printable(as_called_here(line)) for line in lines))
    return 0 if fine else 1


def _head(arguments: argparse.Namespace) -> Head | None:
    from vtube.avatar.picture.head import parse_head

    return parse_head(arguments.head) if arguments.head else None


def _check(arguments: argparse.Namespace) -> tuple[bool, list[str]]:
    from vtube.avatar.picture.files import check_picture

    return check_picture(arguments.picture, _head(arguments), arguments.pictures)


def _fit(arguments: argparse.Namespace) -> tuple[bool, list[str]]:
    from vtube.avatar.picture.files import fit_picture

    return True, fit_picture(arguments.picture, arguments.out, _head(arguments))


def _list(_: argparse.Namespace) -> tuple[bool, list[str]]:
    from vtube.avatar.puppet.file import stage_of
    from vtube.avatar.wardrobe import Wardrobe
    from vtube.avatar.weights.commands import DEFAULT_VARIANT

    kept = Wardrobe().all()
    lines = [f"{one.name}  (puppet: {stage_of(one.digest, DEFAULT_VARIANT) or 'none yet'})" for one in kept]
    return True, lines or ["no character is kept yet; `vtube character add PICTURE NAME` keeps one"]


def _add(arguments: argparse.Namespace) -> tuple[bool, list[str]]:
    from vtube.avatar.picture.prepare import prepare
    from vtube.avatar.wardrobe import Wardrobe, check_name

    name = check_name(arguments.name or arguments.picture.stem)
    character = prepare(arguments.picture, head=_head(arguments))
    lines = [f"{note.severity}: {note.text}" for note in character.notes]
    if character.has_problem and not arguments.force:
        return False, [*lines, "not kept, as it has a problem; --force keeps it all the same"]
    return True, [*lines, f"kept as {Wardrobe().keep(character, name)}"]


def _remove(arguments: argparse.Namespace) -> tuple[bool, list[str]]:
    from vtube.avatar.wardrobe import Wardrobe

    Wardrobe().remove(arguments.name)
    return True, [f"{arguments.name} is no longer kept"]


ACTIONS = {"check": _check, "fit": _fit, "list": _list, "add": _add, "remove": _remove}
