"""The rows of an export, read the usual way: Python's csv, the metrics by ast.literal_eval, and out again for COPY.

Usage: usual-way.py FILE...   (writes PostgreSQL's CSV to stdout; prints nothing else)
It does what the published auditor's loader did (chutes.md, sections 5 and 9), with its columns and no others.
"""

import ast
import csv
import json
import sys

COLUMNS = [
    "parent_invocation_id", "invocation_id", "chute_id", "function_name", "instance_id", "miner_uid", "miner_hotkey",
    "started_at", "completed_at", "error_message", "compute_multiplier", "bounty",
]


def main():
    out = csv.writer(sys.stdout)
    for path in sys.argv[1:]:
        with open(path, newline="") as file:
            for row in csv.DictReader(file):
                if int(row["miner_uid"]) < 0:
                    continue
                metrics = row["metrics"]
                out.writerow([row[name] for name in COLUMNS] + [json.dumps(ast.literal_eval(metrics)) if metrics else ""])


main()
