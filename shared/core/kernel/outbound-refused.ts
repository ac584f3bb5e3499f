/** Why an address that somebody named is not called. */
export type OutboundFault =
  'malformed' | 'scheme' | 'userinfo' | 'port' | 'host' | 'address' | 'redirect' | 'size';

/** An address that may not be called. The message never holds the address: it goes to logs. */
export class OutboundRefused extends Error {
  constructor(readonly fault: OutboundFault) {
    super(`the address may not be called: ${fault}`);
    this.name = 'OutboundRefused';
  }
}
