/** Version of the service; a test holds it to package.json, which a deployed instance need not read. */
export const version = '0.1.0';
