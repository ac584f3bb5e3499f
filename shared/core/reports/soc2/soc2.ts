import type { ReportDocument } from '../../../../schemas/report-document.js';
import { closing } from '../appendix/definitions.js';
import { number } from '../format.js';
import { frame } from '../front/frame.js';
import { issueOf } from '../front/issue.js';
import { kpiTable } from '../kpis/kpi-rows.js';
import { postureRegisters } from '../registers/registers.js';
import { counted, fitting, quoted, refsOf, verb, type Refs } from '../text.js';
import { boundary, notTested, howToVerify } from './boundary.js';
import { criterionSection } from './criterion-section.js';
import { completeness, completenessOf } from './completeness.js';
import type { Soc2Input } from './input.js';
import { criteriaOf, criteriaTable, type Criterion } from './criteria.js';
import { indicators } from './indicators.js';
import { responsesRegister } from './response-blocks.js';
import { answersTo } from './responses.js';
import { exceptionsTable, samplesRegister } from './samples.js';
import { controlTests, type ControlTest } from './tests.js';

/**
 * The SOC 2-style evidence packet: what evidence exists for each criterion in this period, is the population complete, and
 * what failed? A count, never a word such as pass; not an auditor's opinion.
 */
export function buildSoc2(input: Soc2Input): ReportDocument {
  const refs = refsOf(input);
  const tests = controlTests(input);
  const criteria = criteriaOf(tests);
  const whole = completenessOf(input);
  const answers = answersTo(tests, input.responses, input.window);
  return frame(input, {
    reportType: 'soc2-evidence',
    title: 'SOC 2-style evidence packet',
    scope: 'All environments, agents, repositories, workflows, tools and connectors that the log names',
    issue: openBlockers(issueOf(input)),
    verdict: verdictOf(tests, whole.words),
    registers: [
      samplesRegister(tests, input.publicSafe),
      responsesRegister(answers, input.publicSafe),
      ...postureRegisters(input),
    ],
    blocks: [
      { kind: 'verdict', beside: [disclaimer] },
      { kind: 'messages', items: messages(tests, criteria, whole.words, refs) },
      { kind: 'decisions', items: [] },
      { kind: 'paragraph', text: fullDisclaimer(input) },
      { kind: 'heading', level: 2, text: 'Criteria' },
      criteriaTable(criteria, refs),
      kpiTable('Indicators', indicators(input, tests, criteria, answers, refs), input),
      { kind: 'heading', level: 2, text: 'System boundary', newPage: true },
      boundary(input, refs),
      { kind: 'heading', level: 2, text: 'Population and completeness' },
      ...completeness(input, refs),
      ...criteria.flatMap((criterion) => criterionSection(criterion, answers, input, refs)),
      { kind: 'heading', level: 2, text: 'Register of exceptions', newPage: true },
      exceptionsTable(answers, refs),
      { kind: 'heading', level: 2, text: 'Not tested' },
      notTested(tests, refs),
      { kind: 'heading', level: 2, text: 'How to verify' },
      howToVerify(),
      ...closing('What this packet stands on', input, refs),
    ],
  });
}

const disclaimer = 'This is not an auditor’s opinion, an attestation or a certificate.';
const fullDisclaimer = ({ publicSafe, tenantName }: Soc2Input): string =>
  `This packet was generated from evidence that ${publicSafe ? 'the tenant' : quoted(tenantName, 80)} controls. It is not an auditor’s opinion, an attestation or a certificate. Results cover only the criteria, period and population named here.`;

/** To this reader "qualified" is a type of opinion, so the state has another name here. */
function openBlockers(issue: ReportDocument['issue']): ReportDocument['issue'] {
  if (issue.state !== 'qualified') return issue;
  const what = issue.text.replace(/^Qualified: /, '');
  const head = 'Issued with open blockers (not an auditor’s opinion): ';
  return { ...issue, text: fitting(200, `${head}${what}`, `${head}${what.split('. ')[0] ?? ''}.`) };
}

function verdictOf(tests: readonly ControlTest[], complete: string): ReportDocument['verdict'] {
  const run = tests.filter(({ untested }) => untested === null);
  const failed = run.filter(({ exceptions }) => exceptions.length > 0).length;
  const untested = tests.length - run.length;
  const tail = untested > 0 ? `; ${number(untested)} of ${number(tests.length)} controls not tested` : '';
  const sentence = fitting(
    140,
    `Population: ${complete.toLowerCase()}${tail}. This is not an auditor’s opinion.`,
  );
  if (run.length === 0)
    return { set: 'test', code: 'not_tested', words: 'Not tested — no occurrence in the period', sentence };
  return failed > 0
    ? { set: 'test', code: 'exceptions', words: `Exceptions noted (${failed} of ${run.length})`, sentence }
    : {
        set: 'test',
        code: 'no_exceptions',
        words: `No exceptions noted in ${run.length} of ${run.length} tests`,
        sentence,
      };
}

function messages(
  tests: readonly ControlTest[],
  criteria: readonly Criterion[],
  complete: string,
  refs: Refs,
) {
  const run = tests.filter(({ untested }) => untested === null);
  const worst = run.toSorted((a, b) => b.exceptions.length - a.exceptions.length)[0];
  const failing = run.filter(({ exceptions }) => exceptions.length > 0).length;
  const tested = criteria.filter((c) => c.tested > 0).length;
  const items = [
    {
      text:
        worst && worst.exceptions.length > 0
          ? fitting(
              160,
              `${number(failing)} of ${counted(run.length, 'test')} noted exceptions; most in “${worst.control.title}”: ${number(worst.exceptions.length)} of ${counted(worst.population.length, 'item')}`,
            )
          : `${number(run.length)} of ${counted(tests.length, 'control')} ${verb(run.length, 'was', 'were')} tested on all items of their population, without an exception`,
      ref: refs.list('controls'),
    },
    {
      text: `${number(tested)} of ${counted(criteria.length, 'criterion', 'criteria')} in scope ${verb(tested, 'has', 'have')} at least one tested control`,
      ref: refs.list('controls'),
    },
    {
      text: `Population: ${complete.toLowerCase()}; the gaps are named under completeness`,
      ref: refs.list('evidence'),
    },
  ];
  return items;
}
