// A rule as the builder holds it: groups {mode, items} and conditions (the rule's own objects). No document here.
export const MODES = ["all", "any", "none"];

export const isGroup = (item) => Array.isArray(item.items);

// "none" is written {"not": {"any": […]}}; what was written {"not": condition} stays so while it holds one item.
function groupOf(node) {
  if (Array.isArray(node?.all)) return { mode: "all", items: node.all };
  if (Array.isArray(node?.any)) return { mode: "any", items: node.any };
  if (Array.isArray(node?.not?.any)) return { mode: "none", items: node.not.any };
  if (node?.not) return { mode: "none", items: [node.not], bare: true };
  return null;
}

// The tree of a rule; throws where `knows` does not know a condition's field.
export function readTree(rule, knows) {
  const read = (node) => {
    const group = groupOf(node);
    if (group) return { ...group, items: group.items.map(read) };
    if (typeof node?.field !== "string" || !knows(node)) throw new Error("not a condition");
    return structuredClone(node);
  };
  const root = read(rule && Object.keys(rule).length ? rule : { all: [] });
  return isGroup(root) ? root : { mode: "all", items: [root], lone: true };
}

// Groups with nothing in them are not written; the root may hold nothing: everybody.
const isWritten = (item) => !isGroup(item) || item.items.some(isWritten);

export function writeTree(root) {
  const write = (item) => {
    if (!isGroup(item)) return item;
    const items = item.items.filter(isWritten).map(write);
    if (item.mode === "none") return { not: isBare(item) ? items[0] : { any: items } };
    return { [item.mode]: items };
  };
  if (!isWritten(root)) return { all: [] };
  const written = write(root);
  return isLone(root) ? written.all[0] : written;
}

const written = (group) => group.items.filter(isWritten);
const isBare = (group) => Boolean(group.bare) && written(group).length === 1;
const isLone = (root) => Boolean(root.lone) && root.mode === "all" && written(root).length === 1;

// Where the server says an item is: "rule.all[0].not.any[1]".
export function pathIn(group, path, item) {
  const place = written(group).indexOf(item);
  if (isLone(group)) return path;
  if (group.mode !== "none") return `${path}.${group.mode}[${place}]`;
  return isBare(group) ? `${path}.not` : `${path}.not.any[${place}]`;
}

export function parentOf(root, wanted) {
  if (root.items.includes(wanted)) return root;
  for (const item of root.items) {
    const found = isGroup(item) && parentOf(item, wanted);
    if (found) return found;
  }
  return null;
}

export const holds = (group, wanted) => group === wanted || (isGroup(group) && group.items.some((item) => holds(item, wanted)));

export function remove(root, item) {
  const parent = parentOf(root, item);
  parent.items.splice(parent.items.indexOf(item), 1);
}

// Takes the item to `index` of `group`, counted before it is taken out. False where that would change nothing.
export function move(root, item, group, index) {
  const from = parentOf(root, item);
  const place = from.items.indexOf(item);
  if (holds(item, group) || (from === group && (index === place || index === place + 1))) return false;
  from.items.splice(place, 1);
  group.items.splice(from === group && index > place ? index - 1 : index, 0, item);
  return true;
}

// What a key does to an item: up and down among its neighbours and out at the ends, right into the group beside it,
// left out of its group.
export function shift(root, item, key) {
  const parent = parentOf(root, item);
  const place = parent.items.indexOf(item);
  const above = parentOf(root, parent);
  const outside = above?.items.indexOf(parent);
  if (key === "ArrowUp") return place ? move(root, item, parent, place - 1) : Boolean(above) && move(root, item, above, outside);
  if (key === "ArrowDown") {
    if (place < parent.items.length - 1) return move(root, item, parent, place + 2);
    return Boolean(above) && move(root, item, above, outside + 1);
  }
  if (key === "ArrowLeft") return Boolean(above) && move(root, item, above, outside + 1);
  const [before, after] = [parent.items[place - 1], parent.items[place + 1]];
  if (before && isGroup(before)) return move(root, item, before, before.items.length);
  return Boolean(after && isGroup(after)) && move(root, item, after, 0);
}

export function duplicate(root, item) {
  const parent = parentOf(root, item);
  const copy = structuredClone(item);
  parent.items.splice(parent.items.indexOf(item) + 1, 0, copy);
  return copy;
}

// Puts an item in a group of its own, where alternatives to it can be added.
export function wrap(root, item) {
  const parent = parentOf(root, item);
  const group = { mode: parent.mode === "any" ? "all" : "any", items: [item] };
  parent.items.splice(parent.items.indexOf(item), 1, group);
  return group;
}

// Takes a group away and leaves its items in its place.
export function dissolve(root, group) {
  const parent = parentOf(root, group);
  parent.items.splice(parent.items.indexOf(group), 1, ...group.items);
}
