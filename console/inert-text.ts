import { options, type ComponentChild, type VNode } from 'preact';

import { unordered } from '../shared/core/reports/escape.js';

/**
 * Everything shown as text is shown in the order it is written: marks that reorder it become U+FFFD, as in the reports, so
 * that the name of an agent cannot pose as another. Canonical JSON alone stands as it is: a digest is over its bytes.
 */
export function showInOrder(): void {
  const before = options.vnode?.bind(options);
  options.vnode = (vnode) => {
    const { props } = vnode as VNode<{
      children?: ComponentChild | ComponentChild[];
      'data-canonical'?: string;
    }>;
    if (props['data-canonical'] === undefined && props.children !== undefined)
      props.children = Array.isArray(props.children) ? props.children.map(shown) : shown(props.children);
    before?.(vnode);
  };
}

const shown = <Child>(child: Child): Child | string => (typeof child === 'string' ? unordered(child) : child);
