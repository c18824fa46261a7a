// Answers by itself what it is asked in each function of kinds.wit.

const same = (v) => v;
const float = new DataView(new ArrayBuffer(8));

// A result is an object as an argument; to answer with one is to return or to throw.
function settle({ tag, val }) {
  if (tag === "err") throw val;
  return val;
}

function bits32(v) {
  float.setFloat32(0, v);
  return float.getUint32(0);
}

function bits64(v) {
  float.setFloat64(0, v);
  return float.getBigUint64(0);
}

export const echo = {
  nop() {},

  // This QuickJS has an u32 as if it were an s32.
  add: (a, b) => (a + b) | 0,

  echoMany(a, b, c, d, e, f, g, h, i, j, k, l, m) {
    return [a, b, c >>> 0, d, bits32(e), bits64(f), g, h.length, (i ?? 7) >>> 0, ["red", "green", "blue"].indexOf(j), k.x, k.y, Number(l), m].map(String);
  },

  // This QuickJS takes a Number alone for an s64.
  echoS64: (v) => Number(v),
  echoBool: same,
  echoS8: same,
  echoU8: same,
  echoS16: same,
  echoU16: same,
  echoS32: same,
  echoU32: same,
  echoU64: same,
  echoF32: same,
  echoF64: same,
  echoChar: same,
  echoString: same,
  echoBytes: same,
  echoBools: same,
  echoShorts: same,
  echoLongs: same,
  echoFloats: same,
  echoDoubles: same,
  echoChars: same,
  echoStrings: same,
  echoColors: same,
  echoPoints: same,
  echoReadings: same,
  echoCube: same,
  echoPoint: same,
  echoReading: same,
  echoMixed: same,
  echoShape: same,
  echoShapes: same,
  echoColor: same,
  echoAccess: same,
  echoDays: same,
  echoBits: same,
  echoPair: same,
  echoOption: same,
  echoOptions: same,
  echoResult: settle,
  echoOk: settle,
  echoError: settle,
  echoBare: settle,
  echoJoin: settle,
  echoDeep: same,
};

// How many were made: nothing tells the guest of those that are dropped.
let alive = 0;

class Counter {
  constructor(start) {
    this.count = start;
    alive++;
  }

  add(n) {
    this.count = (this.count + n) | 0;
    return this.count;
  }

  value() {
    return this.count;
  }

  static merge(a, b) {
    return new Counter((a.count + b.count) | 0);
  }

  static sum(all) {
    return all.reduce((sum, c) => sum + c.count, 0);
  }
}

export const counters = {
  Counter,

  split(c, parts) {
    if (parts >>> 0 > 1e6) throw new RangeError("too many parts");
    let left = c.count;
    return Array.from({ length: parts }, (_, i) => {
      const part = Math.trunc(left / (parts - i));
      left -= part;
      return new Counter(part);
    });
  },

  open(start) {
    if (start < 0) throw `${start} is negative`;
    return new Counter(start);
  },

  pass: same,
  alive: () => alive,
};
