/** Roles that read what a tenant knows. A collector only posts, a pipeline only asks the gate. */
export const readers = ['viewer', 'operator', 'approver', 'auditor', 'admin'] as const;
