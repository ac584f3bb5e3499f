import { CronExpressionParser } from 'cron-parser';

export type Schedule = {
  /** The first occurrence strictly after an instant. */
  next(after: Date): Date;
  /** Occurrences are less than a minute apart somewhere: the real host keeps no status for such a schedule. */
  frequent: boolean;
};

const day = 86_400_000;

/**
 * Reads an NCRONTAB expression of six fields (or five, without seconds) in UTC, or a constant interval
 * `[d.]hh:mm:ss`. Throws on anything else. In NCRONTAB a day must match both the day of the month and the day of
 * the week, unlike in Vixie cron, where one of them is enough.
 */
export function parseSchedule(text: string): Schedule {
  const interval = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text.trim());
  const next = interval ? constantNext(interval) : cronNext(text.trim());
  return { next, frequent: isFrequent(next) };
}

function constantNext(interval: RegExpExecArray): Schedule['next'] {
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = interval.slice(1).map((part) => Number(part ?? 0));
  const length = days * day + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  if (length <= 0) throw new Error(`The schedule interval '${interval[0]}' must be longer than zero.`);
  return (after) => new Date(after.getTime() + length);
}

function cronNext(text: string): Schedule['next'] {
  const fields = text.split(/\s+/);
  if (fields.length < 5 || fields.length > 6 || !fields.every(isField)) {
    throw new Error(
      `The schedule expression '${text}' was not recognized as a valid cron expression or timespan.`,
    );
  }
  const [second = '0', minute = '*', hour = '*', date = '*', month = '*', weekday = '*'] =
    fields.length === 5 ? ['0', ...fields] : fields;
  const weekdays = new Set(
    CronExpressionParser.parse(`0 0 0 * * ${weekday}`).fields.dayOfWeek.values.map(
      (value) => Number(value) % 7,
    ),
  );
  const expression = [second, minute, hour, date, month, '*'].join(' ');
  CronExpressionParser.parse(expression);
  return (after) => {
    let from = after;
    for (;;) {
      const found = CronExpressionParser.parse(expression, { currentDate: from, tz: 'UTC' }).next().toDate();
      if (weekdays.has(found.getUTCDay())) return found;
      from = new Date(Math.floor(found.getTime() / day) * day + day - 1);
    }
  };
}

// cron-parser knows more (L, #, ?, H) than NCRONTAB, which takes numbers and English names.
const isField = (field: string): boolean =>
  /^[\d*,/-]+$/.test(
    field.replace(/\b(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)\b/gi, '1'),
  );

function isFrequent(next: Schedule['next']): boolean {
  let last = next(new Date(0));
  for (let count = 0; count < 5; count += 1) {
    const following = next(last);
    if (following.getTime() - last.getTime() < 60_000) return true;
    last = following;
  }
  return false;
}
