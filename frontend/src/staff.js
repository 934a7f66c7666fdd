import "./js/menu.js";
import "./js/dialog.js";
import "./js/toast.js";
import "./js/forms.js";
import "./js/date-range.js";
import "./js/tree-select.js";
import "./js/table-cards.js";
import "./js/upload.js";
import "./js/chart.js";
import { start } from "./js/ready.js";

document.documentElement.classList.add("js");
start();
