// What scrolls sideways in its own frame can be reached and scrolled by keyboard.
"use strict";

function makeReachable() {
  const parts = "main table, main .math, main mjx-container, main pre";
  for (const part of document.querySelectorAll(parts)) {
    if (part.scrollWidth > part.clientWidth) {
      part.tabIndex = 0;
    } else {
      part.removeAttribute("tabindex");
    }
  }
}

window.addEventListener("load", () => {
  makeReachable();
  window.MathJax?.startup?.promise?.then(makeReachable);
});
window.addEventListener("resize", makeReachable);
