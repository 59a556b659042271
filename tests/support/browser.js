// What a page in a frame looks like; run when every frame is loaded, written where the test reads it.
function probe(frame) {
  const page = frame.contentDocument, all = (what) => [...page.querySelectorAll(what)];
  const wider = (one) => one.scrollWidth > one.clientWidth;
  const root = page.scrollingElement;
  return {
    width: root.clientWidth,
    overflow: root.scrollWidth - root.clientWidth,
    scrolled: all(".table").filter(wider).map((one) => one.innerText.slice(0, 40)),
    headings: all("h1, h2, h3, h4, h5, h6").map((one) => [Number(one.tagName[1]), one.textContent]),
    tables: all("table").length,
    headless: all("table").filter((one) => !one.querySelector("thead th[scope=col]")).map((one) => one.innerText),
    uneven: all("table").filter((one) => new Set([...one.rows].map((row) => row.cells.length)).size > 1).length,
    language: page.documentElement.lang,
    unmarked: all(".en").filter((one) => one.lang !== "en").length,
    links: all("a").map((one) => one.getAttribute("href")),
    broken: all("a").map((one) => one.getAttribute("href")).filter((to) => !page.getElementById(to.slice(1))),
    ids: all("[id]").map((one) => one.id),
    active: all("script, img, link, iframe, object, embed, form, [onload], [onclick], [onerror]").length,
    figures: all(".figure").map((one) => one.textContent),
    folded: all("details").map((one) => one.open),
    cells: all("td").map((one) => one.textContent),
    text: page.body.textContent,
  };
}
addEventListener("load", () => {
  const found = JSON.stringify([...document.querySelectorAll("iframe")].map(probe));
  const plain = found.replace(/[<>&\u0080-\uffff]/g, (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"));
  document.getElementById("probe").textContent = plain;
});
