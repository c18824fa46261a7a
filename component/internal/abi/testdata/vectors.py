"""Writes vectors for the canonical ABI: what definitions.py, the executable part
of the Component Model's specification, makes of random values.

    python3 vectors.py DIRECTORY_OF_DEFINITIONS SEED COUNT > vectors.jsonl

Each line is one value of one type. It is lowered from the host's UTF-8 into a
memory ("first"), lifted from there and lowered into another ("second"); with
"mutations", some bytes or slots of the first are changed and it is lifted again,
with a value or a trap.
"""

import json, random, struct, sys

sys.path.insert(0, sys.argv[1])
import definitions as d

d.DETERMINISTIC_PROFILE = True
random.seed(int(sys.argv[2]))

MEMORY = 1 << 13
PRIMITIVES = {
    "bool": d.BoolType, "s8": d.S8Type, "u8": d.U8Type, "s16": d.S16Type, "u16": d.U16Type, "s32": d.S32Type,
    "u32": d.U32Type, "s64": d.S64Type, "u64": d.U64Type, "f32": d.F32Type, "f64": d.F64Type, "char": d.CharType,
    "string": d.StringType,
}
ALPHABETS = ["abc XYZ09", "aé\xff\x80", "aéπ語", "a語😀\U0010ffff", "\x00\x7f\x80\u07ff\u0800\uffff"]
ENCODINGS = ["utf8", "utf16", "latin1+utf16"]


def labels(n):
    return ["l%d" % i for i in range(n)]


def random_type(depth):
    kinds = list(PRIMITIVES) * 2
    if depth > 0:
        kinds += ["list", "fixed", "map", "record", "tuple", "variant", "option", "result", "string"] * 3 + ["enum", "flags"] * 2
    kind, sub = random.choice(kinds), lambda: random_type(depth - 1)
    maybe = lambda: random.choice([None, sub()])
    match kind:
        case "list": return d.ListType(sub())
        case "fixed": return d.ListType(sub(), random.randint(1, 4))
        case "map": return d.MapType(PRIMITIVES[random.choice(["u8", "s64", "char", "string"])](), sub())
        case "record": return d.RecordType([d.FieldType(l, sub()) for l in labels(random.randint(1, 5))])
        case "tuple": return d.TupleType([sub() for _ in range(random.randint(1, 5))])
        case "variant": return d.VariantType([d.CaseType(l, maybe()) for l in labels(random.randint(1, 4))])
        case "enum": return d.EnumType(labels(random.choice([1, 2, 3, 256, 257])))
        case "option": return d.OptionType(sub())
        case "result": return d.ResultType(maybe(), maybe())
        case "flags": return d.FlagsType(labels(random.choice([1, 2, 7, 8, 9, 16, 17, 32])))
    return PRIMITIVES[kind]()


def text(t):
    def fields(word, parts):
        return word + " { " + ", ".join(parts) + " }"
    match t:
        case None: return "_"
        case d.ListType(e, None): return "list<%s>" % text(e)
        case d.ListType(e, n): return "list<%s, %d>" % (text(e), n)
        case d.MapType(k, v): return "map<%s, %s>" % (text(k), text(v))
        case d.RecordType(fs): return fields("record", ["%s: %s" % (f.label, text(f.t)) for f in fs])
        case d.TupleType(ts): return "tuple<%s>" % ", ".join(map(text, ts))
        case d.VariantType(cs): return fields("variant", [c.label + ("(%s)" % text(c.t) if c.t else "") for c in cs])
        case d.EnumType(ls): return fields("enum", ls)
        case d.FlagsType(ls): return fields("flags", ls)
        case d.OptionType(e): return "option<%s>" % text(e)
        case d.ResultType(None, None): return "result"
        case d.ResultType(ok, None): return "result<%s>" % text(ok)
        case d.ResultType(ok, err): return "result<%s, %s>" % (text(ok), text(err))
    return next(name for name, c in PRIMITIVES.items() if type(t) is c)


def random_value(t, size):
    count = random.choice([0, 1, 2, random.randint(0, size)])
    less = max(size // 2, 1)
    match t:
        case d.BoolType(): return random.choice([False, True])
        case d.F32Type(): return struct.unpack("<f", struct.pack("<f", random.uniform(-1e6, 1e6)))[0]
        case d.F64Type(): return random.choice([0.0, -0.0, float("inf"), random.uniform(-1e300, 1e300)])
        case d.CharType(): return random.choice(random.choice(ALPHABETS))
        case d.StringType():
            s = "".join(random.choices(random.choice(ALPHABETS), k=count))
            return (s, "utf8", len(s.encode()))
        case d.ListType(e, None): return [random_value(e, less) for _ in range(count)]
        case d.ListType(e, n): return [random_value(e, less) for _ in range(n)]
        case d.MapType(k, v): return [{"0": random_value(k, less), "1": random_value(v, less)} for _ in range(count)]
        case d.FlagsType(ls): return {l: random.choice([False, True]) for l in ls}
    match d.despecialize(t):
        case d.RecordType(fs): return {f.label: random_value(f.t, less) for f in fs}
        case d.VariantType(cs):
            c = random.choice(cs)
            return {c.label: random_value(c.t, less) if c.t else None}
    bits = int(text(t)[1:])
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if text(t)[0] == "s" else (0, (1 << bits) - 1)
    return random.choice([low, high, random.randint(low, high)])


def plain(v, t):
    """v as JSON: records are lists of fields, variants [case, payload]."""
    match t:
        case d.F32Type(): return struct.unpack("<I", struct.pack("<f", v))[0]
        case d.F64Type(): return struct.unpack("<Q", struct.pack("<d", v))[0]
        case d.CharType(): return ord(v)
        case d.StringType(): return v[0]
        case d.ListType(e, _): return [plain(x, e) for x in v]
        case d.MapType(k, e): return [plain(x, d.TupleType([k, e])) for x in v]
        case d.FlagsType(ls): return sum(1 << i for i, l in enumerate(ls) if v[l])
    match d.despecialize(t):
        case d.RecordType(fs): return [plain(v[f.label], f.t) for f in fs]
        case d.VariantType(cs):
            i, payload = d.match_case(v, cs)
            return [i] if cs[i].t is None else [i, plain(payload, cs[i].t)]
    return v


class Side:
    def __init__(self, encoding):
        self.log, self.end = [], 16
        self.memory = d.MemInst(bytearray(MEMORY), "i32")
        self.opts = d.LiftLowerOptions(encoding, self.memory, None)
        self.cx = d.LiftLowerContext(self.opts, None)
        self.cx.reallocate = self.reallocate

    def reallocate(self, old, old_size, align, new_size):
        if new_size <= old_size and old_size > 0:
            ptr = old
        else:
            ptr = d.align_to(self.end, align)
            self.end = ptr + new_size
            assert self.end <= MEMORY
            self.memory.bytes[ptr : ptr + old_size] = self.memory.bytes[old : old + old_size]
        self.log.append([old, old_size, align, new_size])
        return ptr

    def lower(self, t, v):
        self.flat = d.lower_flat_values(self.cx, d.MAX_FLAT_PARAMS, [v], [t])
        kinds = d.flatten_types([t], self.opts)
        if len(kinds) > d.MAX_FLAT_PARAMS:
            kinds = ["i32"]
        self.kinds = kinds
        self.stack = [slot_bits(x, k) for x, k in zip(self.flat, kinds)]

    def lift(self, t):
        values = d.CoreValueIter([from_bits(x, k) for x, k in zip(self.stack, self.kinds)])
        return d.lift_flat_values(self.cx, d.MAX_FLAT_PARAMS, values, [t])[0]

    def dump(self):
        return {"encoding": self.opts.string_encoding, "stack": self.stack, "kinds": self.kinds, "log": self.log,
                "memory": bytes(self.memory.bytes[: self.end]).hex()}


def slot_bits(x, kind):
    match kind:
        case "f32": return struct.unpack("<I", struct.pack("<f", x))[0]
        case "f64": return struct.unpack("<Q", struct.pack("<d", x))[0]
    return x


def from_bits(x, kind):
    match kind:
        case "f32": return struct.unpack("<f", struct.pack("<I", x))[0]
        case "f64": return struct.unpack("<d", struct.pack("<Q", x))[0]
    return x


def has_nan(v):
    if isinstance(v, (list, dict)):
        return any(has_nan(x) for x in (v.values() if isinstance(v, dict) else v))
    return isinstance(v, float) and v != v


def mutate(side, t):
    kept, stack = bytes(side.memory.bytes), list(side.stack)
    changes = []
    for _ in range(random.randint(1, 3)):
        if random.random() < 0.3:
            i = random.randrange(len(stack))
            width = 64 if side.kinds[i] in ("i64", "f64") else 32
            side.stack[i] = random.choice([side.stack[i] ^ 1 << random.randrange(width), random.getrandbits(width),
                                           random.randrange(MEMORY + 8), random.randrange(8)])
            changes.append(["s", i, side.stack[i]])
        else:
            i = random.randrange(side.end)
            side.memory.bytes[i] = random.choice([0, 1, 0x80, 0xff, 0xd8, random.randrange(256)])
            changes.append(["m", i, side.memory.bytes[i]])
    try:
        value = side.lift(t)
        outcome = None if has_nan(value) else {"changes": changes, "value": plain(value, t)}
    except d.Trap:
        outcome = {"changes": changes, "trap": True}
    side.memory.bytes[:], side.stack = kept, stack
    return outcome if outcome and len(json.dumps(outcome)) < 2000 else None


def vector():
    t = random_type(random.randint(0, 3))
    if d.elem_size(t, "i32") > 2000:
        return None
    v = random_value(t, random.choice([3, 10, 40]))
    first, second = Side(random.choice(ENCODINGS)), Side(random.choice(ENCODINGS))
    first.lower(t, v)
    lifted = first.lift(t)
    second.lower(t, lifted)
    mutations = [m for m in (mutate(first, t) for _ in range(4)) if m]
    flat = d.flatten_types([t], first.opts)
    return {"type": text(t), "layout": [d.elem_size(t, "i32"), d.alignment(t, "i32"), len(flat), d.elem_size(t, "i64")],
            "value": plain(v, t), "first": first.dump(), "second": second.dump(), "mutations": mutations}


written = 0
while written < int(sys.argv[3]):
    try:
        v = vector()
    except AssertionError:  # it did not fit into the memory
        continue
    line = v and json.dumps(v, separators=(",", ":"), ensure_ascii=True)
    if line and len(line) < 6000:
        print(line)
        written += 1
