import type { ReportCatalogue } from '../answers.js';
import { useRead } from '../reading.js';
import { plain } from './status.js';

/** The catalogue's name of a report; its type as long as that is not known. */
export const titleOf = (type: string, catalogue: ReportCatalogue | null): string =>
  catalogue?.items.find((one) => one.type === type)?.title ?? plain(type.replaceAll('-', '_'));

/** The same for a view that shows nothing else of the catalogue. */
export function useReportTitle(): (type: string) => string {
  const catalogue = useRead<ReportCatalogue>('/reports/catalogue');
  return (type) => titleOf(type, catalogue.value);
}
