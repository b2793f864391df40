"""Runs both systems on one workload, one after the other, and scores them with one rule.

A system names at most one profile a candidate, with a probability. Recall counts over candidates who have a profile. Best F1 and recall
at precision .99 are over all thresholds, chosen on the truth, so they flatter both alike; precision and recall at p >= .99 take the
systems at their word. Candidates a CPU second (user and system, all threads): for Acquaint a whole `link` less one of a single
candidate, with the reading of the candidates and the writing of the matches; for Splink the scoring alone, without normalisation and
training. Memory is the largest resident set of the process; Splink's normalisation runs in a process of its own and is not counted.
"""
import json
import os
import subprocess
import sys
import time

from files import lines, path, rows


def spent(command):
    """Runs a command to its end: CPU seconds, seconds, megabytes, and what it printed."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        printed = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{command[0]} ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss / 1024, printed


def acquaint(program, folder, place):
    def link(candidates, out):
        return spent([program, "link", "--profiles", path(folder, "profiles"), "--candidates", candidates, "--out", out])

    one, out = os.path.join(place, "one.jsonl"), os.path.join(place, "acquaint.jsonl")
    with open(one, "w", encoding="utf-8") as file:
        file.write(next(lines(folder, "candidates")))
    alone = link(one, os.path.join(place, "one.out"))[0]
    cpu, wall, memory, _ = link(path(folder, "candidates"), out)
    with open(out, encoding="utf-8") as file:
        found = {it["candidate"]: (it["profile"], it["probability"]) for it in map(json.loads, file) if it["profile"]}
    return found, {"matching": max(cpu - alone, 0.01), "all": cpu, "wall": wall, "memory": memory}


def splink(folder, place):
    rival = [sys.executable, os.path.join(os.path.dirname(__file__), "rival.py")]
    prepared = spent([*rival, "prepare", folder, place])
    cpu, wall, memory, printed = spent([*rival, "link", place])
    told = json.loads(printed.splitlines()[-1])
    with open(os.path.join(place, "splink.jsonl"), encoding="utf-8") as file:
        found = {it["candidate"]: (it["profile"], it["probability"]) for it in map(json.loads, file)}
    whole = prepared[0] + cpu
    return found, {"matching": told["scoring"], "training": told["training"], "all": whole, "wall": prepared[1] + wall, "memory": memory}


def score(found, truth):
    owners = sum(bool(it) for it in truth.values())
    named = sorted(((p, profile in truth[who]) for who, (profile, p) in found.items()), key=lambda it: -it[0])
    best, at99, hits = 0.0, 0.0, 0
    for n, (p, right) in enumerate(named, 1):
        hits += right
        if n < len(named) and named[n][0] == p:
            continue
        precision, recall = hits / n, hits / owners
        best = max(best, 2 * precision * recall / max(precision + recall, 1e-9))
        at99 = max(at99, recall if precision >= 0.99 else 0.0)
    sure = [right for p, right in named if p >= 0.99]
    return {"best": best, "at99": at99, "precision": sum(sure) / max(len(sure), 1), "recall": sum(sure) / owners}


def main():
    program, place, *rest = sys.argv[1:]
    workload = os.environ.get("ACQUAINT_WORKLOAD", "")
    folder = os.path.join(workload, "dev-20k") if rest == ["--small"] else rest[0] if rest else os.path.join(workload, "dev-200k")
    truth = {it["candidate"]: set(it["profiles"]) for it in rows(folder, "truth")}
    profiles = sum(1 for _ in lines(folder, "profiles"))
    print(f"{folder}: {len(truth):,} candidates, {sum(map(bool, truth.values())):,} of them with one of {profiles:,} profiles", flush=True)
    columns = [("Acquaint", *acquaint(program, folder, place)), ("Splink 5", *splink(folder, place))]
    scores = [score(found, truth) for _, found, _ in columns]
    costs = [cost for _, _, cost in columns]
    table = [
        ("best F1", [f"{it['best']:.4f}" for it in scores]),
        ("recall at precision .99", [f"{it['at99']:.4f}" for it in scores]),
        ("precision at p >= .99", [f"{it['precision']:.4f}" for it in scores]),
        ("recall at p >= .99", [f"{it['recall']:.4f}" for it in scores]),
        ("candidates a CPU second", [f"{(len(truth) - 1) / it['matching']:,.0f}" for it in costs]),
        ("CPU seconds of matching", [f"{it['matching']:.2f}" for it in costs]),
        ("CPU seconds of training", ["shipped", f"{costs[1]['training']:.2f}"]),
        ("CPU seconds in all", [f"{it['all']:.1f}" for it in costs]),
        ("seconds in all", [f"{it['wall']:.1f}" for it in costs]),
        ("memory, MB", [f"{it['memory']:,.0f}" for it in costs]),
    ]
    print(f"{'':26}" + "".join(f"{name:>12}" for name, _, _ in columns))
    for name, values in table:
        print(f"{name:26}" + "".join(f"{value:>12}" for value in values))
    print(f"Acquaint matches {costs[1]['matching'] / costs[0]['matching']:.1f} times as many candidates a CPU second")


if __name__ == "__main__":
    main()
