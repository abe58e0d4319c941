/** The page's own style, for light and for dark, for a desk and for a phone. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfbf9;--ink:#1d2733;--soft:#5d6b7a;--line:#dfe3e8;--card:#fff;--load:#7a8ba3;
--needed:#c9d2de;--serving:#2f6f9f;--own:#12805c;--bad:#c93636;--spare:#d9a441;--moving:#a9b6c4;--used:#5b7083}
@media (prefers-color-scheme:dark){:root{--paper:#12171d;--ink:#e6eaef;--soft:#9aa8b7;--line:#2b343f;--card:#191f27;
--load:#7d8fa8;--needed:#3a4653;--serving:#63b0e3;--own:#3ecb98;--bad:#ff6f6f;--spare:#d9a441;--moving:#566575;
--used:#8ba0b5}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:28px 20px 60px;background:var(--paper);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
h1{font-size:24px;line-height:1.25;margin:0 0 4px}
h2{font-size:17px;margin:36px 0 6px}
h3{font-size:14px;margin:22px 0 4px;font-weight:600}
h3 small{font-weight:400;color:var(--soft);font-size:13px;margin-left:8px}
p{margin:6px 0 10px;max-width:76ch}
.soft,.legend,caption,footer{color:var(--soft);font-size:13px}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:12px;margin:18px 0 0;padding:0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.figures dt{color:var(--soft);font-size:13px}
.figures dd{margin:2px 0 0;font-size:22px;font-variant-numeric:tabular-nums}
.figures dd small{display:block;font-size:13px;color:var(--soft)}
.good{color:var(--own)}.bad{color:var(--bad)}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:14px}
th,td{padding:7px 12px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500;font-size:13px;white-space:normal;vertical-align:bottom}
th:first-child,td:first-child{text-align:left}
tr:last-child td{border-bottom:0}
tr.own td{font-weight:600}tr.own td:first-child{color:var(--own)}
.chart{display:grid;grid-template-columns:52px 1fr;grid-template-rows:124px}
.chart.tall{grid-template-rows:260px}
.chart svg{width:100%;height:100%;overflow:visible;display:block}
.chart .times,.chart .strip{grid-column:2;height:18px}.chart .strip{height:12px}
.chart .plot{overflow:hidden;border-bottom:1px solid var(--line)}
.chart.tall .plot{overflow:visible;border-left:1px solid var(--line)}
.tick{fill:var(--soft);font-size:11px}
.load{fill:var(--load)}.needed{fill:var(--needed)}.grid{stroke:var(--soft)}
.band{fill:var(--serving);fill-opacity:.28}.serving{stroke:var(--serving)}
.own .band{fill:var(--own)}.own .serving{stroke:var(--own)}
.violation{fill:var(--bad);stroke:var(--bad);vector-effect:non-scaling-stroke;stroke-width:1px}
.budget{stroke:var(--bad)}
.other circle{fill:var(--used)}g.own circle{fill:var(--own)}.number{fill:var(--card);font-size:11px;font-weight:600}
.keys{display:flex;flex-wrap:wrap;gap:2px 16px;margin:8px 0 0;padding:0;list-style:none;max-width:none}
.zone:hover{fill:var(--ink);fill-opacity:.07}
.bars{display:grid;grid-template-columns:max-content 1fr max-content;gap:2px 12px;align-items:center}
.bars .bar{width:100%;height:22px;display:block}
.bars .cost{text-align:right;font-variant-numeric:tabular-nums}
.bar .needed,.swatch.needed{fill:var(--used);background:var(--used)}
.bar .spare,.swatch.spare{fill:var(--spare);background:var(--spare)}
.bar .moving,.swatch.moving{fill:var(--moving);background:var(--moving)}
.swatch{display:inline-block;width:11px;height:11px;border-radius:2px;margin:0 2px 0 10px;vertical-align:-1px}
.swatch.area{background:var(--needed)}.swatch.line{background:var(--serving)}.swatch.broken{background:var(--bad)}
pre{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;overflow-x:auto;
font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
ul{padding-left:20px;max-width:76ch}li{margin:3px 0}
footer{margin-top:44px;border-top:1px solid var(--line);padding-top:10px}
@media (max-width:640px){body{padding:18px 12px 40px;font-size:14px}h1{font-size:20px}.minor{display:none}
.chart{grid-template-columns:38px 1fr}th,td{padding:6px 8px}}
@media print{body{max-width:none}.scroll{overflow:visible}h3,.chart{break-inside:avoid}}
`;
