/** This machine, as the host name of a URL. */
const loopbackHosts = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether an address is this machine: the only place for plain HTTP and for keys in settings. */
export const isLoopback = (address: string): boolean =>
  URL.canParse(address) && loopbackHosts.includes(new URL(address).hostname);
