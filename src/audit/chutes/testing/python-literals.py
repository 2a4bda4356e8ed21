"""What Python itself makes of texts that a column of metrics may hold: writes python-literals.json beside this file."""

import ast
import json
import math
import pathlib
import random

KEYS = ["p", "nc", "steps", "masps", "it", "ot", "maspt", "tokens"]
random.seed(64)


def number():
    return random.choice(
        [
            lambda: random.randrange(-5, 4000),
            lambda: random.random() * 10 ** random.randrange(-12, 9),
            lambda: -random.random(),
            lambda: 10.0 ** random.randrange(-300, 15),
            lambda: float(random.randrange(1000)),
        ]
    )()


def metrics():
    held = {}
    names = KEYS + ["tps", "ctps", "ttft", "tt", "mc", "ptps", "otps", "sps", "note"]
    for name in random.sample(names, random.randrange(len(names))):
        if name == "p":
            held[name] = random.choice([True, False, None])
        elif name == "note":
            held[name] = random.choice(["it's", 'say "nc"', "'nc': 5", "\n\t\\", "τ", [1, (2,), {"nc": 9}], "", ()])
        else:
            held[name] = random.choice([number(), number(), None])
    return repr(held)


HOSTILE = [
    "{}", " { } ", "{'nc': 1, 'nc': 2}", "{'p': True, 'p': False}", "{'nc': 1,}", "{'nc': 1 , }", '{"nc": 1.5}',
    "{'nc': nan}", "{'nc': inf}", "{'nc': 1e400}", "{'tps': 1e400}", "{'nc': -1e-400}", "{'nc': 1_000}", "{'nc': 0x10}",
    "{'nc': 012}", "{'nc': 00}", "{'nc': 1.}", "{'nc': .5}", "{'nc': +3}", "{'nc': 1e+3}", "{'nc': 1E3}", "{'nc': 1j}",
    "{'nc': 1 + 1}", "{'nc': __import__('os').system('true')}", "{'nc': (lambda: 1)()}", "__import__('os')", "{'nc': x}",
    "{'nc': [1, 2}", "{'nc': 'a' 'b'}", "{'nc': '1.5'}", "{'nc': True}", "{'p': 1}", "{'p': 'True'}", "{nc: 1}", "{'nc' 1}",
    "{'nc': 1} {'nc': 2}", "{'nc': 1}; 5", "{'nc': 1}\n", "{'nc': 1}#x", "{'\\x6ec': 7}", "{'n\\143': 7}", "{'n' 'c': 7}",
    "{'\\N{LATIN SMALL LETTER N}c': 7}", "{b'nc': 1}", "{u'nc': 1}", "{1: 2, 'nc': 3}", "{(1,): 2, 'nc': 3}", "{'x': {'nc': 1}}",
    "{'x': 'nc', 'nc': 4}", "{'x': \"'nc': 9\", 'nc': 4}", "{'nc': 123456789012345678}", "{'nc': 9007199254740993}",
    "{'nc': 1e15}", "{'nc': 999999999999999}", "{'nc': -0.0}", "[1]", "None", "''", "'{\\'nc\\': 1}'", "{'nc': None}",
    "{'nc'\u00a0: 1}", "{'nc': ١}", "{'nc': 1", "'nc': 1}", "{'nc': 1}}", "{'a': [[[]]], 'nc': 5}", "{'nc': --1}", "{'nc': - 1}",
    "{" + "'a': " + "[" * 60 + "]" * 60 + ", 'nc': 1}", "{'nc': 5, 'it': 3, 'nc': None}", "{'nc': 0.1, 'steps': 30, 'masps': 1e-05}",
]


def judged(text):
    """The values of our keys; None for what is no dictionary literal, or has one of them as what it cannot be."""
    try:
        held = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    if not isinstance(held, dict) or any(isinstance(v, float) and not math.isfinite(v) for v in held.values()):
        return None
    found = {key: held.get(key) for key in KEYS}
    if not (found["p"] is None or isinstance(found["p"], bool)):
        return None
    for key in KEYS[1:]:
        value = found[key]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) >= 1e15:
            return None
        found[key] = float(value)
    return found


texts = HOSTILE + [metrics() for _ in range(400)]
path = pathlib.Path(__file__).with_suffix(".json")
path.write_text("[\n" + ",\n".join(json.dumps([text, judged(text)]) for text in texts) + "\n]\n")
