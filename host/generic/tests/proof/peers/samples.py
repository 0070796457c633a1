"""Values by a model: deterministic, and hostile to whoever writes or reads them carelessly."""

import base64
import datetime
import random

TEXTS = [
    "plain",
    "two words",
    "a b/c+d&e=f",
    'x,y "z" \\',
    "<t>&amp;'",
    "na\u00efve ~*()!",
    "100% #1?",
    "\u65e5\u672c \U0001f680",
    "[]{}:;@$",
    "-1",
    "true",
    "null",
]
# Not in headers and paths, which cannot have them.
BODY_TEXTS = TEXTS + ["", "line\nline", "\ttab", "a\r\nb", " space around ", "\u2028\u0085"]
INTEGERS = [0, 1, -7, 2**31 - 1, -(2**31)]
LONGS = [0, -1, 2**53 + 1, 2**63 - 1, -(2**63)]
FLOATS = [0.0, 1.5, -0.25, 3.0, 1e-7, 123456789.125]
# Seconds since 1970; milliseconds, because no service keeps more.
TIMES = [1700000000, 1700000000.123, 0, -86400, 951827696.5]
BLOBS = [b"", b"hello", bytes(range(256)), b"<\x00\xff>"]

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

DEEPEST = 6
MOST_VALUES = 400


class Sampler:
    """Makes one value; `seed` decides which."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.values = 0

    def structure(self, shape, depth, _texts):
        if getattr(shape, "is_document_type", False):
            return {"a": [1, "x \u00e9<", {"b": True, "c": -2.5}], "d": {}}
        return self.members(shape, {}, depth)

    def members(self, shape, texts, depth=0):
        """The members of a structure. `texts` has the choices of those that cannot have every text."""
        names = list(shape.members)
        required = set(shape.required_members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.member_of_union(shape, names, depth)] if names else []
            required = set(names)
        out = {}
        for name in names:
            if name in required or self.wants_more(depth):
                out[name] = self.value(shape.members[name], depth + 1, texts.get(name, BODY_TEXTS))
        return out

    def member_of_union(self, shape, names, depth):
        """A scalar one where it is deep enough, so that a value ends."""
        scalar = [n for n in names if shape.members[n].type_name not in ("structure", "list", "map")]
        return self.random.choice(scalar if scalar and depth >= DEEPEST else names)

    def wants_more(self, depth):
        return depth < DEEPEST and self.values < MOST_VALUES and self.random.random() < (0.97 if depth < 2 else 0.7)

    def value(self, shape, depth, texts=BODY_TEXTS):
        self.values += 1
        return getattr(self, shape.type_name, self.string)(shape, depth, texts)

    def is_empty(self, depth):
        return depth > DEEPEST or self.values > MOST_VALUES or self.random.random() < 0.1

    def list(self, shape, depth, texts):
        if self.is_empty(depth):
            return []
        size = self.random.choice([1, 2, 3])
        return [self.value(shape.member, depth + 1, texts) for _ in range(size)]

    def map(self, shape, depth, texts):
        if self.is_empty(depth):
            return {}
        keys = shape.key.enum or ["key-1", "k 2/\u00e9&<\"", "3"]
        keys = self.random.sample(keys, min(len(keys), 2))
        return {key: self.value(shape.value, depth + 1, texts) for key in keys}

    def string(self, shape, depth, texts):
        return self.random.choice(shape.enum) if getattr(shape, "enum", None) else self.random.choice(texts)

    def integer(self, shape, depth, texts):
        return self.random.choice(INTEGERS)

    def long(self, shape, depth, texts):
        return self.random.choice(LONGS)

    def double(self, shape, depth, texts):
        return self.random.choice(FLOATS)

    float = double

    def boolean(self, shape, depth, texts):
        return self.random.random() < 0.5

    def timestamp(self, shape, depth, texts):
        milliseconds = round(self.random.choice(TIMES) * 1000)
        return EPOCH + datetime.timedelta(milliseconds=milliseconds)

    def blob(self, shape, depth, texts):
        return self.random.choice(BLOBS)


def document(value):
    """A value as the host takes and gives it: bytes in base64, times in RFC 3339."""
    if isinstance(value, dict):
        return {key: document(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [document(item) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    return value
