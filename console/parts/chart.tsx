import type { JSX } from 'preact';
import { useId } from 'preact/hooks';

import type { Drawing } from '../../shared/core/reports/drawing.js';
import { svg } from '../../shared/core/reports/svg.js';

/** A drawing of the reports' own module: the same figure as in mail and PDF. Without a title its neighbours say it. */
export function Chart({ drawing, title }: { drawing: Drawing; title?: string }): JSX.Element {
  const id = useId();
  const text = title === undefined ? svg(drawing) : svg(drawing, id, title);
  return <span class="chart" dangerouslySetInnerHTML={{ __html: text }} />;
}
