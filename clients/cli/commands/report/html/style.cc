#include "cli/commands/report/html/style.h"

namespace leadline::cli {
namespace {

// Text has a contrast of at least 4.5 to 1 with what is behind it, in both schemes and on every shade.
constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --raised: #f4f6f8; --text: #1b2229; --quiet: #55606b; --line: #d3dae1; --link: #0a58a8;
  --most: #0b63b5; --middle: #78afe0; --least: #c9dff3; --track: #eceff2; --bad: #b4361e; --back: #b0660a;
  --on1: #edf5fc; --on2: #d2e6f8; --on3: #a8cdf0; --on4: #74b0e6;
  --back1: #fdf4e5; --back2: #fae4c1; --back3: #f3cb8c; --back4: #e8b05c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #10151a; --raised: #1a2129; --text: #e7edf3; --quiet: #a3b0bd; --line: #36414c; --link: #7dbbf5;
    --most: #5aa9f0; --middle: #2f6fae; --least: #234a70; --track: #222b34; --bad: #ff8f78; --back: #e0a04a;
    --on1: #16273a; --on2: #1a3957; --on3: #1f4d7c; --on4: #27629f;
    --back1: #2b2213; --back2: #463414; --back3: #634814; --back4: #7f5b14;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.5rem 0; }
h2 { font-size: 1.3rem; line-height: 1.25; margin: 0 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 48rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; top: 0; padding: 0.5rem 1rem; background: var(--page); z-index: 2; }
.skip:focus { left: 0; }
.quiet, caption, footer { color: var(--quiet); }
.warning { border-left: 4px solid var(--bad); padding-left: 0.75rem; }
dl { margin: 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
.about { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: 0.75rem; margin: 1.25rem 0; }
.figures div { background: var(--raised); border: 1px solid var(--line); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
.figures dd { font-size: 1.5rem; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.figures dd.more { font-size: 0.875rem; font-weight: 400; color: var(--quiet); }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 0; }
nav a { display: inline-block; padding: 0.25rem 0; }
section { margin-top: 2.25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
code { font: 0.9em ui-monospace, "DejaVu Sans Mono", monospace; background: var(--raised); padding: 0.1em 0.3em; border-radius: 0.25rem; }
.scroll { overflow-x: auto; margin: 0.75rem 0; max-width: 100%; }
.few { max-width: 48rem; }
table { border-collapse: collapse; width: 100%; overflow-wrap: break-word; font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: 0.35rem; }
caption span, .group span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 2.5rem); }
th, td { padding: 0.35rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle; }
thead th { vertical-align: bottom; color: var(--quiet); font-weight: 600; }
th[scope="row"] {
  position: sticky; left: 0; z-index: 1; background: var(--page); font-weight: 600;
}
th bdi { display: inline-block; max-width: 16rem; }
.group th { background: var(--raised); }
.number { text-align: right; white-space: nowrap; }
thead .number { white-space: normal; }
.picture { min-width: 8rem; width: 30%; }
tfoot th, tfoot td { font-weight: 600; border-top: 2px solid var(--quiet); }
.bar { display: block; width: 100%; height: 0.8rem; }
.track { fill: var(--track); } .most { fill: var(--most); } .middle { fill: var(--middle); } .least { fill: var(--least); }
.bad { fill: var(--bad); }
.key { display: inline-block; width: 0.9rem; height: 0.9rem; vertical-align: -0.1rem; margin-right: 0.3rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; margin: 0.5rem 0; }
.moves { display: grid; grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); gap: 1.5rem; align-items: start; }
.moves table { width: auto; min-width: 100%; font-size: 0.875rem; }
.moves td, .moves thead th { padding: 0.35rem 0.4rem; }
.moves thead th { white-space: nowrap; }
.arcs { width: 100%; height: auto; max-width: 30rem; display: block; margin: 0 auto; }
.arcs text { fill: var(--text); font-size: 14px; }
.arcs .count { font-size: 13px; stroke: var(--page); stroke-width: 4px; paint-order: stroke; stroke-linejoin: round; }
.arcs .place { fill: var(--raised); stroke: var(--line); }
.arcs path { fill: none; stroke-opacity: 0.6; }
.arcs .forward { stroke: var(--most); } .arcs .backward { stroke: var(--back); }
.arcs .forward-head { fill: var(--most); } .arcs .backward-head { fill: var(--back); }
td.self { background: var(--track); }
.on1 { background: var(--on1); } .on2 { background: var(--on2); } .on3 { background: var(--on3); } .on4 { background: var(--on4); }
.back1 { background: var(--back1); } .back2 { background: var(--back2); } .back3 { background: var(--back3); } .back4 { background: var(--back4); }
rect.on4 { fill: var(--on4); } rect.back4 { fill: var(--back4); }
footer { margin-top: 2.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 0.9375rem; }
@media (max-width: 60rem) { .moves { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 30rem) {
  .about { grid-template-columns: 1fr; gap: 0; }
  .about dd { margin-bottom: 0.4rem; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.5rem; }
  .figures dd { font-size: 1.25rem; }
  .arcs text { font-size: 16px; }
  .arcs .count { font-size: 16px; }
  th bdi { max-width: 7.5rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --raised: #f4f6f8; --text: #000000; --quiet: #404850; --line: #c0c8d0; --link: #000000;
    --most: #0b63b5; --middle: #78afe0; --least: #c9dff3; --track: #eceff2; --bad: #b4361e; --back: #b0660a;
    --on1: #edf5fc; --on2: #d2e6f8; --on3: #a8cdf0; --on4: #74b0e6;
    --back1: #fdf4e5; --back2: #fae4c1; --back3: #f3cb8c; --back4: #e8b05c;
  }
  body { max-width: none; padding: 0; font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .skip, nav { display: none; }
  .scroll { overflow: visible; }
  .moves { display: block; }
  .arcs { max-width: 22rem; margin: 0 0 1rem; }
  table { font-size: 8pt; }
  th, td { padding: 0.2rem 0.25rem; }
  th[scope="row"] { position: static; }
  .picture { min-width: 2.5rem; }
  thead th { white-space: normal; }
  .moves table { font-size: 7.5pt; }
  .moves td, .moves th, .moves thead th { padding: 0.15rem 0.2rem; }
  th bdi { max-width: 8rem; }
  tr, .figures, .arcs { break-inside: avoid; }
  h2, caption { break-after: avoid; }
}
)css";

}  // namespace

std::string_view PageStyle() { return kStyle; }

}  // namespace leadline::cli
