// Answers with what the imports of the same names answer.

import theirs from "patchbay:kinds/echo@1.0.0";
import theirCounters from "patchbay:kinds/counters@1.0.0";

export const echo = Object.fromEntries(Object.entries(theirs).map(([name, ask]) => [name, (...args) => ask(...args)]));

// A counter of ours has one of theirs, and stands for it.
class Counter {
  constructor(start) {
    this.theirs = start instanceof theirCounters.Counter ? start : new theirCounters.Counter(start);
  }

  add(n) {
    return this.theirs.add(n);
  }

  value() {
    return this.theirs.value();
  }

  static merge(a, b) {
    return new Counter(theirCounters.Counter.merge(a.theirs, b.theirs));
  }

  static sum(all) {
    return Number(theirCounters.Counter.sum(all.map((c) => c.theirs)));
  }
}

export const counters = {
  Counter,
  split: (c, parts) => theirCounters.split(c.theirs, parts).map((part) => new Counter(part)),
  open: (start) => new Counter(theirCounters.open(start)),

  pass(c) {
    const back = theirCounters.pass(c && c.theirs);
    return back && new Counter(back);
  },

  alive: () => theirCounters.alive(),
};
