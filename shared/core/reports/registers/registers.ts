import type { Register } from '../../../../schemas/report-registers.js';
import type { ReportInput } from '../input.js';
import {
  approvalsRegister,
  breakGlassRegister,
  deliveriesRegister,
  exceptionsRegister,
} from './governance-registers.js';
import { coverageRegister } from './coverage-register.js';
import { controlsRegister, findingsRegister } from './posture-registers.js';

/** The registers of a report about the posture, what it is about first. */
export const postureRegisters = (input: ReportInput): Register[] => [
  findingsRegister(input),
  controlsRegister(input),
  coverageRegister(input),
  approvalsRegister(input),
  exceptionsRegister(input),
  breakGlassRegister(input),
  deliveriesRegister(input),
];
