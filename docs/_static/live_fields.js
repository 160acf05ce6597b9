// What live pages share: fields for numbers, how numbers are written, and what is said aloud.
"use strict";

// The number in a text, with the minus sign of a keyboard or of books; NaN where there is none.
function numberIn(text) {
  const typed = text.trim().replace("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(typed) ? Number(typed) : NaN;
}

// What is wrong with what a field holds; "" where nothing is.
function faultOf({ value, dataset: { low, high, whole } }) {
  const number = numberIn(value);
  if (value.trim() === "") return "is empty";
  if (Number.isNaN(number)) return `holds no number such as ${whole ? "20" : "−1.5"}`;
  if (number < Number(low) || number > Number(high)) {
    return `takes numbers from ${minus(low)} to ${minus(high)}`;
  }
  return whole && !Number.isInteger(number) ? "takes whole numbers" : "";
}

// Call follow({name of a field: its number}) now, after every change, and by the function that is
// returned. While a field holds no number its last one counts, and `notice` says so.
function followNumbers(fields, notice, follow) {
  const values = {};
  for (const field of fields) values[field.name] = Number(field.defaultValue);
  function read() {
    const faults = [];
    for (const field of fields) {
      const fault = faultOf(field);
      field.setAttribute("aria-invalid", String(fault !== ""));
      if (!fault) values[field.name] = numberIn(field.value);
      const counts = minus(values[field.name]);
      if (fault) faults.push(`The field “${field.dataset.name}” ${fault}; ${counts} counts.`);
    }
    if (notice.textContent !== faults.join(" ")) notice.textContent = faults.join(" ");
    follow(values);
  }
  for (const field of fields) field.addEventListener("input", read);
  read();
  return read;
}

// A number with the sign that books print.
function minus(number) {
  return String(number).replace("-", "−");
}

// Say a sentence once nothing has changed for a moment: a slider isn't read out at each step.
function sayWhenStill(place, sentence) {
  clearTimeout(place.timer);
  place.timer = setTimeout(() => {
    place.textContent = sentence;
  }, 400);
}

// Add a part to an SVG: its name, its attributes, its text.
function draw(svg, name, attributes, text) {
  const part = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) part.setAttribute(key, value);
  if (text !== undefined) part.textContent = text;
  svg.append(part);
  return part;
}
