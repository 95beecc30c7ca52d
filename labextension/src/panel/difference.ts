/** A unified diff as rows of two sides, and what within two lines is another word. */

export interface Piece {
  text: string;
  changed: boolean;
}

/** A line on both sides; null where a side has none. `gap`: lines that are the same are left out here. */
export interface DiffRow {
  a: Piece[] | null;
  b: Piece[] | null;
  same: boolean;
  gap?: boolean;
}

const MOST = 300; // words of a line that are compared one by one

export function sides(diff: string): DiffRow[] {
  const rows: DiffRow[] = [];
  let [gone, come]: [string[], string[]] = [[], []];
  const settle = () => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) {
      const [a, b] = [gone[i], come[i]];
      const [left, right] = a !== undefined && b !== undefined ? words(a, b) : [a === undefined ? null : whole(a), b === undefined ? null : whole(b)];
      rows.push({ a: left, b: right, same: false });
    }
    [gone, come] = [[], []];
  };
  diff.split('\n').forEach((line, i) => {
    if (i < 2 && /^(---|\+\+\+) /.test(line)) return;
    const text = line.slice(1);
    if (line.startsWith('-')) gone.push(text);
    else if (line.startsWith('+')) come.push(text);
    else {
      settle();
      if (line.startsWith('@@')) {
        if (rows.length) rows.push({ a: null, b: null, same: true, gap: true });
      } else rows.push({ a: [{ text, changed: false }], b: [{ text, changed: false }], same: true });
    }
  });
  settle();
  return rows;
}

const whole = (text: string): Piece[] => [{ text, changed: true }];

/** Two lines, with the words that only one of them has marked: by the longest row of words that they share. */
export function words(a: string, b: string): [Piece[], Piece[]] {
  const split = (text: string): string[] => text.match(/\s+|\w+|[^\s\w]/gu) ?? [];
  const [one, other] = [split(a), split(b)];
  if (one.length > MOST || other.length > MOST) return [whole(a), whole(b)];
  const long = Array.from({ length: one.length + 1 }, () => new Uint16Array(other.length + 1));
  for (let i = one.length - 1; i >= 0; i--)
    for (let j = other.length - 1; j >= 0; j--) long[i]![j] = one[i] === other[j] ? long[i + 1]![j + 1]! + 1 : Math.max(long[i + 1]![j]!, long[i]![j + 1]!);
  const [left, right]: [Piece[], Piece[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < one.length || j < other.length) {
    if (i < one.length && j < other.length && one[i] === other[j]) {
      add(left, one[i++]!, false);
      add(right, other[j++]!, false);
    } else if (j >= other.length || (i < one.length && long[i + 1]![j]! >= long[i]![j + 1]!)) add(left, one[i++]!, true);
    else add(right, other[j++]!, true);
  }
  return [left, right];
}

function add(pieces: Piece[], text: string, changed: boolean): void {
  const last = pieces.at(-1);
  if (last?.changed === changed) last.text += text;
  else pieces.push({ text, changed });
}
