import { titleOf } from '../../shared/core/reports/titles.js';
import { capital } from './status.js';

/** What a report is called, as a name that stands alone. */
export const reportTitle = (type: string): string => capital(titleOf(type));
