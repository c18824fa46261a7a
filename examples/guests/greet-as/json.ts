// Reads the little JSON that the example needs: one string member of an
// object. The whole document is checked (RFC 8259), down to 127 levels.

const MAX_DEPTH = 127;

/** The string under key in the object that document is. It is empty when there
 * is none, or when document is not JSON. */
export function stringMember(document: ArrayBuffer, key: string): string {
  const reader = new Reader(document);
  if (reader.peek() != 0x7b) return "";
  const found = reader.object(1, key);
  return reader.peek() == -1 && !reader.bad ? found : "";
}

/** The text as a JSON string. */
export function quote(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c == 0x22) out += '\\"';
    else if (c == 0x5c) out += "\\\\";
    else if (c == 0x08) out += "\\b";
    else if (c == 0x09) out += "\\t";
    else if (c == 0x0a) out += "\\n";
    else if (c == 0x0c) out += "\\f";
    else if (c == 0x0d) out += "\\r";
    else if (c < 0x20) out += "\\u00" + (c < 0x10 ? "0" : "") + c.toString(16);
    else out += text.charAt(i);
  }
  return out + '"';
}

/** A reader that has met an error stays where it is and reads no more. */
class Reader {
  private bytes: Uint8Array;
  private at: i32 = 0;
  bad: bool = false;

  constructor(document: ArrayBuffer) {
    this.bytes = Uint8Array.wrap(document);
  }

  /** The next byte that is not a space, or -1 at the end and after an error. */
  peek(): i32 {
    let c = this.here();
    while (c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d) {
      this.at++;
      c = this.here();
    }
    return this.bad ? -1 : c;
  }

  /** Reads an object and returns the last value under key if it is a string. */
  object(depth: i32, key: string | null): string {
    let found = "";
    if (depth > MAX_DEPTH) this.bad = true;
    this.expect(0x7b);
    if (this.accept(0x7d)) return found;
    do {
      this.peek();
      const name = this.string();
      this.expect(0x3a);
      if (key === null || name != key) this.skip(depth + 1);
      else if (this.peek() == 0x22) found = this.string();
      else {
        found = "";
        this.skip(depth + 1);
      }
    } while (this.accept(0x2c));
    this.expect(0x7d);
    return found;
  }

  private here(): i32 {
    return this.at < this.bytes.length ? this.bytes[this.at] : -1;
  }

  private next(): i32 {
    const c = this.bad ? -1 : this.here();
    if (c >= 0) this.at++;
    return c;
  }

  private accept(c: i32): bool {
    if (this.peek() != c) return false;
    this.at++;
    return true;
  }

  private expect(c: i32): void {
    if (!this.accept(c)) this.bad = true;
  }

  private skip(depth: i32): void {
    const c = this.peek();
    if (c == 0x7b) this.object(depth, null);
    else if (c == 0x5b) this.list(depth);
    else if (c == 0x22) this.string();
    else if (c == 0x74) this.word("true");
    else if (c == 0x66) this.word("false");
    else if (c == 0x6e) this.word("null");
    else this.number();
  }

  private list(depth: i32): void {
    if (depth > MAX_DEPTH) this.bad = true;
    this.expect(0x5b);
    if (this.accept(0x5d)) return;
    do this.skip(depth + 1);
    while (this.accept(0x2c));
    this.expect(0x5d);
  }

  private word(word: string): void {
    for (let i = 0; i < word.length; i++) {
      if (this.next() != word.charCodeAt(i)) this.bad = true;
    }
  }

  private number(): void {
    this.accept(0x2d);
    const zero = this.here() == 0x30;
    const n = this.digits();
    if (n == 0 || (zero && n > 1)) this.bad = true;
    if (this.here() == 0x2e) {
      this.at++;
      if (this.digits() == 0) this.bad = true;
    }
    if ((this.here() | 0x20) == 0x65) {
      this.at++;
      if (this.here() == 0x2b || this.here() == 0x2d) this.at++;
      if (this.digits() == 0) this.bad = true;
    }
  }

  private digits(): i32 {
    const from = this.at;
    while (this.here() >= 0x30 && this.here() <= 0x39) this.at++;
    return this.at - from;
  }

  private string(): string {
    let out = "";
    this.expect(0x22);
    for (let c = this.next(); c != 0x22; c = this.next()) {
      if (c < 0x20) this.bad = true;
      if (this.bad) return "";
      out += String.fromCodePoint(c == 0x5c ? this.escape() : c < 0x80 ? c : this.multibyte(c));
    }
    return out;
  }

  private escape(): i32 {
    const c = this.next();
    if (c == 0x22 || c == 0x5c || c == 0x2f) return c;
    if (c == 0x62) return 0x08;
    if (c == 0x66) return 0x0c;
    if (c == 0x6e) return 0x0a;
    if (c == 0x72) return 0x0d;
    if (c == 0x74) return 0x09;
    if (c == 0x75) return this.unicode();
    this.bad = true;
    return 0;
  }

  /** Reads what follows \u; half a surrogate pair is an error. */
  private unicode(): i32 {
    const v = this.hex4();
    if (v < 0xd800 || v > 0xdfff) return v;
    if (v > 0xdbff || this.next() != 0x5c || this.next() != 0x75) {
      this.bad = true;
      return 0;
    }
    const low = this.hex4();
    if (low < 0xdc00 || low > 0xdfff) {
      this.bad = true;
      return 0;
    }
    return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
  }

  private hex4(): i32 {
    let v = 0;
    for (let i = 0; i < 4; i++) {
      const c = this.next();
      const low = c | 0x20;
      if (c >= 0x30 && c <= 0x39) v = v * 16 + c - 0x30;
      else if (low >= 0x61 && low <= 0x66) v = v * 16 + low - 0x61 + 10;
      else this.bad = true;
    }
    return v;
  }

  /** Reads the rest of a character of two to four bytes, if it is UTF-8. */
  private multibyte(lead: i32): i32 {
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    let v = lead & (0x3f >> more);
    for (let i = 0; i < more; i++) {
      const c = this.next();
      if (c < 0 || (c & 0xc0) != 0x80) this.bad = true;
      v = (v << 6) | (c & 0x3f);
    }
    const least = more == 1 ? 0x80 : more == 2 ? 0x800 : 0x10000;
    const surrogate = v >= 0xd800 && v <= 0xdfff;
    if (lead < 0xc2 || lead > 0xf4 || v < least || v > 0x10ffff || surrogate) this.bad = true;
    return this.bad ? 0 : v;
  }
}
