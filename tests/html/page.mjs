// Opens the page of a report in headless Chromium, light and dark, narrow and wide, and as on paper, and looks at what a
// reader meets: what axe finds, what runs over the edge, what the console says, where Tab goes.
//
//   node page.mjs CHROMIUM PAGE.html [FOLDER_FOR_PICTURES]
//
// Says what is wrong, a line each, and at the end "N passed, M failed, 0 skipped".
import axe from "axe-core";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, pictures] = process.argv.slice(2);
let passed = 0, failed = 0;
function check(name, problems) {
  if (problems.length === 0) {
    passed += 1;
    return;
  }
  failed += 1;
  console.log(`FAILED: ${name}`);
  for (const problem of problems) console.log(`  ${problem}`);
}

// Each element that Tab reaches, until it comes back to the start or leaves the page.
async function reachedByTab(page) {
  const reached = [];
  for (let i = 0; i < 100; ++i) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return {
        name: element.getAttribute("aria-labelledby") ?? element.getAttribute("href"),
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        seen: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
      };
    });
    if (at === null || at.name === reached[0]?.name) break;
    reached.push(at);
  }
  return reached;
}

// Texts whose contrast with what is behind them is below 4.5 to 1. axe does not judge what lies over something that
// scrolls, which is most of a narrow page.
function faintTexts() {
  const colour = (text) => {
    const parts = text.match(/[\d.]+/g).map(Number);
    return { rgb: parts.slice(0, 3), opaque: (parts[3] ?? 1) === 1 };
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const { rgb, opaque } = colour(getComputedStyle(at).backgroundColor);
      if (opaque) return rgb;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let count = 0;
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (texts.currentNode.textContent.trim() === "") continue;
    const style = getComputedStyle(element);
    const box = element.previousElementSibling;
    // A text of the picture stands in the box before it, or on the page.
    const under = element.tagName === "text" && box?.tagName === "rect" ? colour(getComputedStyle(box).fill).rgb : behind(element);
    const text = colour(element.tagName === "text" ? style.fill : style.color).rgb;
    const [dark, bright] = [light(text), light(under)].sort((a, b) => a - b);
    const ratio = (bright + 0.05) / (dark + 0.05);
    count += 1;
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} to 1: ${texts.currentNode.textContent.slice(0, 40)}`);
  }
  return count < 100 ? [`only ${count} texts`] : faint;
}

async function look(browser, colorScheme, width) {
  const name = `${colorScheme}, ${width} pixels wide`;
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const said = [], asked = [];
  page.on("console", (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => said.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  check(`${name}: the console is silent`, said.splice(0));
  check(`${name}: nothing else is loaded`, asked.filter((other) => other !== url));

  const widths = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(`${name}: the page does not run over the edge`, widths[0] > widths[1] ? [`${widths[0]} of ${widths[1]}`] : []);

  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = background.match(/\d+/g).map(Number).reduce((a, b) => a + b) < 382;
  check(`${name}: its colours are those of the reader's system`, dark === (colorScheme === "dark") ? [] : [background]);

  const reached = await reachedByTab(page);
  const names = reached.map((at) => at.name);
  const regions = await page.evaluate(() =>
    [...document.querySelectorAll("[role=region]")].map((region) => region.getAttribute("aria-labelledby")));
  check(`${name}: Tab begins at the link over the header`, names[0] === "#main" ? [] : [`it begins at ${names[0]}`]);
  check(`${name}: Tab reaches each table`,
    regions.length < 6 ? [`only ${regions.length} tables`] : regions.filter((region) => !names.includes(region)));
  check(`${name}: the focus is seen`, reached.filter((at) => !at.outlined || !at.seen).map((at) => at.name));
  await page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });

  check(`${name}: no text is faint`, await page.evaluate(faintTexts));

  // Its script comes from the debugger, which the page's own policy does not hold back.
  await page.evaluate(axe.source);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations", "incomplete"] }));
  check(`${name}: axe finds nothing serious`,
    found.violations.filter((rule) => ["serious", "critical"].includes(rule.impact))
      .map((rule) => `${rule.id}: ${rule.help}: ${rule.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`));
  for (const rule of found.violations) {
    if (!["serious", "critical"].includes(rule.impact)) console.log(`${name}: axe, ${rule.impact}: ${rule.id}: ${rule.help}`);
  }
  const unsure = found.incomplete.filter((rule) => rule.id === "color-contrast").flatMap((rule) => rule.nodes);
  console.log(`${name}: axe: ${found.passes.length} rules hold, contrast is uncertain in ${unsure.length} places`);
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, `${colorScheme}-${width}.png`), fullPage: true });
  await context.close();
}

// A page of A4 paper with margins of 1.5 cm is 680 pixels wide. What runs over its edge would be lost.
async function lookAtPaper(browser) {
  const context = await browser.newContext({ colorScheme: "dark", viewport: { width: 680, height: 1000 } });
  const page = await context.newPage();
  await page.emulateMedia({ media: "print" });
  await page.goto(pathToFileURL(file).href);
  check("on paper: nothing runs over the edge", await page.evaluate(() =>
    [...document.querySelectorAll("table, svg, p, h1, h2")].filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.querySelector("caption")?.textContent ?? element.tagName)));
  check("on paper: the paper is white", await page.evaluate(() => {
    const colour = getComputedStyle(document.body).backgroundColor;
    return colour === "rgb(255, 255, 255)" ? [] : [colour];
  }));
  check("on paper: no text is faint", await page.evaluate(faintTexts));
  if (pictures !== undefined) await page.screenshot({ path: join(pictures, "paper.png"), fullPage: true });
  await context.close();
}

// Playwright gives the browser a new empty folder below TMPDIR for all it keeps.
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 360, 1600, 1920]) await look(browser, colorScheme, width);
  }
  await lookAtPaper(browser);
} finally {
  await browser.close();
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed === 0 ? 0 : 1;
