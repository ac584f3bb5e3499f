/*
 * What our in-toto statements say they are: the side that signs and the side that verifies name it alike. A later version
 * of a predicate has another name.
 */

/** A report's artifacts with their digests, and what the report stands on. */
export const manifestPredicate = 'urn:aispm:report-manifest:v1';
/** One page of a tenant's export. */
export const exportPredicate = 'urn:aispm:export-page:v1';
/** The document of one review. */
export const reviewPredicate = 'urn:aispm:review:v1';
/** The operating archive of a quarter: every file in it with its digest, and who signed off. */
export const archivePredicate = 'urn:aispm:operating-archive:v1';
/** One readiness packet. */
export const packetPredicate = 'urn:aispm:readiness-packet:v1';
/** SLSA Verification Summary Attestation, version 1 (slsa.dev/spec/v1.0/verification_summary): a decision of the gate. */
export const summaryPredicate = 'https://slsa.dev/verification_summary/v1';
