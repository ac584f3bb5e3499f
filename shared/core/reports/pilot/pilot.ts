import type { Block } from '../../../../schemas/report-blocks.js';
import type { ReportDocument } from '../../../../schemas/report-document.js';
import { closing, definitions } from '../appendix/definitions.js';
import { findingsTable } from '../appendix/findings-table.js';
import { instant, number } from '../format.js';
import { daysAfter } from '../front/decisions.js';
import { frame } from '../front/frame.js';
import { waitingFor } from '../front/waiting.js';
import type { JourneyInput } from '../gated-input.js';
import { kpiTable } from '../kpis/kpi-rows.js';
import { blockersTable, checksTable, meanings } from '../production/gate-tables.js';
import { ofType } from '../proof.js';
import { checksRegister } from '../registers/checks-register.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, fitting, isAre, refsOf, verb, type Refs } from '../text.js';
import { scope, successMeasures } from './proposal.js';
import { controlReadiness, front, readyOf, risksAccepted } from './sections.js';

/** The pilot launch board pack: go or no-go, and which risks do I carry? Two pages and an appendix. */
export function buildPilot(input: JourneyInput): ReportDocument {
  const refs = refsOf(input);
  const { blockers } = input.gate;
  return frame(input, {
    reportType: 'pilot-launch',
    title: 'Pilot launch board pack',
    issue: waitingFor(blockers),
    verdict: verdictOf(input),
    registers: [checksRegister(input.gate), ...postureRegisters(input)],
    blocks: [
      { kind: 'verdict', beside: [] },
      { kind: 'messages', items: reasons(input, refs) },
      decision(input, refs),
      { kind: 'heading', level: 2, text: 'Scope' },
      scope(input, refs),
      { kind: 'heading', level: 2, text: 'Control readiness', newPage: true },
      controlReadiness(input, refs, 6),
      { kind: 'heading', level: 2, text: 'Risks accepted' },
      risksAccepted(input, refs, 3),
      { kind: 'heading', level: 2, text: 'Success measures' },
      successMeasures(input, refs, 2),
      { kind: 'heading', level: 2, text: 'Reasons against' },
      blockersTable(blockers, refs, 'pilot', 5),
      { kind: 'heading', level: 2, text: 'Appendix: indicators', newPage: true },
      kpiTable('Indicators', front(input, refs), input),
      { kind: 'heading', level: 2, text: 'Appendix: success measures' },
      successMeasures(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: all controls' },
      controlReadiness(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: risks accepted' },
      risksAccepted(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: blockers' },
      meanings(blockers, refs, 'pilot'),
      { kind: 'heading', level: 2, text: 'Appendix: checks' },
      checksTable(input, refs, 'pilot'),
      { kind: 'heading', level: 2, text: 'Appendix: open findings' },
      findingsTable(input, refs),
      { kind: 'heading', level: 2, text: 'Appendix: definitions' },
      definitions(['K04', 'K08', 'K13', 'K14', 'K16'], input),
      ...closing('Appendix: what this pack stands on', input, refs),
    ],
  });
}

/** Two verdicts only: a condition is an accepted risk with an expiry, or a blocker. */
function verdictOf(input: JourneyInput): ReportDocument['verdict'] {
  const { blockers } = input.gate;
  const { ready, all } = readyOf(input);
  const { accepted } = input.posture.layers.findings;
  const controls = `${number(ready)} of ${counted(all, 'pilot control')} ${isAre(ready)} ready`;
  if (blockers.length === 0)
    return {
      set: 'pilot',
      code: 'go',
      words: 'Go',
      sentence: `${controls}; ${counted(accepted, 'risk')} accepted; no check blocks.`,
    };
  const titles = blockers.map(({ title }) => title.toLowerCase());
  const blocking = `${number(blockers.length)} of ${counted(input.gate.checks.length, 'check')} ${verb(blockers.length, 'blocks', 'block')}`;
  return {
    set: 'pilot',
    code: 'no_go',
    words: 'No-go',
    sentence: fitting(140, `${controls}; ${blocking}: ${titles.join('; ')}.`, `${controls}; ${blocking}.`),
  };
}

function reasons(input: JourneyInput, refs: Refs) {
  const { blockers } = input.gate;
  const { ready, all } = readyOf(input);
  if (blockers.length === 0)
    return [
      {
        text: `For: ${number(ready)} of ${counted(all, 'control')} enforced for every item in scope, and no check of the gate blocks`,
        ref: refs.readiness('pilot'),
      },
      ...(ready < all
        ? [
            {
              text: `Against: ${counted(all - ready, 'control')} ${isAre(all - ready)} not ready; none of them blocks a pilot`,
              ref: refs.list('controls'),
            },
          ]
        : []),
    ];
  return blockers.slice(0, 3).map(({ title, resolution }) => ({
    text: fitting(160, `Against: ${title}. ${resolution}`, `Against: ${title}.`),
    ref: refs.readiness('pilot'),
  }));
}

function decision(input: JourneyInput, refs: Refs): Block {
  const { blockers } = input.gate;
  const made = ofType(input.proofs, 'readiness.decided').find(({ data }) => data.target === 'pilot');
  const when = made
    ? `The gate decided at ${instant(made.proof.evidence.event.time)}.`
    : 'The gate has not decided yet.';
  return {
    kind: 'decisions',
    items: [
      {
        action: blockers.length === 0 ? 'Launch the pilot or not' : 'Hold the pilot until nothing blocks',
        by: daysAfter(input, 7),
        owner: 'pilot sponsor',
        why: when,
        otherwise: 'The pilot does not start.',
        ref: made ? refs.evidence(made.proof.evidence.id) : refs.readiness('pilot'),
      },
    ],
  };
}
