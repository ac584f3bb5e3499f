import { reportTitles } from '../../shared/core/reports/titles.js';
import { plain } from './status.js';

/** A report by its name; one that is none of the eight, as a review's, by its type. */
export const reportTitle = (type: string): string =>
  Object.entries(reportTitles).find(([name]) => name === type)?.[1] ?? plain(type.replaceAll('-', '_'));
