/** The style sheet of a page: light or dark by the reader's system, one column on a phone, wide tables in scrolling boxes. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --card: #fff; --ink: #1b1f27; --muted: #5c6470; --line: #dfe3e9;
  --model: #2563c9; --second: #8a93a1; --third: #b3541e; --baseline: #8a93a1;
  --hit: 37 99 201; --miss: 201 84 30; --up: #17713a; --down: #b42318; --on-dark: #fff; --shade: rgb(20 30 50 / .22);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151b; --card: #1a1e26; --ink: #e8ebf0; --muted: #a0a9b6; --line: #303744;
    --model: #7fb0ff; --second: #98a2b1; --third: #ef9a64; --baseline: #7d8796;
    --hit: 96 150 240; --miss: 226 120 66; --up: #6fcf94; --down: #ff8f85; --on-dark: #0c0f14; --shade: rgb(0 0 0 / .6);
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1240px; padding: 28px 20px 48px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif;
}
h1 { font-size: 26px; line-height: 1.25; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 40px 0 12px; letter-spacing: -.005em; }
h3 { font-size: 14px; font-weight: 600; margin: 0; color: var(--muted); }
section > h3 { margin: 20px 0 6px; }
p { margin: 0 0 10px; }
.note { color: var(--muted); font-size: 14px; }
.number, .big, dd { font-variant-numeric: tabular-nums; }
.up { color: var(--up); } .down { color: var(--down); }
.name { color: var(--muted); font-weight: 400; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 16px 18px; margin: 0; min-width: 0; }
.cards { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 250px), 1fr)); margin-bottom: 14px; }
.big { font-size: 34px; font-weight: 650; line-height: 1.15; margin: 4px 0 12px; letter-spacing: -.02em; }
.change { font-size: 15px; font-weight: 400; letter-spacing: 0; } .change.up, .change.down { font-weight: 600; white-space: nowrap; }
.verdict { font-size: 17px; font-weight: 550; margin-bottom: 4px; }
.bar { display: grid; grid-template-columns: 1fr auto; gap: 3px 10px; font-size: 13px; color: var(--muted); margin-top: 8px; }
.bar span + span { font-variant-numeric: tabular-nums; color: var(--ink); }
.bar i { grid-column: 1 / -1; height: 7px; border-radius: 4px; background: linear-gradient(var(--bar), var(--bar)) 0 / calc(100% * var(--share)) 100% no-repeat var(--line); }
.bar.model { --bar: var(--model); } .bar.baseline { --bar: var(--baseline); }

.charts { display: grid; gap: 14px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); margin-bottom: 14px; }
.charts figure { max-width: 620px; }
figcaption { font-weight: 600; font-size: 14px; margin-bottom: 8px; }
.charts svg { display: block; width: 100%; height: auto; }

.scroll { overflow: auto; max-width: 100%; background: linear-gradient(90deg, var(--card) 60%, transparent) 0 0 / 24px 100% no-repeat local, linear-gradient(270deg, var(--card) 60%, transparent) 100% 0 / 24px 100% no-repeat local, linear-gradient(90deg, var(--shade), transparent) 0 0 / 10px 100% no-repeat, linear-gradient(270deg, var(--shade), transparent) 100% 0 / 10px 100% no-repeat var(--card); border: 1px solid var(--line); border-radius: 10px; }
.scroll.tall { max-height: min(90vh, 900px); width: fit-content; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
caption { text-align: left; padding: 10px 14px 4px; font-weight: 600; }
th, td { text-align: left; padding: 7px 14px; vertical-align: top; font-weight: 400; }
thead th { font-weight: 600; font-size: 13px; color: var(--muted); white-space: nowrap; }
tbody tr, tfoot tr { border-top: 1px solid var(--line); }
tfoot th, tfoot td { font-weight: 600; }
th.number, td.number { text-align: right; white-space: nowrap; }
th button { all: unset; cursor: pointer; }
th button:hover { color: var(--ink); }
th button:focus-visible { outline: 2px solid var(--model); outline-offset: 3px; border-radius: 3px; }
th[aria-sort] button::after { content: " ↑"; } th[aria-sort="descending"] button::after { content: " ↓"; }
.sortable tbody th { min-width: 150px; max-width: 460px; overflow-wrap: anywhere; }
.f1 { background: linear-gradient(rgb(var(--hit) / .18), rgb(var(--hit) / .18)) right / calc(100% * var(--share)) 100% no-repeat; }
tbody .f1 { font-weight: 600; }

.matrix { width: auto; border-collapse: separate; border-spacing: 0; font-size: 13px; }
.matrix th, .matrix td { padding: 4px 6px; border: 0 solid var(--line); border-width: 0 1px 1px 0; background-clip: padding-box; }
.matrix td { text-align: center; vertical-align: middle; min-width: 38px; height: 30px; font-variant-numeric: tabular-nums; }
.matrix td.hit { background-color: rgb(var(--hit) / var(--share, 0)); font-weight: 600; }
.matrix td.miss { background-color: rgb(var(--miss) / calc(.08 + .92 * var(--share))); }
.matrix td.dark { color: var(--on-dark); }
.matrix thead th { position: sticky; top: 0; z-index: 1; background: var(--card); text-align: center; vertical-align: bottom; }
.matrix th[scope="row"], .matrix .corner { position: sticky; left: 0; z-index: 1; background: var(--card); text-align: left; vertical-align: middle; }
.matrix thead .corner { z-index: 2; font-weight: 400; white-space: nowrap; }
.matrix th[scope="row"] span { display: block; max-width: 300px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.turned thead th:not(.corner) span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 190px; overflow: hidden; text-overflow: ellipsis; }
.scroll + .note, .bar + .note { margin-top: 8px; }
.pairs { margin: 0; padding-left: 22px; overflow-wrap: anywhere; } .pairs li { margin: 3px 0; }

.errors td:nth-child(2), .errors td:nth-child(3) { min-width: 150px; width: 24%; overflow-wrap: anywhere; } .errors td.text { min-width: 240px; overflow-wrap: anywhere; white-space: pre-line; }
.halves { display: grid; gap: 0 28px; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); }
dl { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 4px 18px; }
dl div { display: flex; justify-content: space-between; gap: 16px; padding: 7px 0; border-top: 1px solid var(--line); font-size: 14px; }
dl div:first-child { border-top: 0; }
dt { color: var(--muted); } dd { margin: 0; text-align: right; overflow-wrap: anywhere; min-width: 0; }
.legend dt::before { content: "●"; color: var(--curve); margin-right: 8px; } .legend dd { overflow-wrap: normal; }
.listing td:first-child { min-width: 170px; overflow-wrap: anywhere; }
.options th { color: var(--muted); white-space: nowrap; width: 1%; } .options td { overflow-wrap: anywhere; min-width: 180px; }
.line { display: block; color: var(--muted); font-size: 12px; }
.best td { font-weight: 600; } .best b { color: var(--up); margin-right: 6px; }
details { margin-top: 12px; } summary { cursor: pointer; color: var(--muted); font-size: 14px; padding: 2px 0 8px; } summary:hover { color: var(--ink); }
summary:focus-visible, pre:focus-visible { outline: 2px solid var(--model); outline-offset: 3px; border-radius: 3px; }
pre { margin: 0; padding: 12px 14px; overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px; font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; tab-size: 2; }
.samples .card { margin-bottom: 12px; } .samples dl { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 4px 14px; border: 0; padding: 6px 0 0; }
.samples dd { text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; }
.listing mark { background: none; color: var(--model); letter-spacing: -1px; }
.usage details { margin-top: 4px; }
footer { margin-top: 40px; color: var(--muted); font-size: 13px; }
@media (max-width: 600px) {
  body { padding: 18px 14px 36px; }
  .card { padding: 14px; } th, td { padding: 6px 8px; }
  .sortable tbody th { min-width: 96px; } .sortable, .listing { font-size: 13px; } .listing td:first-child { min-width: 120px; }
  .errors td:nth-child(2), .errors td:nth-child(3) { min-width: 84px; } .errors td.text { min-width: 170px; }
  .charts figure { padding: 12px 6px 6px; } .charts figcaption { padding-left: 8px; }
  .matrix th[scope="row"] span { max-width: 120px; } .matrix .corner { font-size: 11px; }
}
@media print { .scroll, .scroll.tall { overflow: visible; max-height: none; } .card, .scroll { break-inside: avoid; } }
`;
