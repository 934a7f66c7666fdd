// What can be undone: texts of the rule. Changes of one control in a row are one step.
export class History {
  constructor(text) {
    this.past = [];
    this.now = text;
    this.future = [];
    this.key = null;
  }

  push(text, key = null) {
    if (text === this.now) return;
    if (key === null || key !== this.key) this.past.push(this.now);
    this.now = text;
    this.key = key;
    this.future = [];
  }

  undo() {
    return this.step(this.past, this.future);
  }

  redo() {
    return this.step(this.future, this.past);
  }

  // The text that is current then; null when there is nothing to go to.
  step(from, to) {
    if (!from.length) return null;
    to.push(this.now);
    this.now = from.pop();
    this.key = null;
    return this.now;
  }
}
