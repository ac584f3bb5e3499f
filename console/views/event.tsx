import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { number } from '../../shared/core/reports/format.js';
import type { NoAnswer } from '../api.js';
import type { EvidenceAnswer, KeysAnswer, ProofAnswer } from '../answers.js';
import { To } from '../navigation.js';
import { Checks, Verified } from '../parts/checks.js';
import { Facts, Head, Subject, Time } from '../parts/page.js';
import { Shown, useRead } from '../reading.js';
import type { Verification } from '../verification.js';
import { typeWords } from './evidence.js';

/** One event: what it says, its canonical JSON, and the proof that it stands in the log, checked here. */
export function EventView({ id }: { id: string }): JSX.Element {
  const evidence = useRead<EvidenceAnswer>(`/evidence/${encodeURIComponent(id)}`);
  return (
    <Shown whole of={evidence} what="the event">
      {(value) => <Event evidence={value} />}
    </Shown>
  );
}

function Event({ evidence }: { evidence: EvidenceAnswer }): JSX.Element {
  const { event, admission, log, id, digest, people } = evidence;
  const proof = useRead<ProofAnswer>(log === null ? null : `/evidence/${encodeURIComponent(id)}/proof`);
  const keys = useRead<KeysAnswer>('/keys');
  const verification = useVerification(evidence, proof.value, keys.value);
  const mentioned = Object.entries(people ?? {});
  return (
    <>
      <Head title={typeWords(event.type)} above={<To path={['evidence']}>Evidence</To>}>
        <p>
          <Time at={event.time} />
          {event.subject === undefined ? null : (
            <>
              {' '}
              · <Subject of={event.subject} />
            </>
          )}
        </p>
      </Head>
      <section class="panel proof" aria-labelledby="proof" aria-live="polite">
        <h2 id="proof">Proof</h2>
        <Proof
          waiting={log === null}
          fault={proof.fault ?? keys.fault}
          proof={proof.value}
          verification={verification}
        />
      </section>
      <Facts
        rows={[
          ['Type', event.type],
          ['Source', event.source],
          ['Received', <Time key="received" at={admission.receivedAt} />],
          [
            'Provenance',
            admission.provenance === 'sample' ? 'sample: never counts in a live tenant' : 'live',
          ],
          [
            'Position in the log',
            log === null ? 'not in the log yet' : `${number(log.position)}, counted from 0`,
          ],
          ['Digest (SHA-256)', <code key="digest">{digest}</code>],
          ['Names', <Named key="named" data={event.data} />],
          ['People it mentions', mentioned.map(([key, name]) => `${name} (${key.slice(0, 12)})`).join(', ')],
        ]}
      />
      <h2>What it says</h2>
      <pre tabIndex={0}>{JSON.stringify(event, null, 2)}</pre>
      <h2>Canonical JSON</h2>
      <p class="note">
        Event and admission in the form of RFC 8785: SHA-256 over exactly these bytes is the digest above.
      </p>
      <pre tabIndex={0} class="wrap" data-canonical="">
        {verification === null ? 'Being made …' : verification.canonical}
      </pre>
    </>
  );
}

const places = {
  agent: 'agents',
  repository: 'repositories',
  workflow: 'workflows',
  tool: 'tools',
  session: 'sessions',
  approval: 'approvals',
} as const;

/** What the event names that has a page of its own. */
function Named({ data }: { data: EvidenceAnswer['event']['data'] }): JSX.Element {
  const found = Object.entries(places).flatMap(([member, list]) => {
    const name = data[member];
    return typeof name === 'string' ? [{ member, list, name }] : [];
  });
  if (found.length === 0) return <span class="quiet">nothing that has a page here</span>;
  return (
    <ul class="inline-list">
      {found.map(({ member, list, name }) => (
        <li key={member}>
          <To path={[list, name]}>
            {member} {name}
          </To>
        </li>
      ))}
    </ul>
  );
}

/** Checks once all three answers are here; the code for it is fetched then, as no other view needs it. */
function useVerification(
  evidence: EvidenceAnswer,
  proof: ProofAnswer | null,
  keys: KeysAnswer | null,
): Verification | null {
  const [found, setFound] = useState<Verification | null>(null);
  useEffect(() => {
    let current = true;
    if (proof !== null && keys !== null)
      void import('../verification.js').then(({ verifyAnswers }) => {
        if (current) setFound(verifyAnswers(evidence, proof, keys));
      });
    return () => {
      current = false;
    };
  }, [evidence, proof, keys]);
  return found;
}

function Proof({
  waiting,
  fault,
  proof,
  verification,
}: {
  waiting: boolean;
  fault: NoAnswer | null;
  proof: ProofAnswer | null;
  verification: Verification | null;
}): JSX.Element {
  if (waiting) return <p>The event is admitted and not in the log yet; its proof comes with its position.</p>;
  if (fault !== null) return <p>There is no proof to check: {fault.message}</p>;
  if (verification === null || proof === null) return <p>Being checked in this browser …</p>;
  return (
    <>
      <Verified holds={verification.holds} />
      <p>
        Entry {number(proof.entry.position + 1)} of {number(proof.size)}, proven by{' '}
        {number(proof.hashes.length)} hashes up to a checkpoint signed by the tenant’s key{' '}
        <code>{proof.checkpoint.keyId}</code>.
      </p>
      <Checks of={verification.checks} />
      <p class="note">
        By the same code as <code>aispm verify</code>, which checks it without this page too.
      </p>
    </>
  );
}
