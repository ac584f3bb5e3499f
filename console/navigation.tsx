import type { ComponentChildren, JSX } from 'preact';
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';

import { addressOf, base, hrefOfLink, hrefTo, type Address, type Query, type Scope } from './address.js';

// The view stands in the address: a click changes the address, and the address changes the view.

const changed = new EventTarget();

/** Goes to an address of the console; `replace` where going back should not come here again. */
export function goTo(href: string, replace = false): void {
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  changed.dispatchEvent(new Event('address'));
}

const current = (): Address => addressOf(location.pathname, location.search);

/** The address as it stands, and again whenever it changes. */
export function useAddress(): Address {
  const [address, setAddress] = useState(current);
  useEffect(() => {
    const update = (): void => setAddress(current());
    changed.addEventListener('address', update);
    addEventListener('popstate', update);
    return () => {
      changed.removeEventListener('address', update);
      removeEventListener('popstate', update);
    };
  }, []);
  return address;
}

/** Lets links within the console change the view without loading the page anew. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.target !== '' || link.hasAttribute('download')) return;
    const url = new URL(link.href, location.href);
    if (url.origin !== location.origin || !`${url.pathname}/`.startsWith(`${base}/`)) return;
    if (url.pathname === location.pathname && url.hash !== '') return;
    event.preventDefault();
    goTo(url.pathname + url.search);
  });
}

const ScopeContext = createContext<Scope>({ kind: 'sample' });
export const ScopeProvider = ScopeContext.Provider;
export const useScope = (): Scope => useContext(ScopeContext);

type LinkProps = { class?: string; label?: string; children: ComponentChildren };

/** A link to a view of the scope that is looked at. */
export function To({
  path,
  query = {},
  label,
  children,
  ...rest
}: LinkProps & { path: readonly string[]; query?: Query }): JSX.Element {
  const scope = useScope();
  return (
    <a href={hrefTo(scope, path, query)} aria-label={label} {...rest}>
      {children}
    </a>
  );
}

/** A link that an answer of the API carries. */
export function Onward({ link, label, children, ...rest }: LinkProps & { link: string }): JSX.Element {
  const scope = useScope();
  return (
    <a href={hrefOfLink(scope, link)} aria-label={label} {...rest}>
      {children}
    </a>
  );
}
