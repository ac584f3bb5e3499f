import { dark, light, type ColourToken } from './tokens.js';

const properties = (tokens: Record<ColourToken, string>): string =>
  Object.entries(tokens)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');

/** The style of the report file: tokens as custom properties, light and dark, screen and print. */
export const style = `
:root{color-scheme:light dark;${properties(light)}}
@media screen and (prefers-color-scheme:dark){:root{${properties(dark)}}}
*{box-sizing:border-box}
html{font-size:100%;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--surface);color:var(--ink);font:1rem/1.5 "Source Sans 3","Segoe UI",system-ui,-apple-system,Roboto,"DejaVu Sans",sans-serif;font-variant-numeric:tabular-nums lining-nums}
.skip{position:absolute;left:-999rem}
.skip:focus{left:1rem;top:1rem;background:var(--surface);padding:.5rem}
header,main,footer{max-width:75rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:1rem}
.marking{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;justify-content:space-between;font-size:.8rem;color:var(--ink3);border-bottom:1px solid var(--rule);padding-bottom:.5rem;margin:0;max-width:none}
.marking strong{color:var(--ink);letter-spacing:.02em}
h1{font-size:1.8rem;line-height:1.33;margin:1.75rem 0 .1rem}
h2{font-size:1.4rem;line-height:1.3;margin:3rem 0 1rem}
h3{font-size:1.2rem;line-height:1.25;margin:2rem 0 .75rem}
.under{color:var(--ink2);margin:0 0 1.5rem;max-width:48rem}
.verdict{border-left:4px solid;padding:1.1rem 1.25rem;margin:0 0 1.75rem}
.verdict p{margin:0;color:var(--ink);max-width:60rem}
.verdict .words{font-size:1.8rem;line-height:1.33;font-weight:600;color:inherit}
.verdict .why{font-size:1.2rem;line-height:1.35;font-weight:600;margin-top:.35rem}
.verdict .qualified strong{font-weight:400}.verdict .qualified{font-size:1.2rem;line-height:1.35;margin-top:.75rem}
.verdict .beside{margin-top:.5rem;color:var(--ink2)}
.mark{display:inline-block;vertical-align:baseline;margin-right:.35em;flex:none}
${(['onTarget', 'attention', 'offTarget', 'notObserved', 'accepted'] as const)
  .map(
    (tone) =>
      `.${tone}{color:var(--${tone})}.verdict.${tone}{background:var(--${tone}Tint);border-color:var(--${tone})}`,
  )
  .join('')}
.status{white-space:nowrap;font-weight:600}td .status.accepted{display:inline-block;white-space:normal;min-width:8rem}
.front{display:grid;gap:1.5rem 3rem;margin-bottom:1.5rem}
@media (min-width:48rem){.front{grid-template-columns:2fr 1fr}}
.front h2,.asked h2{margin:0 0 .75rem;font-size:1.2rem}.asked{margin-top:2rem}.score .spark{margin-top:.75rem;font-size:.8rem}
.messages{margin:0;padding:0;list-style:none;counter-reset:m}
.messages li{counter-increment:m;position:relative;padding:0 0 .85rem 2rem}
.messages li::before{content:counter(m);position:absolute;left:0;font-weight:600;color:var(--ink3)}
.score{background:var(--surface2);padding:1rem 1.25rem;align-self:start}
.score .value{font-size:2.4rem;line-height:1.2;font-weight:600;margin:0}
.score .value small{font-size:1rem;font-weight:400;color:var(--ink2)}
.score .unknown{font-size:1.2rem;line-height:1.35}
.score ul{list-style:none;margin:.4rem 0 0;padding:0;color:var(--ink2)}
.score li:nth-child(n+3){color:var(--ink);font-weight:600}
.decisions{margin:0;padding-left:1.5rem}
.decisions li{margin-bottom:.85rem;max-width:60rem}
.decisions strong{display:block}
.scroller{overflow-x:auto;margin:1.75rem 0 1.5rem}h2+.scroller,h3+.scroller,p+.scroller{margin-top:0}
.scroller:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;min-width:46rem;font-size:.85rem;line-height:1.4}
caption{text-align:left;color:var(--ink2);padding:0 0 .5rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .85rem .4rem 0;border-bottom:1px solid var(--rule);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;border-bottom:1px solid var(--ruleStrong);vertical-align:bottom}
tfoot th,tfoot td{font-weight:600;border-top:1px solid var(--ruleStrong);border-bottom:0}
.r{text-align:right}
thead .r{text-align:right}
.id,.status,time{white-space:nowrap}
.long{overflow-wrap:anywhere;min-width:9rem}
.small{display:block;color:var(--ink3)}
.kpi tbody th{min-width:12rem}.kpi thead th{white-space:nowrap}.kpi td .small{white-space:normal;min-width:7rem}.kpi td{white-space:nowrap}
.kpi .bar svg{display:block}
.spark{display:flex;align-items:center;gap:.35rem;color:var(--ink3)}
svg{overflow:visible;font-family:inherit}
.note{color:var(--ink2);font-size:.85rem;margin:-.75rem 0 1.5rem}
p,.plain li{max-width:48rem}
dl{display:grid;gap:.1rem 1.5rem;margin:0 0 1.5rem}
dt{color:var(--ink2)}dd{margin:0 0 .6rem;overflow-wrap:anywhere}
@media (min-width:40rem),print{dl{grid-template-columns:minmax(7rem,max-content) 1fr;row-gap:.3rem}dd{margin:0}}
code{font-family:inherit;overflow-wrap:anywhere}
a{color:var(--accent);text-underline-offset:.15em}
.id{white-space:nowrap}
.ref{white-space:nowrap;font-size:.85rem}.small .ref{font-size:inherit}
figure{margin:0 0 1.5rem}figcaption{color:var(--ink2);font-size:.85rem;margin-bottom:.5rem}
footer{color:var(--ink3);font-size:.8rem;padding-top:1rem;padding-bottom:2rem;margin-top:3rem}
footer p{border-top:1px solid var(--rule);padding-top:.75rem;max-width:none;overflow-wrap:anywhere}
@page{margin:16mm 14mm}
@media print{table{min-width:0}.front{grid-template-columns:2fr 1fr}body{font-size:10pt}html{font-size:10pt}header,main,footer{max-width:none;padding:0}.scroller{overflow:visible}thead{display:table-header-group}tr,.verdict,.score,.decisions li,.messages li,figure{break-inside:avoid}h2,h3,caption{break-after:avoid}.page{break-before:page}.skip{display:none}.kpi td{white-space:normal}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
`
  .trim()
  .replace(/\n/g, '');
