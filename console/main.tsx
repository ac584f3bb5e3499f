import { render } from 'preact';

import { App } from './app.js';
import { showInOrder } from './inert-text.js';
import { followLinks } from './navigation.js';
import { consoleSettings } from './session.js';
import './style/console.css';
import { applyTokens, setTheme, theme } from './theme.js';

showInOrder();
applyTokens();
setTheme(theme());
followLinks();
// On its way since the page was read; whoever needs it asks again where it failed.
consoleSettings().catch(() => undefined);
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
