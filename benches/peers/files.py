"""Reading person JSONL, plain or packed."""
import io
import json
import os

import zstandard


def lines(folder, name):
    packed = os.path.join(folder, name + ".jsonl.zst")
    if not os.path.exists(packed):
        with open(os.path.join(folder, name + ".jsonl"), encoding="utf-8") as file:
            yield from (line for line in file if line.strip())
        return
    with open(packed, "rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
        yield from (line for line in io.TextIOWrapper(stream, encoding="utf-8") if line.strip())


def rows(folder, name):
    return map(json.loads, lines(folder, name))


def path(folder, name):
    packed = os.path.join(folder, name + ".jsonl.zst")
    return packed if os.path.exists(packed) else os.path.join(folder, name + ".jsonl")
