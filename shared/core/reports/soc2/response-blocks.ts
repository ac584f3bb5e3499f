import type { Block, Cell } from '../../../../schemas/report-blocks.js';
import type { Register } from '../../../../schemas/report-registers.js';
import { millisOf } from '../../kernel/time.js';
import type { Control } from '../../posture/control.js';
import { day as dayWords, number } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import type { ReportInput } from '../input.js';
import { column, known, registerOf } from '../registers/register.js';
import { counted, cutAt, fingerprint, fitting, link, person, text, type Refs } from '../text.js';
import type { Response } from './input.js';
import type { Answer } from './responses.js';

/** Rows shown under one criterion. */
const shown = 10;

/** What management says of the exceptions of one criterion, unaltered; and who is asked for what it does not say. */
export function responseBlocks(
  id: string,
  answers: readonly Answer[],
  input: ReportInput,
  refs: Refs,
): Block[] {
  if (answers.length === 0)
    return [{ kind: 'paragraph', text: 'Management response (not tested): none is asked for.' }];
  const given = answers.flatMap(({ response, ...rest }) =>
    response === null ? [] : [{ response, ...rest }],
  );
  const open = answers.filter(({ response }) => response === null);
  return [
    ...(given.length === 0 ? [] : [table(id, given, input, refs)]),
    ...(open.length === 0 ? [] : [awaiting(open, input)]),
  ];
}

function table(
  id: string,
  given: readonly (Answer & { response: Response })[],
  input: ReportInput,
  refs: Refs,
): Block {
  const rows = given.slice(0, shown);
  return {
    kind: 'table',
    caption: `Management response to exceptions of ${id} (not tested), as it was recorded (n = ${number(given.length)})`,
    columns: [
      { key: 'control', title: 'Control, exceptions', kind: 'text', weight: 2.2 },
      { key: 'stance', title: 'Management', kind: 'text', weight: 1.6 },
      { key: 'cause', title: 'Cause', kind: 'text', weight: 4 },
      { key: 'action', title: 'Action', kind: 'text', weight: 4 },
      { key: 'owner', title: 'Owner, due', kind: 'text', weight: 1.8 },
      { key: 'ref', title: 'Reference', kind: 'ref', weight: 1.5 },
    ],
    rows: rows.map(({ control, response: { id: evidence, time, data }, exceptions, of }) => [
      text(`${control.title}: ${of === 0 ? 'its design' : `${number(exceptions.length)} of ${number(of)}`}`),
      text(`${data.stance}; ${data.role}, ${dayWords(time)}`),
      text(data.cause),
      text(data.action),
      owned(data, input, refs),
      link(refs.evidence(evidence)),
    ]),
    ...cutAt(rows.length, given.length, 'the rest in the workbook, sheet Responses'),
    empty: 'No response is recorded.',
  };
}

/** Who acts, and by when or by what evidence it is done. */
function owned({ owner, done, dueAt }: Response['data'], { posture }: ReportInput, refs: Refs): Cell {
  const who = person(owner, '');
  const [evidence] = done?.evidenceIds ?? [];
  if (done && evidence !== undefined)
    return { kind: 'text', text: `${who}, done ${dayWords(done.at)}`, ref: refs.evidence(evidence) };
  if (dueAt === undefined) return text(`${who}, no date set`);
  const late = millisOf(dueAt) < millisOf(posture.asOf);
  return text(`${who}, ${late ? 'overdue since' : 'by'} ${dayWords(dueAt)}`);
}

function awaiting(open: readonly Answer[], input: ReportInput): Block {
  const each = open.map(
    ({ control, exceptions, of }) =>
      `to ${of === 0 ? 'the design' : `${number(exceptions.length)} of ${counted(of, 'exception')}`} of “${control.title}” from ${askedOf(control, input)}`,
  );
  const head = 'Management response (not tested): awaiting response ';
  return { kind: 'paragraph', text: fitting(2000, `${head}${each.join('; ')}.`) };
}

/** Who is asked: the owner of the worst finding that stands against the control, and what is said of that finding. */
function askedOf(control: Control, input: ReportInput): string {
  const against = input.findings.filter((finding) => finding.control === control.id);
  const finding = against.find(({ owner, acceptance }) => (acceptance?.owner ?? owner) !== undefined);
  const worst = finding ?? against[0];
  if (worst === undefined) return `the CISO, asked on ${dayWords(daysAfter(input, 0))}`;
  const { acceptance, state, dueOn } = worst;
  const name = `finding F-${fingerprint(worst).slice(0, 10)}`;
  const owner = acceptance?.owner ?? worst.owner;
  const who =
    owner === undefined ? `the CISO, as ${name} has no owner` : `${person(owner, '')}, owner of ${name}`;
  const until =
    acceptance === undefined
      ? `due ${dayWords(dueOn)}`
      : `whose risk is accepted until ${dayWords(acceptance.expiresAt)}`;
  return `${who}, ${until}${state === 'resolved' ? ', claimed resolved and not verified' : ''}`;
}

/** Every response that answers an exception of the packet, whole. */
export const responsesRegister = (answers: readonly Answer[], publicSafe: boolean): Register =>
  registerOf<Answer & { response: Response }>(
    {
      sheet: 'Responses',
      what: 'Management responses to exceptions, not tested',
      empty: 'No exception has a response.',
    },
    [
      column('control', 'Control', 'text', 'Id of the control.', (r) => r.control.id),
      column(
        'exceptions',
        'Exceptions',
        'number',
        'That it answers in this packet.',
        (r) => r.exceptions.length,
      ),
      column('stance', 'Management', 'text', 'agrees or disagrees.', ({ response }) => response.data.stance),
      column('cause', 'Cause', 'text', 'As it was recorded.', ({ response }) => response.data.cause),
      column('action', 'Action', 'text', 'As it was recorded.', ({ response }) => response.data.action),
      column('owner', 'Owner', 'text', 'Who acts.', ({ response }) => known(response.data.owner)),
      column('due', 'Due', 'instant', 'Empty where none is set.', ({ response }) => response.data.dueAt),
      column('done', 'Done', 'instant', 'Empty where it is not.', ({ response }) => response.data.done?.at),
      column('role', 'Role', 'text', 'In which it was answered.', ({ response }) => response.data.role),
      column('recorded', 'Recorded', 'instant', 'When.', ({ response }) => response.time),
      column('evidence', 'Evidence', 'digest', 'Evidence id; empty where it is withheld.', ({ response }) =>
        publicSafe ? null : response.id,
      ),
    ],
    answers.flatMap(({ response, ...rest }) => (response === null ? [] : [{ response, ...rest }])),
  );
