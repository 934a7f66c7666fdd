// Pages with <div data-rule-builder>: see audience-builder.js. Without this script the rule's JSON remains.
import { Builder } from "./audience-builder.js";
import "./css/rule-builder.css";

for (const place of document.querySelectorAll("[data-rule-builder]")) new Builder(place);
