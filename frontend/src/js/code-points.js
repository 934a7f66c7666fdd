// The server counts Unicode code points, a text field counts UTF-16 units: they differ behind an emoji.

const WIDE = /[\u{10000}-\u{10ffff}]/u;

// A function from code points of the text to its UTF-16 units. Half a pair counts as one of each.
export function unitsOf(text) {
  if (!WIDE.test(text)) return (point) => Math.min(point, text.length);
  const starts = [];
  for (let at = 0; at < text.length; at += text.codePointAt(at) > 0xffff ? 2 : 1) starts.push(at);
  return (point) => (point < starts.length ? starts[point] : text.length);
}

export function lengthOf(text) {
  let count = text.length;
  for (const _ of text.matchAll(/[\u{10000}-\u{10ffff}]/gu)) count -= 1;
  return count;
}

function isHalf(text, at) {
  return /[\ud800-\udbff]/.test(text[at - 1] ?? "");
}

// What one edit changed: `start` is where both texts part, `end` and `newEnd` where they meet again.
export function changeBetween(before, after) {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  let same = 0;
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  // Neither edge may part the two halves of one character.
  if (start && isHalf(before, start)) start -= 1;
  if (same && isHalf(before, before.length - same)) same -= 1;
  return { start, end: before.length - same, newEnd: after.length - same };
}

// Where marks are after an edit: those it touched are gone, those behind it have moved.
export function moved(marks, before, after) {
  const { start, end, newEnd } = changeBetween(before, after);
  const by = newEnd - end;
  return marks.flatMap((mark) => {
    if (mark.end <= start) return [mark];
    if (mark.start >= end) return [{ ...mark, start: mark.start + by, end: mark.end + by }];
    return [];
  });
}
