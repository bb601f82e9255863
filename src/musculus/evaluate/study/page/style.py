"""What the page of a study adds to the look of reports."""

MORE = """
.do { border-left: 3px solid var(--a); padding: .1rem .8rem; }
.do b, .means b { font-weight: 600; }
.short { background: var(--sheet); border: 1px solid var(--line); padding: .4rem 1.1rem .6rem; margin: 1rem 0; }
.short li { margin: .35rem 0; max-width: 46rem; }
.red td { color: var(--bad); } .red td:first-child { border-left: 3px solid var(--bad); }
.heat td { text-align: center; font-variant-numeric: tabular-nums; }
.heat { width: auto; }
svg .dot-changed { fill: var(--b); } svg .dot-little { fill: var(--c); } svg .dot-same { fill: var(--a); }
svg .dot-open { fill: none; stroke: var(--quiet); stroke-width: 1.2; }
svg .corner { font-size: 12px; font-style: italic; opacity: .8; }
svg .named { fill: var(--ink); font-size: 10.5px; }
.wide svg.scatter { min-width: 34rem; }
.scatter { max-width: 46rem; } figure.whole { max-width: none; } h3 { font-size: 1rem; margin: 1rem 0 .3rem; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--a); padding: .4rem 0; }
.tag { display: inline-block; padding: 0 .4rem; border: 1px solid var(--line); font-size: .82rem; white-space: nowrap; }
.tag-changed { color: var(--b); } .tag-same { color: var(--a); } .tag-little { color: var(--c); }
td .about { min-width: 13rem; } td small.warned { color: var(--bad); }
.tag-open { color: var(--quiet); }
@media (max-width: 40rem) {
  .told thead { display: none; } .told tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
  .told td { display: block; border: 0; padding: .1rem .6rem; } .told td.n { text-align: left; }
  .told td.n::before { content: "n = "; } .told td .text { min-width: 0; } .short ul { padding-left: 1.1rem; }
}
"""
