/** An answer other than success, as the REST protocol shapes it: a status, an optional substatus and a body. */
export class CosmosProblem extends Error {
  readonly status: number;
  readonly substatus: number;
  readonly code: string;
  /** Extra members of the error body; the SDK looks for `additionalErrorInfo`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, substatus = 0, extra: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'CosmosProblem';
    this.status = status;
    this.substatus = substatus;
    this.code = NAMES[status] ?? 'InternalServerError';
    this.extra = extra;
  }
}

const NAMES: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  424: 'FailedDependency',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
};

export const badRequest = (message: string, substatus = 0): CosmosProblem =>
  new CosmosProblem(400, message, substatus);

/** A construct of the real service that this stand-in does not carry: refused by name, never guessed. */
export const unsupported = (construct: string): CosmosProblem =>
  new CosmosProblem(400, `The Cosmos DB stand-in does not support ${construct}.`);

export const notFound = (): CosmosProblem =>
  new CosmosProblem(404, 'Entity with the specified id does not exist in the system.');

export const conflict = (): CosmosProblem =>
  new CosmosProblem(409, 'Entity with the specified id already exists in the system.');

export const preconditionFailed = (): CosmosProblem =>
  new CosmosProblem(412, 'One of the specified pre-condition is not met.');

export const tooLarge = (): CosmosProblem => new CosmosProblem(413, 'Request size is too large.');
