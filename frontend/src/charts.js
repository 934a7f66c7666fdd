// ECharts, only the parts we draw with: on canvas, with tooltips on the canvas too, so that no markup is injected.
import { BarChart, LineChart, PieChart, SankeyChart, ScatterChart } from "echarts/charts";
import { AriaComponent, DatasetComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, registerTheme, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, LineChart, PieChart, SankeyChart, ScatterChart, AriaComponent, DatasetComponent, GridComponent,
  LegendComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const line = "#dfe3e8", muted = "#5f6772";
const axis = {
  axisLine: { lineStyle: { color: line } }, axisTick: { show: false },
  axisLabel: { color: muted }, splitLine: { lineStyle: { color: "#eceff2" } }, nameTextStyle: { color: muted },
};

registerTheme("huiqun", {
  color: ["#1f6feb", "#13a8a0", "#e8a217", "#8a5cd6", "#e0603f", "#5b8c2a", "#3f4a5c", "#c9417f"],
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12, color: "#1f2329" },
  categoryAxis: { ...axis, splitLine: { show: false } }, valueAxis: { ...axis, axisLine: { show: false } },
  timeAxis: { ...axis, splitLine: { show: false } }, logAxis: axis,
  legend: { textStyle: { color: "#414852" }, itemWidth: 14, itemHeight: 8 },
  line: { symbolSize: 6, lineStyle: { width: 2 } },
  bar: { itemStyle: { borderRadius: [3, 3, 0, 0] } },
});

const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

export function draw(place, options) {
  const chart = init(place, "huiqun", { renderer: "canvas" });
  const isAxis = Boolean(options.xAxis);
  chart.setOption({
    animation: !calm, animationDuration: 400,
    aria: { enabled: true },
    ...(isAxis && { grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true } }),
    ...options,
    tooltip: { trigger: isAxis ? "axis" : "item", confine: true, ...options.tooltip, renderMode: "richText" },
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}
