import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { number } from '../../shared/core/reports/format.js';
import type { CheckResult } from '../../shared/core/log/checks.js';
import type { Archive, KeysAnswer, QuarterArchives } from '../answers.js';
import { read } from '../api.js';
import { To, useScope } from '../navigation.js';
import { Checks, Verified } from '../parts/checks.js';
import { FetchButton, FetchNote, useFetching } from '../parts/files.js';
import { EvidenceLink, Facts, Head, Short, Time } from '../parts/page.js';
import { plain, State } from '../parts/status.js';
import { Table } from '../parts/table.js';
import { Shown, useRead } from '../reading.js';
import { bytesAt, saveFile } from '../retrieval.js';

type Quarter = { year: number; quarter: number };

const parse = (period: string): Quarter | null => {
  const [, year, quarter] = /^(\d{4})-Q([1-4])$/.exec(period) ?? [];
  return year === undefined ? null : { year: Number(year), quarter: Number(quarter) };
};
const nameOf = ({ year, quarter }: Quarter): string => `${String(year)}-Q${String(quarter)}`;
const moved = ({ year, quarter }: Quarter, by: 1 | -1): Quarter => {
  const at = year * 4 + quarter - 1 + by;
  return { year: Math.floor(at / 4), quarter: (at % 4) + 1 };
};
const current = (): Quarter => {
  const now = new Date();
  return { year: now.getUTCFullYear(), quarter: Math.floor(now.getUTCMonth() / 3) + 1 };
};

/** The quarter that runs; each leads to those before it. */
export const ArchivesView = (): JSX.Element => <ArchiveView period={nameOf(current())} />;

/** A quarter: what is signed off, what still is to be and by whom, and the archives that were built of it. */
export function ArchiveView({ period }: { period: string }): JSX.Element {
  const answer = useRead<QuarterArchives>(`/archives/${encodeURIComponent(period)}`);
  const quarter = parse(period);
  return (
    <>
      <Head title={`Archive of ${period}`}>
        <p>What is kept of a quarter, signed off by those who answer for it.</p>
      </Head>
      {quarter === null ? null : (
        <nav class="pager" aria-label="Quarters">
          <To path={['archives', nameOf(moved(quarter, -1))]}>{nameOf(moved(quarter, -1))}</To>
          <To path={['archives', nameOf(moved(quarter, 1))]}>{nameOf(moved(quarter, 1))}</To>
        </nav>
      )}
      <Shown of={answer} what="the quarter">
        {(value) => <QuarterOf value={value} />}
      </Shown>
    </>
  );
}

function QuarterOf({
  value: { period, from, to, zone, signOffs, archives },
}: {
  value: QuarterArchives;
}): JSX.Element {
  const given = signOffs.filter((one) => one.given !== null).length;
  const [newest] = archives;
  return (
    <>
      <Facts
        rows={[
          ['Quarter', `${from} to ${to}, ${zone}`],
          ['Signed off', `${number(given)} of ${number(signOffs.length)}`],
        ]}
      />
      <h2>Sign-offs</h2>
      <Table
        caption={`Sign-offs of ${period}`}
        rows={signOffs}
        keyOf={({ name }) => name}
        empty="None is asked for."
        columns={[
          { title: 'Sign-off', cell: ({ name }) => plain(name) },
          {
            title: 'State',
            cell: (one) =>
              one.given === null ? (
                <State status="needs_attention" word="Missing" />
              ) : (
                <State status="on_target" word="Given" />
              ),
          },
          { title: 'By the role', cell: ({ role }) => plain(role) },
          { title: 'When', cell: (one) => (one.given === null ? '' : <Time at={one.given.at} />) },
          {
            title: 'Evidence',
            cell: (one) => (one.given === null ? '' : <EvidenceLink id={one.given.evidenceId} />),
          },
        ]}
      />
      <h2>Archives</h2>
      <Table
        caption={`Archives of ${period}, newest first`}
        rows={archives}
        keyOf={({ archive }) => archive}
        empty="None was built yet. One is built when the quarter has ended, or on demand before."
        columns={[
          { title: 'Archive', cell: ({ archive }) => <Short id={archive} /> },
          {
            title: 'State',
            cell: ({ closed }) =>
              closed ? (
                <State status="on_target" word="Closed" />
              ) : (
                <State status="needs_attention" word="Not closed" />
              ),
          },
          { title: 'Built', cell: ({ builtAt }) => <Time at={builtAt} /> },
          { title: 'Position', numeric: true, cell: ({ position }) => number(position) },
          { title: 'Files', numeric: true, cell: ({ files }) => number(files) },
          { title: 'Size', numeric: true, cell: ({ bytes }) => `${number(Math.ceil(bytes / 1024))} KB` },
          { title: 'Digest (SHA-256)', cell: ({ digest }) => <Short id={digest} /> },
        ]}
      />
      {newest === undefined ? null : <Newest key={newest.digest} archive={newest} />}
    </>
  );
}

/** The newest archive to keep, and to check here by the code of `aispm verify`, which is fetched when it is asked for. */
function Newest({ archive: { period, digest } }: { archive: Archive }): JSX.Element {
  const scope = useScope();
  const fetching = useFetching();
  const [checks, setChecks] = useState<readonly CheckResult[] | null>(null);
  const path = `/archives/${encodeURIComponent(period)}/file`;
  const verify = async (): Promise<void> => {
    const [{ verifyArchiveFile }, bytes, keys] = await Promise.all([
      import('../archive-verification.js'),
      bytesAt(scope, path),
      read<KeysAnswer>(scope, '/keys'),
    ]);
    setChecks(verifyArchiveFile(new Uint8Array(bytes), keys, digest));
  };
  return (
    <>
      <p class="note">
        <span class="buttons">
          <FetchButton by={fetching} name="Verify the newest archive" work={verify}>
            Verify
          </FetchButton>
          <FetchButton
            by={fetching}
            name="Download the newest archive"
            work={() => saveFile(scope, path, `archive-${period}.zip`)}
          >
            Download
          </FetchButton>
        </span>
      </p>
      <FetchNote
        by={fetching}
        quiet={`The newest, as a ZIP: aispm verify archive-${period}.zip checks it without this page too.`}
      />
      {checks === null ? null : (
        <section class="panel proof" aria-label="Proof" aria-live="polite">
          <Verified holds={checks.every(({ passed }) => passed)} />
          <Checks of={checks} />
        </section>
      )}
    </>
  );
}
