import type { JSX } from 'preact';

import type { CheckResult } from '../../shared/core/log/checks.js';
import { State } from './status.js';

/** Checks in order, cheap to dear; the first that fails is the last. */
export const Checks = ({ of }: { of: readonly CheckResult[] }): JSX.Element => (
  <ol class="checks">
    {of.map((check) => (
      <li key={check.check}>
        {check.passed ? (
          <State status="on_target" word="Holds" />
        ) : (
          <State status="off_target" word="Fails" />
        )}
        <span>
          {check.check}
          {check.passed ? '' : `: ${check.detail} (${check.code})`}
        </span>
      </li>
    ))}
  </ol>
);

/** What the checks come to. */
export const Verified = ({ holds }: { holds: boolean }): JSX.Element => (
  <p class="lead">
    {holds ? (
      <State status="on_target" word="Verified in this browser" />
    ) : (
      <State status="off_target" word="Not verified" />
    )}
  </p>
);
