import type { Binding, TypedData, Worker } from './worker.js';

/** A request as an extension sees it: nothing of the target is decoded, the body is complete. */
export type ExtensionRequest = {
  method: string;
  /** Absolute, with the origin that the caller used; path and query as sent. */
  url: URL;
  headers: Headers;
  body: Uint8Array;
  /** Which kind of key came: `host` is also a function's own, `wrong` is one that the host does not know. */
  key: 'master' | 'system' | 'host' | 'wrong' | 'none';
};

/**
 * What adds a family of triggers to the host.
 * The host asks `claims` for every trigger that it does not drive itself, calls `inputFor` for every input binding
 * other than the trigger at each invocation, `start` once all functions are loaded, and `stop` on close, after
 * which it invokes nothing more.
 */
export type HostExtension = {
  claims(trigger: Binding): boolean;
  /** The value of an input binding such as `durableClient`; undefined when the binding is not this extension's. */
  inputFor(binding: Binding): TypedData | undefined;
  /** Answers a request outside `/api` and `/admin`, such as `/runtime/webhooks/…`; undefined when it is not for it. */
  routes(request: ExtensionRequest): Promise<Response | undefined>;
  start(host: { worker: Worker; baseUrl: string; systemKey: string }): Promise<void>;
  stop(): Promise<void>;
};
