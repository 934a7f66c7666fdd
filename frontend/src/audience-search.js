// Finding a label by part of it, by its code, or by the first letters of its pinyin (性别: xb).
const SYLLABLES = "阿八嚓哒妸发旮哈丌咔垃妈拏噢妑七呥仨它穵夕丫帀";
const LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ";
const order = new Intl.Collator("zh-Hans-CN-u-co-pinyin");
const known = new Map();

// The browser sorts Chinese by pinyin, so a character lies between the first ones of two letters. One that has
// several readings is found by its most common one.
export function initials(text) {
  if (!known.has(text)) known.set(text, [...text].map(initial).join("").toLowerCase());
  return known.get(text);
}

function initial(character) {
  if (!/[\u3400-\u9fff]/.test(character)) return /[\w]/.test(character) ? character : "";
  let letter = "";
  [...SYLLABLES].forEach((first, place) => {
    if (order.compare(first, character) <= 0) letter = LETTERS[place];
  });
  return letter;
}

// How well an option fits: 0 begins so, 1 holds it, 2 by pinyin or code, 3 by its description; null: not at all.
export function fit(option, typed) {
  const wanted = typed.trim().toLowerCase();
  const label = option.label.toLowerCase();
  if (!wanted || label.startsWith(wanted)) return 0;
  if (label.includes(wanted)) return 1;
  const letters = /^[a-z0-9]+$/.test(wanted);
  if ((letters && initials(option.label).includes(wanted)) || String(option.value).toLowerCase().includes(wanted)) return 2;
  return wanted.length > 1 && option.hint?.toLowerCase().includes(wanted) ? 3 : null;
}

export function matching(options, typed) {
  const rated = options.map((option) => [fit(option, typed), option]).filter(([fits]) => fits !== null);
  if (typed.trim()) rated.sort(([one], [other]) => one - other);
  return rated.map(([, option]) => option);
}
