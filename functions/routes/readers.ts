/** Roles that read what a tenant knows. A collector only posts, a pipeline only asks the gate. */
export const readers = ['viewer', 'operator', 'approver', 'auditor', 'admin'] as const;

/** Recipients are mail addresses: only those who manage or audit a tenant see them. */
export const seesRecipients = (roles: readonly string[]): boolean =>
  roles.some((role) => role === 'admin' || role === 'auditor');
