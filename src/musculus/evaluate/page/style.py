"""How the page looks, light and dark, on a desk and on a phone."""

STYLE = """
:root { color-scheme: light dark; --paper: #fbfaf7; --sheet: #fff; --ink: #1d2326; --quiet: #5d6870; --line: #e2e0d8;
  --a: #1f6a71; --b: #b3541f; --c: #5b4bb0; --d: #7a7f1d; --e: #a02c6b; --f: #2a6fd0; --bad: #b3341f; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181a; --sheet: #1b2124; --ink: #e6e9e8; --quiet: #98a5ab;
  --line: #2c3438; --a: #6cc3c9; --b: #f0a06e; --c: #a99cf0; --d: #c9cd6a; --e: #ec8fc0; --f: #86b6f6;
  --bad: #f2866e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.2rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 1rem 0 0; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
p { max-width: 46rem; margin: .4rem 0; overflow-wrap: anywhere; }
.quiet, figcaption, th { color: var(--quiet); }
.note { border-left: 3px solid var(--b); padding: .3rem .8rem; background: var(--sheet); }
.bad { border-left-color: var(--bad); }
.wide { overflow-x: auto; }
:focus-visible { outline: 2px solid var(--a); outline-offset: 2px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table { border-collapse: collapse; background: var(--sheet); border: 1px solid var(--line); width: 100%; }
th, td { text-align: left; padding: .4rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; font-size: .85rem; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .text { min-width: 17rem; }
td:first-child { min-width: 7rem; }
td small { color: var(--quiet); }
.plots { display: flex; flex-wrap: wrap; gap: 1.2rem; }
figure { margin: .6rem 0; flex: 1 1 20rem; max-width: 30rem; min-width: 0; }
figcaption { font-size: .88rem; }
svg { display: block; width: 100%; height: auto; background: var(--sheet); border: 1px solid var(--line); }
svg text { font: 11px system-ui, sans-serif; fill: var(--quiet); }
svg .axis { stroke: var(--line); } svg .chance { stroke: var(--quiet); stroke-dasharray: 3 4; fill: none; }
svg .curve { fill: none; stroke-width: 1.8; }
svg.bar { width: 100px; min-width: 70px; border: 0; background: none; }
.key { display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .88rem; margin: .3rem 0; }
.key i { display: inline-block; width: .9rem; height: .25rem; margin-right: .4rem; vertical-align: middle; }
@media (max-width: 40rem) { td .text { min-width: 26rem; } }
code { font: .9em ui-monospace, monospace; }
"""
COLOURS = ("a", "b", "c", "d", "e", "f")
