import { day, hour } from '../kernel/time.js';

/** A decided approval, and an ended exception, stay in scope this long. */
export const approvalWindow = 30 * day;
/** An exception that ends within this time is expiring. */
export const expiringWithin = 14 * day;
/** Break-glass must be reviewed within this time (house parameter, design: findings). */
export const breakGlassReview = 24 * hour;
