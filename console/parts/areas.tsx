import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';

import { hrefTo, type Scope } from '../address.js';

/** The views by subject, in the order of a morning. */
const areas: readonly { title: string; views: readonly (readonly [path: string, title: string])[] }[] = [
  {
    title: 'Posture',
    views: [
      ['posture', 'Posture'],
      ['changes', 'What changed'],
      ['controls', 'Controls'],
      ['frameworks', 'Frameworks'],
    ],
  },
  {
    title: 'Queues',
    views: [
      ['findings', 'Findings'],
      ['approvals', 'Approvals'],
      ['exceptions', 'Exceptions'],
      ['waiting', 'Waiting for a second person'],
    ],
  },
  {
    title: 'Inventory',
    views: [
      ['agents', 'Agents'],
      ['repositories', 'Repositories'],
      ['workflows', 'Workflows'],
      ['tools', 'Tools'],
    ],
  },
  {
    title: 'Reports',
    views: [
      ['reports', 'Report Center'],
      ['appetite', 'Limits'],
      ['deliveries', 'Deliveries'],
      ['schedules', 'Schedules'],
    ],
  },
  {
    title: 'Reviews',
    views: [
      ['reviews', 'Reviews'],
      ['archives', 'Archives'],
      ['drills', 'Drills'],
    ],
  },
  {
    title: 'Record',
    views: [
      ['evidence', 'Evidence'],
      ['readiness', 'Readiness'],
      ['journey', 'Journey'],
    ],
  },
];

/** The way to every view. */
export function Areas({ scope, current }: { scope: Scope; current: string }): JSX.Element {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLButtonElement>(null);
  const close = (event: KeyboardEvent): void => {
    if (!open || event.key !== 'Escape') return;
    setOpen(false);
    menu.current?.focus();
  };
  return (
    <nav class={open ? 'areas open' : 'areas'} aria-label="Views" onKeyDown={close}>
      <button
        ref={menu}
        type="button"
        aria-expanded={open}
        aria-controls="areas"
        onClick={() => setOpen(!open)}
      >
        Menu
      </button>
      <div id="areas">
        {areas.map(({ title, views }) => (
          <section key={title} aria-label={title}>
            <p class="area">{title}</p>
            <ul>
              {views.map(([path, name]) => (
                <li key={path}>
                  <a href={hrefTo(scope, [path])} {...(path === current ? { 'aria-current': 'page' } : {})}>
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}
