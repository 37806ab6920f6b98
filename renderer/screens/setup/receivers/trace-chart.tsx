import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { WalkReport } from '../../../../shared/station-contract/index.ts';
import { laneName } from '../../../parts/index.ts';
import { useSite } from '../../../session/index.ts';
import { formatDuration, useWords } from '../../../words/index.ts';
import { lineColor, lineDash } from './live-chart.tsx';
import styles from './receivers.module.css';

/** The whole walk: the level at every receiver, and where the installer said "here". */
export function TraceChart({ report, nameOf }: { report: WalkReport; nameOf(receiverId: string): string }) {
  const { w } = useWords();
  const site = useSite();
  const dark = useComputedColorScheme() === 'dark';
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    const style = getComputedStyle(element);
    const ink = style.getPropertyValue('--k-ink-2').trim();
    const font = `600 13px ${style.fontFamily}`;
    const grid = { stroke: style.getPropertyValue('--k-line').trim(), width: 1 };
    const axis = { stroke: ink, font, grid, ticks: { show: false } };
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const plot = new uPlot(
      {
        ...size(),
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: { range: [-105, -35] } },
        axes: [
          {
            ...axis,
            values: (_plot, ticks) => ticks.map((tick) => formatDuration(tick * 1_000)),
            size: 34,
            incrs: [1, 5, 10, 30, 60, 120, 300],
          },
          { ...axis, size: 48 },
        ],
        series: [
          {},
          ...report.trace.map(({ receiverId }, index) => ({
            label: receiverId,
            stroke: lineColor(index, dark),
            dash: lineDash(index),
            width: 2,
            points: { show: false },
          })),
        ],
        hooks: {
          draw: [
            (made) => {
              const names = report.marks.map(({ laneId }) => laneName(laneId, site, w));
              drawMarks(made, report.marks, names, ink, font);
            },
          ],
        },
      },
      alignedTrace(report.trace),
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [report, dark, site, w]);
  return (
    <>
      <div ref={holder} className={styles.trace} role="img" aria-label={w.receivers.walkTrace} />
      <ul className={styles.legend}>
        {report.trace.map(({ receiverId }, index) => (
          <li key={receiverId}>
            <svg width="26" height="6" aria-hidden="true">
              <line
                x1="0"
                y1="3"
                x2="26"
                y2="3"
                strokeWidth="4"
                stroke={lineColor(index, dark)}
                strokeDasharray={lineDash(index).join(' ')}
              />
            </svg>
            {nameOf(receiverId)}
          </li>
        ))}
      </ul>
    </>
  );
}

/** One column per second; a second without a hearing is a gap. */
export function alignedTrace(trace: WalkReport['trace']): [number[], ...(number | null)[][]] {
  const last = Math.max(0, ...trace.flatMap(({ points }) => points.map(({ offsetMs }) => offsetMs)));
  const seconds = Array.from({ length: Math.floor(last / 1_000) + 1 }, (_, second) => second);
  const lines = trace.map(({ points }) => {
    const bySecond = new Map(points.map(({ offsetMs, dbm }) => [Math.floor(offsetMs / 1_000), dbm]));
    return seconds.map((second) => bySecond.get(second) ?? null);
  });
  return [seconds, ...lines];
}

function drawMarks(
  plot: uPlot,
  marks: WalkReport['marks'],
  names: readonly string[],
  color: string,
  font: string,
): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.font = font.replace('13px', `${13 * ratio}px`);
  ctx.lineWidth = ratio;
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  marks.forEach(({ offsetMs }, index) => {
    const x = plot.valToPos(offsetMs / 1_000, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const name = names[index] ?? '';
    // In turns on three lines, so that neighbours do not cover each other; the last one may have room on its left only.
    const fits = x + 4 * ratio + ctx.measureText(name).width <= bbox.left + bbox.width;
    ctx.textAlign = fits ? 'left' : 'right';
    ctx.fillText(name, x + (fits ? 4 : -4) * ratio, bbox.top + (14 + 16 * (index % 3)) * ratio);
  });
  ctx.restore();
}
