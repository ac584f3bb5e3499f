import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addressOf, hrefOfLink, hrefTo, sample, type Scope } from '../../console/address.js';

const acme: Scope = { kind: 'tenant', id: 'acme' };
const parse = (href: string) => {
  const { pathname, search } = new URL(href, 'http://127.0.0.1');
  return addressOf(pathname, search);
};

describe('an address of the console', () => {
  it('holds scope, view and filters, whatever the names in it are', () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => text !== '.' && text !== '..');
    fc.assert(
      fc.property(name, fc.array(name, { maxLength: 3 }), fc.dictionary(name, name), (id, path, query) => {
        const scope: Scope = { kind: 'tenant', id };
        const found = parse(hrefTo(scope, path, query));
        expect(found.scope).toEqual(scope);
        expect(found.path).toEqual(path);
        expect(Object.fromEntries(found.query)).toEqual(query);
      }),
    );
  });

  it('mirrors the API, so that a link of an answer is the address of the view it leads to', () => {
    expect(hrefOfLink(acme, '/api/tenants/acme/findings?severity=high&overdue=true')).toBe(
      '/api/console/tenants/acme/findings?severity=high&overdue=true',
    );
    expect(hrefOfLink(acme, '/api/tenants/acme/agents/a%2Fb')).toBe('/api/console/tenants/acme/agents/a%2Fb');
    expect(hrefOfLink(sample, '/api/sample/controls/x')).toBe('/api/console/sample/controls/x');
  });

  it('leads from a proof to its event, which shows the proof', () => {
    expect(hrefOfLink(acme, '/api/tenants/acme/evidence/0a/proof')).toBe(
      '/api/console/tenants/acme/evidence/0a',
    );
  });

  it('of nothing in particular has no scope, and one that cannot be decoded is no fault', () => {
    expect(parse('/api/console')).toMatchObject({ scope: null, path: [] });
    expect(addressOf('/api/console/tenants/%E0%A4%A/posture', '')).toMatchObject({
      scope: { kind: 'tenant', id: '%E0%A4%A' },
    });
  });
});
