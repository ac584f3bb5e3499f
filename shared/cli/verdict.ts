import { canonicalText } from '../core/kernel/canonical.js';
import { inOrder, NotVerified } from '../core/log/checks.js';
import { trustFrom, type Trust } from '../core/log/trust.js';
import { erasedIn, verifyExport } from '../core/log/verify-export.js';
import { verifyEntry, verifyEvent } from '../core/log/verify-event.js';
import type { ToldCheckpoint } from '../core/log/verify-history.js';
import { notGiven, readManifest, verifyPacket, type PacketFile } from '../core/reports/manifest.js';
import { verifyAnswer, verifyRecord } from '../core/readiness/verify-answer.js';
import { verifyReadinessPacket } from '../core/readiness/verify-packet.js';
import { archiveEnvelope, verifyArchive } from '../core/readiness/verify-archive.js';
import type { Given } from './files.js';
import type { Findings, Section } from './findings.js';
import { holdTogether } from './hold-together.js';
import { insideArchive } from './inside-archive.js';
import { recognise, type Of, type Recognised } from './recognise.js';

export type Verdict = Findings & { verdict: 'verified' | 'not_verified' | 'could_not_tell' };

/** Everything `aispm verify` can say about these files. Pure: what was read is all there is. */
export function verdictOf(
  given: readonly Given[],
  heldKeys: Of<'keys'> | null,
  told: readonly ToldCheckpoint[] = [],
): Verdict {
  const groups = given.map(({ name, files }): Group => {
    // An archive is checked as a whole: what is in it, beside its keys, is its own business.
    const archive = archiveEnvelope(files) === null ? null : files;
    const found = files.map(recognise).filter(({ kind }) => archive === null || kind === 'keys');
    return { name, found, archive };
  });
  const all = groups.flatMap(({ found }) => found);
  const findings = allFindings(groups, all, heldKeys, told);
  const failed = findings.sections.some(({ checks }) => checks.some(({ passed }) => !passed));
  return {
    verdict: failed ? 'not_verified' : findings.unclear.length > 0 ? 'could_not_tell' : 'verified',
    ...findings,
  };
}

type Group = { name: string; found: Recognised[]; archive: readonly PacketFile[] | null };

function allFindings(
  groups: readonly Group[],
  all: Recognised[],
  heldKeys: Of<'keys'> | null,
  told: readonly ToldCheckpoint[],
): Findings {
  const malformed = ofKind(all, 'malformed').map(({ name, what, detail }) =>
    failed(
      name,
      `it has the form of this kind of document (${what})`,
      new NotVerified('form_malformed', detail),
    ),
  );
  const start: Findings = { sections: malformed, unclear: [], limits: [] };
  const trusted = trustOf(all, heldKeys);
  if (!('trust' in trusted)) return merge([start, trusted.findings]);
  const { trust } = trusted;
  const found = merge([
    start,
    ...groups.flatMap((group) => [
      packets(group, trust),
      events(group.found, trust),
      answers(group.found, trust),
      readinessPackets(group.found, trust),
      exported(group, trust),
      archived(group, trust),
    ]),
    holdTogether(
      all,
      trust,
      told,
      groups.flatMap(({ name, archive }) => (archive && insideArchive(name, archive)) ?? []),
    ),
  ]);
  // Good keys are not a thing verified: an empty folder must not pass.
  if (found.sections.length === 0) found.unclear.push('there is nothing to verify among the files');
  return merge([trusted.findings, found]);
}

export const ofKind = <K extends Recognised['kind']>(found: readonly Recognised[], kind: K): Of<K>[] =>
  found.filter((r): r is Of<K> => r.kind === kind);

const merge = (parts: readonly Findings[]): Findings => ({
  sections: parts.flatMap((p) => p.sections),
  unclear: parts.flatMap((p) => p.unclear),
  limits: [...new Set(parts.flatMap((p) => p.limits))],
});

function failed(subject: string, check: string, fault: NotVerified): Section {
  return { subject, checks: inOrder([[check, () => void raise(fault)]]) };
}

function raise(fault: NotVerified): never {
  throw fault;
}

/** Keys held from elsewhere count alone; else those among the files, if they are one set. */
function trustOf(
  all: readonly Recognised[],
  held: Of<'keys'> | null,
): { findings: Findings; trust: Trust } | { findings: Findings } {
  const offered = held === null ? ofKind(all, 'keys') : [held];
  const [keys] = offered;
  const none: Findings = { sections: [], unclear: [], limits: [] };
  if (keys === undefined)
    return {
      findings: { ...none, unclear: ['no public keys: give them with --keys (the answer of GET …/keys)'] },
    };
  if (new Set(offered.map(({ value }) => canonicalText(value))).size > 1)
    return {
      findings: {
        ...none,
        unclear: ['the files hold different sets of keys: say with --keys which you trust'],
      },
    };
  const checks = inOrder([
    ['the keys are whole, and their ids are made from them', () => void trustFrom(keys.value)],
  ]);
  const findings: Findings = { ...none, sections: [{ subject: keys.name, checks }] };
  if (checks.some(({ passed }) => !passed)) return { findings };
  const trust = trustFrom(keys.value);
  if (held === null) {
    const ids = trust.keys.map(({ keyId }) => keyId).join(', ');
    findings.limits.push(
      `The keys came with the files, so whoever made the files could have made them: compare ${ids} with what the tenant told you, or give --keys.`,
    );
  }
  return { findings, trust };
}

function packets({ name, found }: Group, trust: Trust): Findings {
  const files = ofKind(found, 'other').map(({ value }) => value);
  const [manifest, ...more] = ofKind(found, 'envelope');
  const result: Findings = { sections: [], unclear: [], limits: [] };
  if (more.length > 0) result.unclear.push(`${name} holds several manifests: verify one report at a time`);
  // Beside pages of an export nothing else is looked for.
  else if (ofKind(found, 'page').length > 0) result.unclear.push(...files.map(stray));
  else if (manifest !== undefined) {
    const checks = verifyPacket(manifest.value, files, trust);
    result.sections.push({ subject: `${name}: report`, checks });
    if (checks.every(({ passed }) => passed)) result.limits.push(...absent(manifest, files));
  } else result.unclear.push(...files.map(stray));
  return result;
}

const stray = ({ name }: PacketFile): string => `${name} is nothing that can be verified by itself`;

function absent({ value }: Of<'envelope'>, files: Parameters<typeof notGiven>[1]): string[] {
  const names = notGiven(readManifest(value), files);
  return names.length === 0 ? [] : [`Not among the files, and so not checked: ${names.join(', ')}.`];
}

/** Pages of an export, which together are everything a tenant had. */
function exported({ name, found }: Group, trust: Trust): Findings {
  const pages = ofKind(found, 'page').map(({ value }) => value);
  if (pages.length === 0) return { sections: [], unclear: [], limits: [] };
  const checks = verifyExport(pages, trust);
  const limits = [
    'An export shows what the service holds of the tenant and what it signed, not that its sources said the truth, nor what it was never sent.',
  ];
  const [first, ...more] = checks.every(({ passed }) => passed) ? erasedIn(pages) : [];
  if (first !== undefined)
    limits.push(
      `The events at ${more.length + 1} positions are gone, the first at ${first}: that they were logged is proven, what they said is not to be had.`,
    );
  return { sections: [{ subject: `${name}: export`, checks }], unclear: [], limits };
}

/** An operating archive: one signed manifest over everything in it. */
function archived({ name, archive }: Group, trust: Trust): Findings {
  if (archive === null) return { sections: [], unclear: [], limits: [] };
  const checks = verifyArchive(archive, trust);
  const limits = [
    'An archive shows what the service held of the quarter and what people signed off, not that its sources said the truth, nor what it was never sent.',
  ];
  return { sections: [{ subject: `${name}: operating archive`, checks }], unclear: [], limits };
}

const eventLimit =
  'A proof shows that an event was logged and not changed since, not that what its source said is true. Names and links beside an event, and why one could not be applied, are no part of what is logged.';

function events(found: readonly Recognised[], trust: Trust): Findings {
  const given = ofKind(found, 'event');
  const proofs = ofKind(found, 'proof');
  const lonely = given.length === 1 && proofs.length === 1 ? given[0] : undefined;
  const sections: Section[] = [];
  const limits: string[] = [];
  const proven = new Set<Recognised>();
  for (const proof of proofs) {
    const event = given.find(({ value }) => value.id === proof.value.entry.id) ?? lonely;
    const subject = `event ${proof.value.entry.id}`;
    if (event === undefined) {
      sections.push({ subject, checks: verifyEntry(proof.value, trust) });
      limits.push(
        `The event ${proof.value.entry.id} itself is not among the files: only its place in the log is proven.`,
      );
    } else {
      proven.add(event);
      sections.push({ subject, checks: verifyEvent(event.value, proof.value, trust) });
      limits.push(eventLimit);
    }
  }
  const unclear = given
    .filter((event) => !proven.has(event))
    .map(({ name }) => `${name} is an event without its proof (the answer of GET …/evidence/{id}/proof)`);
  return { sections, unclear, limits };
}

const packetLimit =
  'A packet shows what the validator found in the log as of its instant; what came in since is in no packet.';

function readinessPackets(found: readonly Recognised[], trust: Trust): Findings {
  const given = [
    ...ofKind(found, 'packet').map(({ value }) => value),
    ...ofKind(found, 'packets').flatMap(({ value }) => value),
  ];
  const sections = given.map((packet) => ({
    subject: `readiness packet ${packet.validator} as of ${packet.as_of}`,
    checks: verifyReadinessPacket(packet, trust),
  }));
  return { sections, unclear: [], limits: given.length > 0 ? [packetLimit] : [] };
}

function answers(found: readonly Recognised[], trust: Trust): Findings {
  const sections: Section[] = [];
  const limits: string[] = [];
  for (const { value } of ofKind(found, 'answer')) {
    const checks = verifyAnswer(value, trust);
    const record = ofKind(found, 'event').find((event) => event.value.id === value.decision);
    if (record !== undefined && checks.every(({ passed }) => passed))
      checks.push(...verifyRecord(value, record.value));
    sections.push({ subject: `answer of the gate for ${value.target}`, checks });
    if (record === undefined && value.decision !== null)
      limits.push(
        `The record of the decision is not among the files: the answers of GET …/evidence/${value.decision} and …/proof prove it.`,
      );
  }
  return { sections, unclear: [], limits };
}
