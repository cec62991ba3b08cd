// Practice: how an answer is read while it is written, numbered lines and public checks, as on a paper.
import { previewFields } from "./preview.js";
import { numberLines } from "./editor.js";
import { valuesOf } from "./fields.js";

const form = document.querySelector("form[data-practice]");

if (form) {
  previewFields(form, valuesOf(form), form.dataset.practice);
  numberLines(form);
}
