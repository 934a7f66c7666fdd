// One text field with marks behind its words. The field stays what the form sends.
import { changeBetween, moved, unitsOf } from "./code-points.js";

const RANK = { block: 0, high: 1, warn: 2 };

export class CopyField {
  constructor(control) {
    this.control = control;
    this.marks = [];
    this.shown = control.value;
    this.box = document.createElement("span");
    this.box.className = control.tagName === "TEXTAREA" ? "copy-box copy-box-long" : "copy-box";
    this.ground = document.createElement("span");
    this.ground.className = "copy-ground";
    this.ground.setAttribute("aria-hidden", "true");
    control.before(this.box);
    this.box.append(this.ground, control);
    control.addEventListener("scroll", () => this.follow());
    this.draw();
  }

  get name() {
    return this.control.name;
  }

  get text() {
    return this.control.value;
  }

  // Marks come in code points of the text as it is now.
  mark(marks) {
    const units = unitsOf(this.text);
    this.marks = marks.map((mark) => ({ ...mark, start: units(mark.start), end: units(mark.end) }));
    this.shown = this.text;
    this.draw();
  }

  // Between an edit and the next answer, marks stay with their words.
  typed() {
    this.marks = moved(this.marks, this.shown, this.text);
    this.shown = this.text;
    this.draw();
  }

  draw() {
    const text = this.text;
    const cuts = [...new Set([0, text.length, ...this.marks.flatMap((mark) => [mark.start, mark.end])])];
    cuts.sort((one, other) => one - other);
    const pieces = cuts.slice(1).map((end, index) => this.piece(cuts[index], end));
    // A last empty line is as high as any other.
    this.ground.replaceChildren(...pieces, "\u200b");
    this.follow();
  }

  piece(start, end) {
    const words = this.text.slice(start, end);
    const over = this.marks.filter((mark) => mark.start < end && start < mark.end);
    if (!over.length) return document.createTextNode(words);
    over.sort((one, other) => RANK[one.severity] - RANK[other.severity]);
    const made = document.createElement("mark");
    made.className = `mark mark-${over[0].severity}${over.length > 1 ? " mark-several" : ""}`;
    made.dataset.numbers = over.map((mark) => mark.number).join(" ");
    made.textContent = words;
    return made;
  }

  follow() {
    this.ground.scrollLeft = this.control.scrollLeft;
  }

  // The numbers of the findings under the caret.
  under() {
    const { selectionStart: start, selectionEnd: end } = this.control;
    return this.marks.filter((mark) => mark.start <= end && start <= mark.end).map((mark) => mark.number);
  }

  select(number) {
    const mark = this.marks.find((each) => each.number === number);
    if (!mark) return false;
    this.control.focus({ preventScroll: true });
    this.control.setSelectionRange(mark.start, mark.end);
    const piece = [...this.ground.querySelectorAll("mark")].find((each) => each.dataset.numbers.split(" ").includes(String(number)));
    piece?.scrollIntoView({ block: "center", inline: "nearest" });
    this.follow();
    return true;
  }

  // Writes a text as one step that can be undone; false where it does not fit.
  write(after) {
    const most = this.control.maxLength;
    if (most >= 0 && after.length > most) return false;
    const { start, end, newEnd } = changeBetween(this.text, after);
    const words = after.slice(start, newEnd);
    this.control.focus({ preventScroll: true });
    this.control.setSelectionRange(start, end);
    const done = words ? document.execCommand("insertText", false, words) : start === end || document.execCommand("delete");
    if (!done || this.text !== after) {
      this.control.setRangeText(after, 0, this.text.length, "end");
      this.control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    // What is still to be filled in is chosen, to be typed over.
    const blank = /【(?!广告】)[^】{}]+】/.exec(words);
    if (blank) this.control.setSelectionRange(start + blank.index, start + blank.index + blank[0].length);
    else this.control.setSelectionRange(start, newEnd);
    return true;
  }

  // An edit comes in code points of the text as it is now.
  apply({ start, end, put }) {
    const units = unitsOf(this.text);
    return this.write(this.text.slice(0, units(start)) + put + this.text.slice(units(end)));
  }
}
