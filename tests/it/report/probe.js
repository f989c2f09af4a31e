// Loads PAGE at each width and measures what is shown. It runs in a page around the report: the report has no script.
const WIDTHS = [320, 390, 768, 920, 1280];
const shown = (element) => element.getClientRects().length > 0;
const about = (element) => `${element.id || element.className?.baseVal || element.className || element.tagName}: ${element.textContent.slice(0, 50)}`;

// Text as runs on the screen: a text and its tspans are one run.
function texts(svg) {
  return [...svg.querySelectorAll("text")].map((text) => ({ text: text.textContent, box: text.getBoundingClientRect(), size: parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a }));
}

function measure(width, frame) {
  const page = frame.contentDocument;
  const root = page.documentElement;
  const found = { width, scroll: root.scrollWidth, client: root.clientWidth, wide: [], drawings: 0, blank: [], outside: [], overlaps: [], small: [], errors: [] };
  for (const element of page.querySelectorAll("body *:not(svg *)")) {
    if (shown(element) && !element.closest("thead") && element.getBoundingClientRect().right > width + 0.5) found.wide.push(about(element));
  }
  for (const svg of page.querySelectorAll("svg")) {
    if (!shown(svg)) continue;
    found.drawings += 1;
    const frameBox = svg.getBoundingClientRect();
    const marks = [...svg.querySelectorAll("path,rect,circle")].filter((mark) => !mark.closest("defs"));
    if (frameBox.width < 5 || frameBox.height < 3 || !marks.some((mark) => { const box = mark.getBBox(); return box.width + box.height > 0; })) found.blank.push(svg.id);
    const runs = texts(svg);
    for (const [index, run] of runs.entries()) {
      const { box } = run;
      if (box.left < frameBox.left - 0.6 || box.right > frameBox.right + 0.6 || box.top < frameBox.top - 0.6 || box.bottom > frameBox.bottom + 0.6) found.outside.push(`${svg.id}: ${run.text}`);
      if (run.size < 7.9) found.small.push(`${svg.id}: ${run.text} ${run.size}`);
      for (const other of runs.slice(index + 1)) {
        // The box of a line of text is taller than its letters: rows may touch.
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 0.5 && down > 0.34 * Math.min(box.height, other.box.height)) found.overlaps.push(`${svg.id}: ${run.text} | ${other.text}`);
      }
    }
  }
  found.fetched = frame.contentWindow.performance.getEntriesByType("resource").map((entry) => entry.name);
  const parsed = new DOMParser().parseFromString(PAGE.replace("<!DOCTYPE html>", ""), "application/xhtml+xml");
  if (parsed.querySelector("parsererror")) found.errors.push(parsed.querySelector("parsererror").textContent);
  return found;
}

const load = (width) => new Promise((resolve) => {
  const frame = document.createElement("iframe");
  frame.style.cssText = `border:0;width:${width}px;height:4000px`;
  frame.onload = () => { frame.contentDocument.fonts.ready.then(() => { const found = measure(width, frame); frame.remove(); resolve(found); }); };
  frame.srcdoc = PAGE;
  document.body.append(frame);
});

(async () => {
  const all = [];
  for (const width of WIDTHS) all.push(await load(width));
  const result = document.createElement("pre");
  result.id = "found";
  result.textContent = JSON.stringify(all);
  document.body.append(result);
})();
