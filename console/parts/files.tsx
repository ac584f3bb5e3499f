import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';

import { NoAnswer } from '../api.js';

/** Work that fetches a file, and what there is to say of it meanwhile. */
export type Fetching = { said: string; run: (work: () => Promise<void>) => void };

export function useFetching(): Fetching {
  const [said, setSaid] = useState('');
  return {
    said,
    run: (work) => {
      setSaid('Fetching …');
      work().then(
        () => setSaid(''),
        (error: unknown) =>
          setSaid(error instanceof NoAnswer ? error.message : 'The file could not be fetched.'),
      );
    },
  };
}

/** A file to fetch. `name`: what it does to which file, for who does not see the row it stands in. */
export const FetchButton = ({
  by,
  work,
  name,
  children,
}: {
  by: Fetching;
  work: () => Promise<void>;
  name: string;
  children: ComponentChildren;
}): JSX.Element => (
  <button type="button" aria-label={name} onClick={() => by.run(work)}>
    {children}
  </button>
);

/** What is to be said of fetching, in a place of its own, so that it is heard too. */
export const FetchNote = ({ by, quiet }: { by: Fetching; quiet: string }): JSX.Element => (
  <p class="note" role="status">
    {by.said === '' ? quiet : by.said}
  </p>
);
