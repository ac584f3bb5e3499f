import type { JSX } from 'preact';

import { useScope } from '../navigation.js';
import { FetchButton, FetchNote, useFetching } from '../parts/files.js';
import { Head } from '../parts/page.js';
import { openFile, saveFile } from '../retrieval.js';

const formats = ['pdf', 'html', 'xlsx', 'zip'] as const;

/** Where the link of a mail leads: the report behind it. Nothing is fetched before the reader asks, as each use is evidence. */
export function PackView({ id }: { id: string }): JSX.Element {
  const scope = useScope();
  const fetching = useFetching();
  const pathOf = (format: string): string => `/packs/${encodeURIComponent(id)}?format=${format}`;
  return (
    <>
      <Head title="A report for you">
        <p>The mail that brought you here does not hold it. The link opens until it ends or is taken back.</p>
      </Head>
      <p class="buttons">
        <FetchButton
          by={fetching}
          name="Open PDF"
          work={() => openFile(scope, pathOf('pdf'), 'application/pdf')}
        >
          Open PDF
        </FetchButton>
        {formats.map((format) => (
          <FetchButton
            key={format}
            by={fetching}
            name={`Download ${format.toUpperCase()}`}
            work={() => saveFile(scope, pathOf(format), `report-${id.slice(0, 8)}.${format}`)}
          >
            Download {format.toUpperCase()}
          </FetchButton>
        ))}
      </p>
      <FetchNote by={fetching} quiet="Each use is evidence." />
    </>
  );
}
