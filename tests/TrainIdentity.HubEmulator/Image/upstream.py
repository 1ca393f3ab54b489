"""The command line of the pinned trainer, from a record of its own parser's options."""

import argparse
import json
from pathlib import Path

RECORD = json.loads(Path(__file__).with_name("upstream_options.json").read_text("utf-8"))
TYPES = {"str": str, "int": int, "float": float, "bool": bool}


def parser():
    made = argparse.ArgumentParser()
    for option in RECORD["options"]:
        if option.get("flag"):
            made.add_argument("--" + option["name"], action="store_true")
        else:
            made.add_argument(
                "--" + option["name"], type=TYPES[option["type"]], default=option["default"], choices=option.get("choices"), required=option.get("required", False))
    return made
