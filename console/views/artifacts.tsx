import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

import { number } from '../../shared/core/reports/format.js';
import { faultOf } from '../api.js';
import type { ReportView } from '../answers.js';
import { To, useScope } from '../navigation.js';
import { FetchButton, FetchNote, useFetching } from '../parts/files.js';
import { Head, Printed, Short } from '../parts/page.js';
import { plain } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead, type Reading } from '../reading.js';
import { bytesAt, openFile, saveFile } from '../retrieval.js';
import { reportTitle } from '../parts/report-title.js';

/** Formats that a browser shows by itself, and as what. A report in HTML is shown by this page, which lets it do nothing. */
const shown: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  md: 'text/plain;charset=utf-8',
  json: 'text/plain;charset=utf-8',
  jsonl: 'text/plain;charset=utf-8',
  csv: 'text/plain;charset=utf-8',
  document: 'text/plain;charset=utf-8',
  manifest: 'text/plain;charset=utf-8',
};

/** Formats are abbreviations, but for the two that are parts of the packet itself. */
const formatWords = (format: string): string =>
  format === 'document' || format === 'manifest' ? plain(format) : format.toUpperCase();

const pathOf = (report: string, format: string): string =>
  `/reports/${encodeURIComponent(report)}/artifacts/${format}`;

function fileName({ type, requestedAt }: ReportView, format: string): string {
  const ending = format === 'document' || format === 'manifest' ? `${format}.json` : format;
  return `${type}-${requestedAt.slice(0, 10)}.${ending}`;
}

/** The files of a packet, to open and to keep. */
export function Artifacts({ report }: { report: ReportView }): JSX.Element {
  const scope = useScope();
  const fetching = useFetching();
  return (
    <>
      <Table
        caption="Files of the packet"
        rows={report.artifacts}
        keyOf={({ format }) => format}
        empty="It is not rendered yet."
        columns={[
          { title: 'Format', cell: ({ format }) => formatWords(format) },
          { title: 'Size', numeric: true, cell: ({ bytes }) => `${number(Math.ceil(bytes / 1024))} KB` },
          { title: 'Digest (SHA-256)', cell: ({ digest }) => <Short id={digest} /> },
          {
            title: 'Take',
            class: 'unprinted',
            cell: ({ format }) => (
              <span class="buttons">
                {format === 'html' ? (
                  <To class="button" path={['reports', report.id, 'artifacts', 'html']} label="Open HTML">
                    Open
                  </To>
                ) : null}
                {shown[format] === undefined ? null : (
                  <FetchButton
                    by={fetching}
                    name={`Open ${formatWords(format)}`}
                    work={() => openFile(scope, pathOf(report.id, format), shown[format] ?? 'text/plain')}
                  >
                    Open
                  </FetchButton>
                )}
                <FetchButton
                  by={fetching}
                  name={`Download ${formatWords(format)}`}
                  work={() => saveFile(scope, pathOf(report.id, format), fileName(report, format))}
                >
                  Download
                </FetchButton>
              </span>
            ),
          },
        ]}
      />
      <FetchNote by={fetching} quiet="Each retrieval is evidence." />
    </>
  );
}

/**
 * A report's HTML as it was signed, in a frame that may run, send and open nothing. Nothing in it can use that it is of our
 * origin, as no script runs there; this page needs that to print it as the document it is, page by page.
 */
export function ArtifactView({ id }: { id: string }): JSX.Element {
  const report = useRead<ReportView>(`/reports/${encodeURIComponent(id)}`);
  const text = useText(pathOf(id, 'html'));
  const frame = useRef<HTMLIFrameElement>(null);
  const print = (): void => frame.current?.contentWindow?.print();
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'p' || !(event.ctrlKey || event.metaKey) || frame.current === null) return;
    event.preventDefault();
    print();
  };
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <Shown whole of={report} what="the report">
      {({ type }) => (
        <>
          <Head
            title={`${reportTitle(type)} in HTML`}
            above={<To path={['reports', id]}>{reportTitle(type)}</To>}
          >
            <p>As it was signed. Nothing in it can run here.</p>
          </Head>
          <Shown of={text} what="the file">
            {(value) => (
              <>
                <p class="buttons">
                  <button type="button" onClick={print}>
                    Print the report
                  </button>
                </p>
                <Printed>
                  The report is a document of its own: “Print the report” in the page prints it whole.
                </Printed>
                <iframe
                  ref={frame}
                  class="paper"
                  title="The report"
                  sandbox="allow-same-origin allow-modals"
                  srcdoc={value}
                  onLoad={() => frame.current?.contentWindow?.addEventListener('keydown', onKey)}
                />
              </>
            )}
          </Shown>
        </>
      )}
    </Shown>
  );
}

/** A file of the API as text, fetched once: each retrieval is evidence, so that asking anew at news would be news itself. */
function useText(path: string): Reading<string> {
  const scope = useScope();
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<Omit<Reading<string>, 'again'>>({ value: null, fault: null });
  useEffect(() => {
    let current = true;
    setState({ value: null, fault: null });
    bytesAt(scope, path).then(
      (bytes) => {
        if (current) setState({ value: new TextDecoder().decode(bytes), fault: null });
      },
      (error: unknown) => {
        if (current) setState({ value: null, fault: faultOf(error) });
      },
    );
    return () => {
      current = false;
    };
  }, [path, tries]);
  return { ...state, again: () => setTries((n) => n + 1) };
}
