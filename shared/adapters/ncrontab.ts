import { CronExpressionParser, type CronExpression } from 'cron-parser';

import type { Calendar } from '../core/delivery/schedule.js';

/*
 * NCRONTAB as the Functions host reads it, on the wall clock of a zone. A day must match both the day of the month and the
 * weekday, where the library takes either; so the weekday is looked at here. The library reads more (L, #, ?, H) than an
 * expression may hold.
 */

/** Days that a date may be tried on before it is taken for one that never comes: 1 February on each weekday in 28 years. */
const mostTries = 400;

export const ncrontab: Calendar = {
  last: (expression, zone, at) => found(expression, zone, at + 1, (dates) => dates.prev()),
  next: (expression, zone, after) => found(expression, zone, after, (dates) => dates.next()),
};

function found(
  expression: string,
  zone: string,
  from: number,
  step: (dates: CronExpression) => ReturnType<CronExpression['next']>,
): number | null {
  const [second, minute, hour, date, month, weekday = '', ...more] = expression.split(' ');
  // Every field: an H of the library's is another time whenever it is read.
  if (more.length > 0 || !/^[\d*,/ -]*$/.test(expression.replace(names, '1')))
    throw new RangeError('not six fields of numbers, *, ranges, steps and names of months and weekdays');
  let dates: CronExpression;
  let weekdays: Set<number>;
  try {
    const days = CronExpressionParser.parse(`0 0 0 * * ${weekday}`).fields.dayOfWeek.values;
    weekdays = new Set(days.map((value) => Number(value) % 7));
    const options = { currentDate: new Date(from), tz: zone };
    dates = CronExpressionParser.parse([second, minute, hour, date, month, '*'].join(' '), options);
  } catch (cause) {
    throw new RangeError('a field is out of its range', { cause });
  }
  for (let tries = 0; tries < mostTries; tries++) {
    const at = step(dates);
    if (weekdays.has(at.getDay())) return at.getTime();
  }
  return null;
}

const names = /\b(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)\b/gi;
