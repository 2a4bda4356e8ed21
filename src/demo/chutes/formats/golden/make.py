"""Writes python.json: what CPython makes of some values. Run with any Python 3.9 or later: python make.py"""
import csv, io, json, pathlib
from datetime import datetime, timedelta, timezone

FLOATS = [0.0, -0.0, 1.0, -3.0, 0.1, 1 / 3, 1e-4, 1.5e-4, 1e-5, 1.25e-7, 123456.789, 1e15, 1e16, 1.5e16, 1e22, 2.5e-310, 0.00012345, -0.00099, 5e-324]
VALUES = [
    None, True, False, 0, -7, 9007199254740991, "", "plain", "it's", 'say "hi"', "both ' and \"",
    "back\\slash", "line\nbreak\r\ttab", "\x00\x1b\x7f", "caf\u00e9 \u2603 \U0001f98a", "\u202eright",
    [], {}, [1, 2.0, None], {"p": True, "nc": 1e-05, "it": 12, "s": "x'y"},
]
ROWS = [
    ["a", 1, 2.0, None, True, 1e-05], ["comma, here", 'quote " here', "line\nbreak", "cr\rhere", " blank ", "'"],
    [{"p": True, "steps": 30, "masps": 0.5}, "", None, "", -1, "caf\u00e9"], [None], [""], ["x"], [],
]
SPECIALS = [float("nan"), float("inf"), float("-inf")]

AT = datetime(2025, 2, 10, 15, 51, 19, 216856)
INSTANCE = {
    "instance_id": "i-1", "chute_id": "c-1", "version": "v-1", "created_at": AT.isoformat(),
    "verified_at": (AT + timedelta(minutes=1)).isoformat(), "deleted_at": None, "deletion_reason": None, "miner_uid": "7",
    "miner_hotkey": "5Hot", "region": "caf\u00e9", "activated_at": datetime(2025, 2, 10, 15, 53).isoformat(), "billed_to": None,
    "stop_billing_at": None, "compute_multiplier": 3.0, "hourly_rate": 0.45, "valid_termination": False, "bounty": True,
}
HISTORY = {"instance_id": "i-1", "compute_multiplier": 3.0, "started_at": datetime(2025, 2, 10, 15, 53).isoformat(), "ended_at": None}
REPORT = {
    "instance_audit": [INSTANCE],
    "csv_exports": {"invocations": {"path": "invocations/2025/02/10/16.csv", "sha256": "ab"}},
    "compute_history": [HISTORY],
}
HEADER = (
    "parent_invocation_id,invocation_id,chute_id,chute_user_id,function_name,image_id,image_user_id,instance_id,"
    "miner_uid,miner_hotkey,started_at,completed_at,error_message,compute_multiplier,bounty,metrics"
).split(",")
CALL = ["p-1", "n-1", "c-1", "u-1", "chat_stream", "m-1", "o-1", "i-1", 7, "5Hot", AT]
METRICS = {"p": True, "it": 12, "ot": 3, "maspt": 0.25, "nc": 1e-05}
CALLS = [
    HEADER,
    CALL + [AT + timedelta(seconds=2), None, 3.0, 100, METRICS],
    CALL + [AT + timedelta(seconds=2), 'Traceback:\n  File "/app/x.py", line 1\n', 3.0, 0, None],
    CALL + [None, None, 3.0, 0, None],
]
COMPLAINTS = [
    ["invocation_id", "user_id", "timestamp", "confirmed_at", "confirmed_by", "reason"],
    ["p-1", "u-2", AT.replace(tzinfo=timezone.utc), datetime(2025, 2, 10, 15, 53, tzinfo=timezone.utc), "u-3", 'says "no", twice'],
]


def table(rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


text = io.StringIO(newline="")
csv.writer(text).writerows(ROWS)
golden = {
    "floats": [[repr(value), json.dumps(value)] for value in FLOATS],
    "values": [[json.dumps(value), repr(value)] for value in VALUES],
    "csv": text.getvalue(),
    "report": json.dumps(REPORT),
    "invocations": table(CALLS),
    "complaints": table(COMPLAINTS),
    "specials": [[repr(value), json.dumps(value)] for value in SPECIALS],
}
pathlib.Path(__file__).with_name("python.json").write_text(json.dumps(golden, indent=1) + "\n")
