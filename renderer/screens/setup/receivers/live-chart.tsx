import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useWords } from '../../../words/index.ts';
import { levelRange } from './level-range.ts';
import { columnMs, type LiveStore } from './live-store.ts';
import styles from './receivers.module.css';

export interface ChartLine {
  code: string;
  /** null: at whichever receiver hears it loudest. */
  receiverId: string | null;
  label: string;
}
export interface ChartLimit {
  dbm: number;
  label: string;
}

const hues = [215, 145, 35, 285, 0, 180, 55, 325];

/** The colour of the n-th line, readable on light and dark alike; lines also differ by their dashes. */
export function lineColor(index: number, dark: boolean): string {
  return `hsl(${hues[index % hues.length]} ${dark ? '75% 68%' : '70% 36%'})`;
}
export const lineDash = (index: number): number[] =>
  index < hues.length ? [] : [2 + 2 * Math.floor(index / hues.length), 4];

interface ChartProps {
  store: LiveStore;
  lines: ChartLine[];
  limits: ChartLimit[];
  label: string;
}

/** Levels of the last minute. Drawn on a canvas four times a second, however many lines there are. */
export function LiveChart(props: ChartProps) {
  const scheme = useComputedColorScheme();
  // Other lines or other colours are another plot; new levels are not.
  const key = props.lines.map(({ code, receiverId }) => `${code} ${receiverId}`).join(' | ');
  return <Plot key={`${scheme} ${key}`} {...props} dark={scheme === 'dark'} />;
}

function Plot(props: ChartProps & { dark: boolean }) {
  const { store, dark, label } = props;
  const { format } = useWords();
  const holder = useRef<HTMLDivElement>(null);
  const limits = useRef(props.limits);
  limits.current = props.limits;
  const lines = useRef(props.lines);
  lines.current = props.lines;

  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue('--k-ink-2').trim();
    const grid = style.getPropertyValue('--k-line').trim();
    const amber = style.getPropertyValue('--k-amber').trim();
    const font = `600 13px ${style.fontFamily}`;
    const axis = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const data = () => dataOf(store, lines.current);
    const plot = new uPlot(
      {
        ...size(),
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: [-60, 0] },
          y: { range: (_plot, min, max) => levelRange([min, max, ...limits.current.map(({ dbm }) => dbm)]) },
        },
        axes: [
          { ...axis, values: (_plot, ticks) => ticks.map((tick) => `${tick} s`), size: 34 },
          { ...axis, values: (_plot, ticks) => ticks.map((tick) => format.number(tick)), size: 48 },
        ],
        series: [
          {},
          ...lines.current.map((line, index) => ({
            label: line.label,
            stroke: lineColor(index, dark),
            dash: lineDash(index),
            width: 2.25,
            spanGaps: true,
            points: { show: false },
          })),
        ],
        hooks: { draw: [(made) => drawLimits(made, limits.current, amber, font)] },
      },
      data(),
      element,
    );
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') plot.setData(data(), true);
    }, columnMs);
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      clearInterval(timer);
      observer.disconnect();
      plot.destroy();
    };
  }, [store, dark, format]);

  return <div ref={holder} className={styles.chart} role="img" aria-label={label} data-testid="live-chart" />;
}

function dataOf(store: LiveStore, lines: readonly ChartLine[]): uPlot.AlignedData {
  return [store.times(), ...lines.map(({ code, receiverId }) => store.series(code, receiverId))];
}

function drawLimits(plot: uPlot, limits: readonly ChartLimit[], color: string, font: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  const ratio = devicePixelRatio;
  ctx.font = font.replace('13px', `${13 * ratio}px`);
  ctx.textAlign = 'right';
  ctx.lineWidth = 1.5 * ratio;
  ctx.setLineDash([7 * ratio, 5 * ratio]);
  for (const { dbm, label } of limits) {
    const y = plot.valToPos(dbm, 'y', true);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y - 6 * ratio);
  }
  ctx.restore();
}
