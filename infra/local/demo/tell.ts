import type { ReceivedMail } from '../mail/mailbox.js';
import type { Posture } from './answers.js';
import { recipient } from './cast.js';
import type { Delivered } from './deliver.js';
import type { DrillDown } from './drill-down.js';
import type { Gathered } from './gather.js';
import type { GateAnswer } from './gate.js';
import type { Page } from './page.js';
import type { Step } from './workload.js';

/* Each part of the demo told in plain words, with what has to hold of it. */

export const tellWorkload = (page: Page, { steps }: Gathered['workload']): void => {
  page.heading('What the agents tried, and what the policy made of it');
  page.table(
    steps.map((step) => [step.agent, step.target, outcomeOf(step), `rule ${step.verdict.policy.rule}`]),
  );
  const otherwise = steps.filter(({ verdict, shadow }) => shadow.decision !== verdict.decision);
  page.row(
    'in shadow',
    `the candidate policy would have decided ${otherwise.length} of ${steps.length} otherwise:`,
  );
  page.table(
    otherwise.map(({ agent, target, shadow }) => [
      agent,
      target,
      inWords(shadow.decision),
      `rule ${shadow.policy.rule}`,
    ]),
  );
  page.expect('the candidate policy gave verdicts of its own', otherwise.length > 0);
  const of = (decision: string): Step[] => steps.filter(({ verdict }) => verdict.decision === decision);
  page.expect('nothing that was blocked ran', of('block').length > 0 && of('block').every(({ ran }) => !ran));
  page.expect(
    'one approval was granted and one refused',
    new Set(of('require_approval').map(({ ran }) => ran)).size === 2,
  );
};

const outcomeOf = ({ verdict, ran }: Step): string => {
  if (verdict.decision === 'require_approval') return ran ? 'ran after approval' : 'approval refused';
  if (verdict.decision === 'block') return 'blocked';
  return verdict.decision === 'audit_only' ? 'ran, only observed' : 'allowed';
};

export const tellEvidence = (
  page: Page,
  { admitted, sample, onPurpose }: Gathered,
  quarantined: string[],
): void => {
  const codes = onPurpose.rejected.map(({ code }) => code).join();
  page.heading('Evidence');
  page.row('admitted', `${admitted.length} events, of which ${sample.length} sample (CAVRA documents)`);
  page.row('duplicate', `${onPurpose.duplicates.length}, sent twice on purpose`);
  page.row('quarantined', `${quarantined.length}, forged on purpose: ${quarantined.join(', ')}`);
  page.expect('evidence was admitted', admitted.length > sample.length);
  page.expect('sample evidence was admitted', sample.length > 0);
  page.expect('the event sent twice is a duplicate', onPurpose.duplicates.length === 1);
  page.expect(
    'the forged event was rejected, and nothing else accepted',
    codes === 'signature_invalid' && onPurpose.accepted.length === 0,
  );
  page.expect('the forged event alone is in quarantine', quarantined.join() === 'signature_invalid');
};

const inWords = (code: string): string => code.replaceAll('_', ' ');
const points = (tenths: number): string => (tenths / 10).toFixed(1);

export const tellPosture = (page: Page, posture: Posture, gathered: Gathered): void => {
  const { score, layers, controls } = posture;
  page.heading(`Posture at position ${posture.position} of the log, as of ${posture.asOf}`);
  page.row(
    'score',
    score.tenths === null
      ? `not observed (${score.notObserved ?? ''})`
      : `${points(score.tenths)} of 100, target ${points(score.target)}`,
  );
  page.row('rests on', `${score.itemsEnforced} of ${score.itemsInScope} items enforced`);
  page.row('observed', `${score.controlsObserved} of ${score.controlsApplicable} controls`);
  page.row('verdict', [inWords(posture.verdict), ...posture.reasons].join('; '));
  page.row('findings open', countsOf(layers.findings.open));
  page.row('approvals', countsOf(posture.approvals));
  page.row(
    'evidence',
    `${layers.evidence.live} live, ${layers.evidence.signedByTrusted} of them signed; ${layers.evidence.sample} sample`,
  );
  page.table(
    controls.map(({ state, title, counts, inScope }) => [
      state,
      title,
      `${counts.enforced ?? 0} of ${inScope}`,
    ]),
  );
  const stateOf = (id: string): string => controls.find((control) => control.id === id)?.state ?? 'absent';
  page.expect('the score is observed', score.tenths !== null);
  page.expect('sample evidence is counted as sample', layers.evidence.sample === gathered.sample.length);
  page.expect('both agents are declared and covered', layers.coverage.agents.covered === 2);
  for (const id of [
    'destructive-commands',
    'secret-files',
    'protected-branches',
    'mcp-registered',
    'mcp-writes',
  ])
    page.expect(`${id} is enforced`, stateOf(id) === 'enforced');
  page.expect(
    'commands-evaluated is shadowed by the agent on trial',
    stateOf('commands-evaluated') === 'shadowed',
  );
};

const countsOf = (counts: Record<string, number>): string => {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  return some.length === 0 ? 'none' : some.map(([name, count]) => `${count} ${inWords(name)}`).join(', ');
};

export const tellDrillDown = (page: Page, { control, item, stored, proof, checks }: DrillDown): void => {
  page.heading('From the score to one event');
  page.row('control', `${control.title}: ${inWords(control.state)}`);
  page.row('item', `${item.kind} ${item.name}: ${inWords(item.state)}`);
  page.row(
    'event',
    `${stored.id.slice(0, 16)}…, ${String(stored.event.type)} of ${String(stored.event.time)}`,
  );
  page.row('entry', `${proof.entry.position} of ${proof.size}, proven by ${proof.hashes.length} hashes`);
  for (const { what, holds } of checks) page.row(holds ? 'verified' : 'NOT VERIFIED', what);
  page.expect('the inclusion proof verifies', checks.length === 5 && checks.every(({ holds }) => holds));
};

export const tellReport = (page: Page, { report, selfApproval, files, manifest }: Delivered): void => {
  page.heading('CISO report');
  page.row('report', `${report.id}: ${report.status}`);
  page.row('approved', `by another person; who asked for it was refused with ${selfApproval}`);
  page.table(
    files.map(({ path, bytes, digest }) => [path, `${bytes} bytes`, `sha256 ${digest.slice(0, 16)}…`]),
  );
  page.row('manifest', manifest ? "signed by the tenant's key, names every file" : 'NOT VERIFIED');
  // The ZIP holds the manifest, so the manifest cannot name it.
  const named = files.filter(({ format }) => format !== 'zip');
  page.expect(
    'the signed manifest names every file',
    named.length > 0 && named.every(({ format, digest }) => manifest?.get(`report.${format}`) === digest),
  );
  const formats = new Set(files.map(({ format }) => format));
  page.expect(
    'the report exists as PDF, HTML and JSON',
    ['pdf', 'html', 'json'].every((format) => formats.has(format)),
  );
  page.expect(
    'every file has the digest and size that were announced',
    files.every(({ intact }) => intact),
  );
  page.expect('who asked for the report could not approve it', selfApproval === 403 || selfApproval === 409);
  page.expect('the report was delivered', report.status === 'delivered');
};

export const tellMail = (
  page: Page,
  mails: readonly ReceivedMail[],
  { files }: Delivered,
  kept: string,
): void => {
  page.heading('Mail');
  for (const mail of mails) {
    page.row('to', mail.recipient);
    page.row('subject', mail.subject);
    for (const { name, size } of mail.attachments) page.row('attached', `${name}, ${size} bytes`);
  }
  page.row('kept as', kept);
  const pdf = files.find(({ format }) => format === 'pdf');
  const [mail] = mails;
  page.expect('exactly one mail went out', mails.length === 1);
  page.expect('it went to the one recipient', mail?.recipient === recipient);
  page.expect(
    'the PDF attached is the report’s',
    mail?.attachments.some(({ sha256 }) => sha256 === pdf?.digest) === true,
  );
  page.expect('the mail itself is HTML', (mail?.html ?? '') !== '');
};

/** Delivery is evidence like any other: the control that waited for it is met now. */
export const tellAfterwards = (page: Page, before: Posture, after: Posture): void => {
  const stateIn = ({ controls }: Posture): string =>
    controls.find(({ id }) => id === 'report-delivery')?.state ?? 'absent';
  page.row(
    'and so',
    `“Report delivery proven” went from ${inWords(stateIn(before))} to ${inWords(stateIn(after))}`,
  );
  page.expect('the delivery is proven', stateIn(after) === 'enforced');
};

export const tellGate = (
  page: Page,
  { answer, digestHolds, signatureHolds, checkpointHolds }: GateAnswer,
): void => {
  page.heading('Gate: ready for production?');
  page.row('answer', answer.ready_for_aispm_production ? 'yes' : 'no');
  page.row(
    'stands on',
    `position ${answer.position} of the log, recorded as ${answer.decision?.slice(0, 16) ?? 'nothing'}…`,
  );
  page.row(signatureHolds ? 'verified' : 'NOT VERIFIED', "the answer is signed by the tenant's key");
  page.table(answer.blockers.map(({ id, title }) => [id, title]));
  page.expect('the gate says no', !answer.ready_for_aispm_production);
  page.expect(
    'a rehearsal is named as a blocker',
    answer.blockers.some(({ id }) => id === 'rehearsal_environment'),
  );
  page.expect("the gate's digest is that of its answer", digestHolds);
  page.expect("the gate's signature verifies", signatureHolds);
  page.expect("the gate's checkpoint verifies", checkpointHolds);
};
