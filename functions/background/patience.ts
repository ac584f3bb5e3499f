import * as df from 'durable-functions';

import { minute } from '../../shared/core/kernel/time.js';

/** How activities are retried: a step that fails, because a store is away, is tried again for about an hour. */
export const patience = new df.RetryOptions(5_000, 12);
patience.backoffCoefficient = 2;
patience.maxRetryIntervalInMilliseconds = 15 * minute;
